use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use bowout::spawn::{AsyncChild, OnDrop};
use bowout_tests::{PATIENCE, actor_path};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use super::{is_gone, options};

/// The child, and its first line.
async fn start(words: &[&str], on_drop: OnDrop) -> (AsyncChild, String) {
    let mut command = Command::new(actor_path());
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = options().on_drop(on_drop).spawn_async(&mut command).unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    timeout(PATIENCE, stdout.read_line(&mut line)).await.unwrap().unwrap();
    (child, line.trim_end().to_owned())
}

#[tokio::test]
async fn many_at_once_and_cancelled_at_any_time() {
    let (child, _) = start(&["sleeper"], OnDrop::Kill).await;
    let child = Arc::new(child);
    let cancelled = timeout(Duration::from_millis(20), child.wait()).await;
    assert!(cancelled.is_err());
    let waiters: Vec<_> = (0..8)
        .map(|_| {
            let child = Arc::clone(&child);
            tokio::spawn(async move { child.wait().await.unwrap() })
        })
        .collect();
    child.kill().unwrap();
    for waiter in waiters {
        let status = timeout(PATIENCE, waiter).await.unwrap().unwrap();
        assert_eq!(Some(status), child.try_wait().unwrap());
    }
}

#[tokio::test]
async fn a_plan_is_awaited() {
    let (child, said) = start(&["exits-on-term"], OnDrop::Kill).await;
    assert_eq!(said, "ready");
    let reports = child.stop(&"TERM/30s/KILL".parse().unwrap()).await.unwrap();
    assert_eq!(reports[0].id.pid(), child.id());
    assert!(!reports[0].was_forced());
    assert_eq!(child.wait().await.unwrap().code(), Some(7));
}

#[tokio::test]
async fn a_drop_blocks_no_task() {
    let plan = "TERM/300ms/KILL".parse().unwrap();
    let (child, said) = start(&["ignores-term"], OnDrop::Stop(plan)).await;
    assert_eq!(said, "ready");
    let target = child.target().unwrap();
    drop(child);
    assert!(!target.has_exited(), "the drop has waited for the plan");
    assert!(tokio::task::spawn_blocking(move || is_gone(&target)).await.unwrap());
}
