//! Waiting for many processes at once: epoll ([epoll(7)](https://man7.org/linux/man-pages/man7/epoll.7.html)), which costs the same
//! for ten thousand of them as for one.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;

use super::super::super::Watching;
use super::Handle;

/// How a process can be waited for.
pub(super) enum Watch<'a> {
    /// By this descriptor.
    Readable(BorrowedFd<'a>),
    /// There are no pidfds here.
    Look,
    /// No further descriptor may be used up for now.
    NoRoom,
    Exited,
}

/// What the bell is known by.
const BELL: u64 = u64::MAX;

#[derive(Debug)]
pub(in super::super) struct Waits {
    epoll: OwnedFd,
}

/// How long one call sleeps.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How many exits are taken at a time.
const AT_A_TIME: usize = 256;

impl Waits {
    pub(in super::super) fn new(bell: BorrowedFd<'_>) -> io::Result<Waits> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(&epoll, bell, epoll::EventData::new_u64(BELL), epoll::EventFlags::IN)?;
        Ok(Waits { epoll })
    }

    /// What becomes readable when [`wait`](Waits::wait) would return at once.
    #[cfg(feature = "tokio")]
    pub(in super::super) fn pollable(&self) -> BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.epoll)
    }

    /// Has the process watched, for as long as its handle is there.
    pub(in super::super) fn add(&self, member: usize, handle: &Handle) -> io::Result<Watching> {
        let data = epoll::EventData::new_u64(member as u64);
        let flags = epoll::EventFlags::IN | epoll::EventFlags::ONESHOT;
        match handle.watch() {
            Watch::Readable(fd) => match epoll::add(&self.epoll, fd, data, flags) {
                Ok(()) => Ok(Watching::Watched),
                // The user's share of watches is used up: epoll(7).
                Err(Errno::NOSPC) => Ok(Watching::Look),
                Err(error) => Err(error.into()),
            },
            Watch::Look => Ok(Watching::Look),
            Watch::NoRoom => Ok(Watching::Later),
            Watch::Exited => Ok(Watching::Exited),
        }
    }

    /// Sleeps until one of the watched exits, the bell rings, or the time is up; `None` never is. It may wake early.
    pub(in super::super) fn wait(&self, timeout: Option<Duration>) -> io::Result<Vec<usize>> {
        // Where epoll_wait(2) cannot count so far, epoll_pwait2(2) is called, which there is only since Linux 5.11.
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout.min(LONGEST)).ok());
        let mut events = Vec::with_capacity(AT_A_TIME);
        match epoll::wait(&self.epoll, spare_capacity(&mut events), timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let members = events.iter().map(|event| event.data.u64());
        Ok(members
            .filter(|data| *data != BELL)
            .filter_map(|member| usize::try_from(member).ok())
            .collect())
    }
}
