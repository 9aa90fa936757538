//! A child, for those who wait by blocking.

use std::io;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus};
use std::time::{Duration, Instant};

use crate::stop::{OpenError, Plan, Report, StopError, Target};

use super::held::Held;
use super::{ChildOptions, Containment, ParentDeath, TerminateError};

/// A child in an enclosure of its own: a process group, a cgroup or a job.
///
/// All methods take `&self`; share it by reference or in an `Arc`. A drop [leaves it running](super::OnDrop), unless the options
/// say otherwise.
#[derive(Debug)]
pub struct Child {
    /// Its standard input, if it was piped. A child that reads to the end of it waits until this is dropped: take it before
    /// you wait.
    pub stdin: Option<ChildStdin>,
    /// Its standard output, if it was piped.
    pub stdout: Option<ChildStdout>,
    /// Its standard error, if it was piped.
    pub stderr: Option<ChildStderr>,
    held: Held,
}

impl Child {
    /// Starts the command.
    ///
    /// # Errors
    /// As [`ChildOptions::spawn`].
    pub fn spawn(command: &mut Command) -> io::Result<Child> {
        Child::options().spawn(command)
    }

    /// Options for starting one.
    pub fn options() -> ChildOptions {
        ChildOptions::default()
    }

    pub(super) fn new(held: Held, mut child: std::process::Child) -> Child {
        Child {
            stdin: child.stdin.take(),
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            held,
        }
    }

    /// Its number, which may be another process's once the child has been waited for.
    pub fn id(&self) -> u32 {
        self.held.process.id()
    }

    /// The child as a target, for what [`stop`](crate::stop) can do with any process.
    ///
    /// # Errors
    /// As [`Target::open`]; [`OpenError::AlreadyExited`] once it has exited.
    pub fn target(&self) -> Result<Target, OpenError> {
        self.held.target()
    }

    /// What keeps it and its descendants together.
    pub fn containment(&self) -> Containment {
        self.held.process.containment()
    }

    /// Who is ended when this process is gone.
    pub fn parent_death(&self) -> ParentDeath {
        self.held.process.parent_death()
    }

    /// Waits until it has exited. Once known, the status is told to everybody who asks.
    ///
    /// It waits for the child alone: descendants that it has left may still run.
    ///
    /// # Errors
    /// The system's; on Unix `ECHILD` if the status was taken by somebody else, who waits for every child of this process.
    pub fn wait(&self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.held.wait_until(None)? {
                return Ok(status);
            }
        }
    }

    /// How it ended, or `None` while it runs.
    ///
    /// # Errors
    /// As [`wait`](Child::wait).
    pub fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        self.held.process.try_wait()
    }

    /// Waits until it has exited, for so long at most; `None` if it runs on.
    ///
    /// # Errors
    /// As [`wait`](Child::wait).
    pub fn wait_timeout(&self, timeout: Duration) -> io::Result<Option<ExitStatus>> {
        match Instant::now().checked_add(timeout) {
            Some(until) => self.held.wait_until(Some(until)),
            None => self.wait().map(Some),
        }
    }

    /// Asks it to terminate, once, and does not wait: SIGTERM, and SIGCONT behind it in case it is stopped; on Windows by the
    /// routes that TERM takes there ([`stop`](crate::stop#windows)). That it has exited is no error.
    ///
    /// Only the child is asked. One that is well-behaved ends its own children in order; for the others there is
    /// [`stop`](Child::stop).
    ///
    /// # Errors
    /// [`TerminateError`] where no request could be made, as is common on Windows: each route says why.
    pub fn terminate(&self) -> Result<(), TerminateError> {
        self.held.terminate()
    }

    /// Ends it by force, and whoever it has started and who is still in its [enclosure](Child::containment), and does not wait:
    /// SIGKILL to the group, `cgroup.kill`, or `TerminateJobObject`. That nobody is left is no error.
    ///
    /// # Errors
    /// The system's, where it refuses: some member belongs to another user.
    pub fn kill(&self) -> io::Result<()> {
        self.held.kill()
    }

    /// Stops it and whoever is in its [enclosure](Child::containment) by the plan, all at once and with one deadline. If it has
    /// exited, those whom it has left behind.
    ///
    /// There is a report for each process, that of the child first.
    ///
    /// # Errors
    /// As [`Stopping::begin`](crate::stop::Stopping::begin).
    pub fn stop(&self, plan: &Plan) -> Result<Vec<Report>, StopError> {
        self.held.stop(plan)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.held.let_go();
    }
}
