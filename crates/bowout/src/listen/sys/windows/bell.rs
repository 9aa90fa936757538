//! The bell: a condition variable for whoever waits, and an event for the watching thread, which waits for bowout's named
//! event at the same time. A console handler runs on an ordinary thread, so it may take the lock.

use std::io;
use std::os::windows::io::{AsRawHandle, BorrowedHandle, OwnedHandle};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Threading::{INFINITE, SetEvent, WaitForMultipleObjects};

use super::{cooperative, pollable};

static EPOCH: AtomicU32 = AtomicU32::new(0);
static LOCK: Mutex<()> = Mutex::new(());
static RUNG: Condvar = Condvar::new();
/// Wakes the watching thread; kept for the life of the process.
static WATCHER: OnceLock<OwnedHandle> = OnceLock::new();

pub(super) fn prepare() -> io::Result<()> {
    if WATCHER.get().is_none() {
        let event = pollable::event(pollable::Reset::Automatic)?;
        WATCHER.get_or_init(|| event);
    }
    Ok(())
}

/// The number of times that the bell was rung, to be taken before looking for what it may have been rung for.
pub(in super::super::super) fn epoch() -> u32 {
    EPOCH.load(Ordering::Acquire)
}

pub(in super::super::super) use epoch as watcher_epoch;

/// Wakes everybody who waits.
pub(in super::super::super) fn ring() {
    let guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    EPOCH.fetch_add(1, Ordering::Release);
    RUNG.notify_all();
    drop(guard);
    if let Some(watcher) = WATCHER.get() {
        // SAFETY: the handle is a live event.
        unsafe { SetEvent(watcher.as_raw_handle()) };
    }
}

/// Waits until the bell has rung since `seen`, or the deadline has passed, or for no reason.
pub(in super::super::super) fn wait(seen: u32, deadline: Option<Instant>) {
    const LONG: Duration = Duration::from_secs(86_400);
    let guard = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    if epoch() != seen {
        return;
    }
    let timeout = deadline.map_or(LONG, |at| at.saturating_duration_since(Instant::now()).min(LONG));
    drop(RUNG.wait_timeout(guard, timeout));
}

/// The same for the watching thread, which also takes note of bowout's event.
pub(in super::super::super) fn watch(seen: u32, deadline: Option<Instant>) {
    if epoch() == seen {
        watch_with(&[], deadline);
    }
}

/// The same, until one of these handles is signalled as well. A bell that has rung since the last time ends it at once.
pub(super) fn watch_with(others: &[BorrowedHandle<'_>], deadline: Option<Instant>) {
    let Some(watcher) = WATCHER.get() else { return };
    let cooperative = cooperative::handle();
    let mut handles = vec![watcher.as_raw_handle()];
    handles.extend(cooperative.iter().map(|event| event.as_raw_handle()));
    handles.extend(others.iter().map(|other| other.as_raw_handle()));
    let timeout = deadline.map_or(INFINITE, milliseconds_until);
    // SAFETY: the handles are live for the length of the call: one is static, one is held by `cooperative`, and the others are
    // borrowed.
    let woken = unsafe { WaitForMultipleObjects(handles.len() as u32, handles.as_ptr(), 0, timeout) };
    if cooperative.is_some() && woken == WAIT_OBJECT_0 + 1 {
        cooperative::asked();
    }
}

/// Rounded up, so that the deadline has passed when the wait ends; and never `INFINITE`.
fn milliseconds_until(deadline: Instant) -> u32 {
    let left = deadline.saturating_duration_since(Instant::now());
    u32::try_from(left.as_micros().div_ceil(1_000)).map_or(INFINITE - 1, |millis| millis.min(INFINITE - 1))
}
