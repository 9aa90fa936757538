//! What another thread has to say to the one that waits: a second Ctrl-C, no more patience.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::stop::sys::Waker;

/// Cuts the waits of a [`Stopping`](super::Stopping) short, from any thread: whoever is still there is asked the last stage at once. Where the
/// last stage has been asked already there is nothing to cut short. Or [`wake`](ForceHandle::wake)s the thread that waits, and no more.
#[derive(Clone, Debug)]
pub struct ForceHandle {
    shared: Arc<Force>,
}

#[derive(Debug)]
struct Force {
    asked: AtomicBool,
    woken: AtomicBool,
    waker: Waker,
}

impl ForceHandle {
    pub(super) fn new(waker: Waker) -> ForceHandle {
        let (asked, woken) = (AtomicBool::new(false), AtomicBool::new(false));
        ForceHandle {
            shared: Arc::new(Force { asked, woken, waker }),
        }
    }

    /// Whether it was called since this was asked last.
    pub(super) fn was_called(&self) -> bool {
        self.shared.asked.swap(false, Ordering::AcqRel)
    }

    /// Whether it was woken since this was asked last.
    pub(super) fn was_woken(&self) -> bool {
        self.shared.woken.swap(false, Ordering::AcqRel)
    }

    /// Whether one of them would say so.
    #[cfg(feature = "tokio")]
    pub(super) fn is_called(&self) -> bool {
        self.shared.asked.load(Ordering::Acquire) || self.shared.woken.load(Ordering::Acquire)
    }

    /// Goes to the last stage now.
    pub fn force(&self) {
        self.shared.asked.store(true, Ordering::Release);
        self.shared.waker.wake();
    }

    /// Has [`Stopping::next`](super::Stopping::next) return [`Next::TimedOut`](super::Next::TimedOut) now, whatever its timeout: for
    /// whoever has something else to tell the thread that waits, such as to [break off](super::Stopping::break_off). What has
    /// happened is told first.
    pub fn wake(&self) {
        self.shared.woken.store(true, Ordering::Release);
        self.shared.waker.wake();
    }
}
