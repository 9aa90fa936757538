//! A descriptor for other people's event loops.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use rustix::fs::OFlags;
use rustix::io::FdFlags;

/// A descriptor (Unix) or event handle (Windows) that becomes readable, or signalled, once there is a request to stop, and
/// stays so. Do not read from it.
#[derive(Debug)]
pub struct Pollable(OwnedFd);

impl AsFd for Pollable {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for Pollable {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// The other end.
pub(in super::super::super) struct Flare(OwnedFd);

impl Flare {
    pub(in super::super::super) fn light(&self) {
        // EPIPE when nobody holds the pollable any more; rustix does not raise SIGPIPE for a Rust program, which ignores it.
        let _ = rustix::io::write(&self.0, b"!");
    }
}

pub(in super::super::super) fn pollable() -> io::Result<(Pollable, Flare)> {
    let (read, write) = pipe()?;
    Ok((Pollable(read), Flare(write)))
}

/// A pipe that does not block and is not inherited by exec. Where pipe2(2) is missing a fork in between inherits it.
pub(super) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = rustix::pipe::pipe()?;
    for end in [&read, &write] {
        rustix::io::fcntl_setfd(end, FdFlags::CLOEXEC)?;
        rustix::fs::fcntl_setfl(end, OFlags::NONBLOCK)?;
    }
    Ok((read, write))
}
