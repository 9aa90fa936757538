//! The bell on Unix systems without a futex for all: the handler writes a byte into a pipe, the watching thread reads it and
//! wakes the others by a condition variable. One hop more than on Linux.

use std::io;
use std::os::fd::{BorrowedFd, IntoRawFd};
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::pollable::pipe;

static EPOCH: AtomicU32 = AtomicU32::new(0);
/// Both ends, kept for the life of the process: a handler may be about to write at any time. -1 before there are any.
static READ_FROM: AtomicI32 = AtomicI32::new(-1);
static WRITE_TO: AtomicI32 = AtomicI32::new(-1);
/// The process that made the pipe: a forked child that listens needs its own, or the two would empty each other's.
static PROCESS: AtomicU32 = AtomicU32::new(0);
static LOCK: Mutex<()> = Mutex::new(());
static RUNG: Condvar = Condvar::new();

/// The caller sees to it that one thread at a time does this.
pub(super) fn prepare() -> io::Result<()> {
    let process = std::process::id();
    if PROCESS.load(Ordering::Relaxed) != process {
        let (read, write) = pipe()?;
        READ_FROM.store(read.into_raw_fd(), Ordering::Release);
        WRITE_TO.store(write.into_raw_fd(), Ordering::Release);
        PROCESS.store(process, Ordering::Relaxed);
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
    let read = READ_FROM.load(Ordering::Acquire);
    if read < 0 {
        return;
    }
    // SAFETY: the descriptor is open, and nobody closes it.
    let read = unsafe { BorrowedFd::borrow_raw(read) };
    if epoch() == seen {
        let timeout = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        // EINTR and a timeout alike: the caller looks again.
        let _ = poll(&mut [PollFd::new(&read, PollFlags::IN)], timeout.as_ref());
    }
    let mut bytes = [0; 64];
    while matches!(rustix::io::read(read, &mut bytes), Ok(count) if count == bytes.len()) {}
    let _guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    RUNG.notify_all();
}
