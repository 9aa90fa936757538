//! What tokio's users expect on top of plain futures.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use tokio::runtime;
use tokio_util::sync::CancellationToken;

use super::shutdown::Handle;

impl Handle {
    /// A token that is cancelled by a request to stop, for code that knows tokio's tokens and not bowout. Cancelling it asks
    /// nobody to stop: it is a child of bowout's own. Needs the feature `tokio`, and no running runtime.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), bowout::listen::ListenError> {
    /// let shutdown = bowout::listen()?;
    /// let token = shutdown.token();
    /// let worker = tokio::spawn(async move {
    ///     tokio::select! {
    ///         () = token.cancelled() => (), // cancel safe
    ///         () = tokio::time::sleep(std::time::Duration::from_secs(1)) => (),
    ///     }
    /// });
    /// shutdown.requested().await; // cancel safe as well
    /// # let _ = worker.await;
    /// shutdown.run_cleanups_async().await;
    /// shutdown.leave()
    /// # }
    /// ```
    pub fn token(&self) -> CancellationToken {
        let token = self.shared.token.get_or_init(|| {
            let token = CancellationToken::new();
            let waker = Waker::from(Arc::new(Cancel(token.clone())));
            if !self.shared.register(&mut None, &waker) {
                waker.wake();
            }
            token
        });
        token.child_token()
    }
}

/// Cancels when there is a request.
struct Cancel(CancellationToken);

impl Wake for Cancel {
    fn wake(self: Arc<Self>) {
        self.0.cancel();
    }
}

/// A future that is polled in the context of the runtime in which it was made, if there was one.
pub(super) struct InContext<F> {
    runtime: Option<runtime::Handle>,
    future: Pin<Box<F>>,
}

impl<F> InContext<F> {
    pub(super) fn of_here(future: F) -> InContext<F> {
        InContext {
            runtime: runtime::Handle::try_current().ok(),
            future: Box::pin(future),
        }
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let _entered = this.runtime.as_ref().map(runtime::Handle::enter);
        this.future.as_mut().poll(context)
    }
}
