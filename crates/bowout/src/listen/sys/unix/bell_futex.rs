//! The bell on Linux: a futex ([futex(2)](https://man7.org/linux/man-pages/man2/futex.2.html)). No descriptor that a
//! daemonising program could close under us, nothing shared with a forked child, a monotonic clock, and no hop
//! between the handler and whoever waits.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use rustix::thread::futex;

/// How often it was rung: one word for those who wait and one for the watching thread, so that they are woken in that order
/// and do not stand in each other's way. The watcher has time.
static WAITERS: AtomicU32 = AtomicU32::new(0);
static WATCHER: AtomicU32 = AtomicU32::new(0);

pub(super) fn prepare() -> io::Result<()> {
    Ok(())
}

/// The number of times that the bell was rung, to be taken before looking for what it may have been rung for.
pub(in super::super::super) fn epoch() -> u32 {
    WAITERS.load(Ordering::Acquire)
}

/// The same for the watching thread.
pub(in super::super::super) fn watcher_epoch() -> u32 {
    WATCHER.load(Ordering::Acquire)
}

/// Wakes everybody who waits. Async-signal-safe: rustix makes the system call itself and does not touch `errno`.
pub(in super::super::super) fn ring() {
    for word in [&WAITERS, &WATCHER] {
        word.fetch_add(1, Ordering::Release);
        // The call fails for a bad address only, and this one is static.
        let _ = futex::wake(word, futex::Flags::PRIVATE, i32::MAX as u32);
    }
}

/// Waits until the bell has rung since `seen`, or the deadline has passed, or for no reason.
pub(in super::super::super) fn wait(seen: u32, deadline: Option<Instant>) {
    sleep(&WAITERS, seen, deadline);
}

/// The same for the watching thread.
pub(in super::super::super) fn watch(seen: u32, deadline: Option<Instant>) {
    sleep(&WATCHER, seen, deadline);
}

fn sleep(word: &AtomicU32, seen: u32, deadline: Option<Instant>) {
    let timeout = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    // A time too long to be written down is no timeout.
    let timeout = timeout.and_then(|timeout| futex::Timespec::try_from(timeout).ok());
    // EAGAIN: it has rung already. EINTR, ETIMEDOUT: the caller looks at the clock itself.
    let _ = futex::wait(word, futex::Flags::PRIVATE, seen, timeout.as_ref());
}
