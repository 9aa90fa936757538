//! The bell on Unix systems without a futex for all: the handler writes a byte into a pipe, the watching thread reads it and
//! wakes the others by a condition variable. One hop more than on Linux.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::pollable::pipe;

static EPOCH: AtomicU32 = AtomicU32::new(0);
/// The descriptor that the handler writes to; -1 before there is one.
static WRITE_TO: AtomicI32 = AtomicI32::new(-1);
/// Both ends, kept for the life of the process: a handler may be about to write at any time.
static PIPE: OnceLock<(OwnedFd, OwnedFd)> = OnceLock::new();
static LOCK: Mutex<()> = Mutex::new(());
static RUNG: Condvar = Condvar::new();

pub(super) fn prepare() -> io::Result<()> {
    if PIPE.get().is_none() {
        let ends = pipe()?;
        let (_, write) = PIPE.get_or_init(|| ends);
        WRITE_TO.store(write.as_raw_fd(), Ordering::Release);
    }
    Ok(())
}

pub(in super::super::super) fn epoch() -> u32 {
    EPOCH.load(Ordering::Acquire)
}

pub(in super::super::super) use epoch as watcher_epoch;

/// Async-signal-safe: an atomic and write(2). The pipe is non-blocking: when it is full the thread wakes up anyway.
pub(in super::super::super) fn ring() {
    EPOCH.fetch_add(1, Ordering::Release);
    let pipe = WRITE_TO.load(Ordering::Acquire);
    // SAFETY: one byte of a static; a descriptor of -1 gives EBADF.
    let _ = unsafe { libc::write(pipe, b"!".as_ptr().cast(), 1) };
}

pub(in super::super::super) fn wait(seen: u32, deadline: Option<Instant>) {
    let guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    if epoch() != seen {
        return;
    }
    let timeout = deadline.map_or(Duration::from_secs(3_600), |at| {
        at.saturating_duration_since(Instant::now())
    });
    drop(RUNG.wait_timeout(guard, timeout));
}

pub(in super::super::super) fn watch(seen: u32, deadline: Option<Instant>) {
    let Some((read, _)) = PIPE.get() else { return };
    if epoch() == seen {
        let timeout = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        // EINTR and a timeout alike: the caller looks again.
        let _ = poll(&mut [PollFd::new(read, PollFlags::IN)], timeout.as_ref());
    }
    let mut bytes = [0; 64];
    while matches!(rustix::io::read(read, &mut bytes), Ok(count) if count == bytes.len()) {}
    let _guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    RUNG.notify_all();
}
