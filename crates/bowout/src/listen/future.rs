//! Waiting without a thread, on any executor.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::request::Request;
use super::shutdown::Handle;
use super::sys;

/// Ready when there is a request: see [`Handle::requested`].
///
/// Cancel safe: dropping it before it is ready loses nothing, since the request stays. It may be polled again after it was
/// ready, and is ready again. Wakers are called from bowout's thread and must not block.
pub struct Requested {
    handle: Handle,
    key: Option<u64>,
}

impl Requested {
    pub(super) fn new(handle: Handle) -> Requested {
        sys::stay_on_top();
        Requested { handle, key: None }
    }
}

impl Future for Requested {
    type Output = Request;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Request> {
        let this = &mut *self;
        if this.handle.shared.register(&mut this.key, context.waker()) {
            return Poll::Pending;
        }
        this.handle.request().map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Requested {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.handle.shared.unregister(key);
        }
    }
}

impl fmt::Debug for Requested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requested").finish_non_exhaustive()
    }
}
