//! A child, for tasks.

use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};

use crate::stop::{OpenError, Plan, Report, StopError, Target};

use super::held::Held;
use super::sys;
use super::{ChildOptions, Containment, ParentDeath, TerminateError};

/// How often is looked again at a child that has exited and whose status a debugger keeps.
const LOOK_EVERY: Duration = Duration::from_millis(10);

impl ChildOptions {
    /// Starts tokio's command; what it was told about `kill_on_drop` gives way to [`on_drop`](ChildOptions::on_drop). Needs the
    /// feature `tokio`.
    ///
    /// # Errors
    /// As [`spawn`](ChildOptions::spawn).
    ///
    /// # Panics
    /// Outside of a runtime that has its I/O enabled, if there are pipes.
    pub fn spawn_async(&self, command: &mut Command) -> io::Result<AsyncChild> {
        let (held, mut child) = self.start(command.as_std_mut())?;
        // From here on a failure lets the child go, as its options say.
        let mut started = AsyncChild {
            stdin: None,
            stdout: None,
            stderr: None,
            held,
        };
        started.stdin = child.stdin.take().map(ChildStdin::from_std).transpose()?;
        started.stdout = child.stdout.take().map(ChildStdout::from_std).transpose()?;
        started.stderr = child.stderr.take().map(ChildStderr::from_std).transpose()?;
        Ok(started)
    }
}

/// A [`Child`](super::Child) whose waits are futures and whose pipes are tokio's. Needs the feature `tokio`, and a runtime with
/// I/O and time enabled.
///
/// ```no_run
/// use bowout::spawn::AsyncChild;
/// use std::time::Duration;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let child = AsyncChild::spawn(&mut tokio::process::Command::new("worker"))?;
/// tokio::select! {
///     status = child.wait() => println!("{}", status?),
///     () = tokio::time::sleep(Duration::from_secs(60)) => {
///         for report in child.stop(&"TERM/10s/KILL".parse()?).await? {
///             println!("{report}");
///         }
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AsyncChild {
    /// Its standard input, if it was piped.
    pub stdin: Option<ChildStdin>,
    /// Its standard output, if it was piped.
    pub stdout: Option<ChildStdout>,
    /// Its standard error, if it was piped.
    pub stderr: Option<ChildStderr>,
    held: Held,
}

impl AsyncChild {
    /// Starts the command.
    ///
    /// # Errors
    /// As [`ChildOptions::spawn_async`].
    ///
    /// # Panics
    /// As [`ChildOptions::spawn_async`].
    pub fn spawn(command: &mut Command) -> io::Result<AsyncChild> {
        ChildOptions::default().spawn_async(command)
    }

    /// As [`Child::id`](super::Child::id).
    pub fn id(&self) -> u32 {
        self.held.process.id()
    }

    /// As [`Child::target`](super::Child::target).
    ///
    /// # Errors
    /// As there.
    pub fn target(&self) -> Result<Target, OpenError> {
        self.held.target()
    }

    /// As [`Child::containment`](super::Child::containment).
    pub fn containment(&self) -> Containment {
        self.held.process.containment()
    }

    /// As [`Child::parent_death`](super::Child::parent_death).
    pub fn parent_death(&self) -> ParentDeath {
        self.held.process.parent_death()
    }

    /// Waits until it has exited. Cancel safe; any number of tasks may wait.
    ///
    /// # Errors
    /// As [`Child::wait`](super::Child::wait).
    pub async fn wait(&self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            sys::exited(&self.held.process).await?;
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// As [`Child::try_wait`](super::Child::try_wait).
    ///
    /// # Errors
    /// As there.
    pub fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        self.held.process.try_wait()
    }

    /// As [`Child::terminate`](super::Child::terminate).
    ///
    /// # Errors
    /// As there.
    pub fn terminate(&self) -> Result<(), TerminateError> {
        self.held.terminate()
    }

    /// As [`Child::kill`](super::Child::kill).
    ///
    /// # Errors
    /// As there.
    pub fn kill(&self) -> io::Result<()> {
        self.held.kill()
    }

    /// As [`Child::stop`](super::Child::stop). If the future is dropped, nobody is asked anything more; whoever was asked stays
    /// asked.
    ///
    /// # Errors
    /// As there.
    pub async fn stop(&self, plan: &Plan) -> Result<Vec<Report>, StopError> {
        match self.held.stopping(plan)? {
            Some(stopping) => stopping.finish_async().await.map_err(StopError::Io),
            None => Ok(Vec::new()),
        }
    }
}

impl Drop for AsyncChild {
    fn drop(&mut self) {
        if self.held.lets_go_slowly() {
            let held = Arc::new(self.held.clone());
            let by_thread = Arc::clone(&held);
            let thread = std::thread::Builder::new().name("bowout-drop".into());
            if thread.spawn(move || by_thread.let_go()).is_ok() {
                return;
            }
        }
        self.held.let_go();
    }
}
