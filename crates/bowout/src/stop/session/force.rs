//! A second Ctrl-C: no more patience.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::stop::sys::Waker;

/// Cuts the waits of a [`Stopping`](super::Stopping) short, from any thread: whoever is still there is asked the last stage at once. Where the
/// last stage has been asked already there is nothing to cut short.
#[derive(Clone, Debug)]
pub struct ForceHandle {
    shared: Arc<Force>,
}

#[derive(Debug)]
struct Force {
    asked: AtomicBool,
    waker: Waker,
}

impl ForceHandle {
    pub(super) fn new(waker: Waker) -> ForceHandle {
        let asked = AtomicBool::new(false);
        ForceHandle {
            shared: Arc::new(Force { asked, waker }),
        }
    }

    /// Whether it was called since this was asked last.
    pub(super) fn was_called(&self) -> bool {
        self.shared.asked.swap(false, Ordering::AcqRel)
    }

    /// Whether [`was_called`](ForceHandle::was_called) would say so.
    #[cfg(feature = "tokio")]
    pub(super) fn is_called(&self) -> bool {
        self.shared.asked.load(Ordering::Acquire)
    }

    /// Goes to the last stage now.
    pub fn force(&self) {
        self.shared.asked.store(true, Ordering::Release);
        self.shared.waker.wake();
    }
}
