//! The exit of a child as an event of tokio's own loop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::Process;

/// How often is looked where the system offers nothing to wait on.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Returns when the child may have exited; it may be early. Cancel safe.
pub(in crate::spawn) async fn exited(process: &Arc<Process>) -> io::Result<()> {
    let Some(exit) = process.leader().pollable() else {
        tokio::time::sleep(LOOK_EVERY).await;
        return Ok(());
    };
    // A descriptor of our own: the loop holds each only once, and several may wait.
    let exit = exit.try_clone_to_owned()?;
    // SAFETY: the `AsyncFd` owns the descriptor, which is open until then, always has the same number, and is lent to nobody.
    let exit = unsafe { AsyncFd::register_with_interest(exit, Interest::READABLE) }?;
    let _ready = exit.readable().await?;
    Ok(())
}
