//! What a child is to whoever holds it, blocking or async.

use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Signal;
use crate::stop::{self, OpenError, Plan, ProcessId, Report, SignalError, StopError, Stopping, Target, Tree};

use super::OnDrop;
use super::left;
use super::sys::Process;

/// How long a drop waits for a child that was ended by force. One that the kernel holds on to may take for ever.
const LAST_WAIT: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) process: Arc<Process>,
    id: ProcessId,
    on_drop: OnDrop,
}

impl Held {
    pub(super) fn new(process: Process, child: &std::process::Child, on_drop: OnDrop) -> Held {
        Held {
            process: Arc::new(process),
            id: ProcessId::from(child),
            on_drop,
        }
    }

    pub(super) fn target(&self) -> Result<Target, OpenError> {
        let opened = self.process.with_number(|_| self.open());
        opened.unwrap_or(Err(OpenError::AlreadyExited {
            id: self.id,
            name: None,
            parent: None,
        }))
    }

    /// The child, while its number is its own.
    fn open(&self) -> Result<Target, OpenError> {
        let target = Target::open(self.id)?;
        Ok(match self.process.leads_group() {
            true => target.leads_group(),
            false => target,
        })
    }

    pub(super) fn wait_until(&self, until: Option<Instant>) -> io::Result<Option<ExitStatus>> {
        self.process.wait_until(until)
    }

    pub(super) fn terminate(&self) -> Result<(), TerminateError> {
        // To the end: without a pidfd, neither what is sent nor what is asked afterwards may meet who has its number next, who
        // could have been started in the same clock tick.
        self.process.with_number(|_| self.ask_to_terminate()).unwrap_or(Ok(()))
    }

    fn ask_to_terminate(&self) -> Result<(), TerminateError> {
        let target = match self.open() {
            Err(OpenError::AlreadyExited { .. }) => return Ok(()),
            Err(why) => return self.process.terminate_unopened(why).map_err(TerminateError::Open),
            Ok(target) => target,
        };
        match stop::signal(&target, Signal::Term) {
            // A stopped process acts on nothing before it goes on. Windows knows no such state.
            Ok(_) => {
                let _ = stop::signal(&target, Signal::Cont);
                Ok(())
            }
            Err(_) if target.has_exited() => Ok(()),
            Err(error) => Err(TerminateError::Signal(error)),
        }
    }

    pub(super) fn kill(&self) -> io::Result<()> {
        self.process.enclosure().kill()
    }

    pub(super) fn stop(&self, plan: &Plan) -> Result<Vec<Report>, StopError> {
        match self.stopping(plan)? {
            Some(stopping) => stopping.finish().map_err(StopError::Io),
            None => Ok(Vec::new()),
        }
    }

    /// Ready to be stopped by the plan; `None` if nobody is left.
    pub(super) fn stopping(&self, plan: &Plan) -> Result<Option<Stopping>, StopError> {
        let root = match self.target() {
            Err(OpenError::AlreadyExited { .. }) => self.left_behind().map_err(StopError::Io)?,
            root => Some(root.map_err(|error| StopError::Io(io::Error::other(error)))?),
        };
        let tree = root.map(|root| Tree::enclosed(root, Arc::clone(self.process.enclosure())));
        tree.map(|tree| Stopping::begin([tree], plan)).transpose()
    }

    /// One of those whom a child that has exited has left in its enclosure. From him on the others are found.
    fn left_behind(&self) -> io::Result<Option<Target>> {
        let members = Tree::targets_in(self.process.enclosure(), &Target::options())?;
        Ok(members.into_iter().next())
    }

    /// Does what was settled for when nobody holds the child any more.
    pub(super) fn let_go(&self) {
        match &self.on_drop {
            OnDrop::LeaveRunning => {}
            // There is nobody left to tell that it failed.
            OnDrop::Stop(plan) => match self.stop(plan) {
                // It would end us as well.
                Ok(_) | Err(StopError::Protected { .. }) => {}
                Err(_) => drop(self.kill()),
            },
            OnDrop::Kill => drop(self.kill()),
        }
        if self.on_drop != OnDrop::LeaveRunning {
            let _ = self.wait_until(Instant::now().checked_add(LAST_WAIT));
        }
        left::leave(&self.process);
    }

    /// Whether letting go may take as long as a plan does.
    #[cfg(feature = "tokio")]
    pub(super) fn lets_go_slowly(&self) -> bool {
        matches!(self.on_drop, OnDrop::Stop(_))
    }
}

/// Why a child could not be asked to terminate.
#[derive(Debug)]
#[non_exhaustive]
pub enum TerminateError {
    /// It could not be opened.
    Open(OpenError),
    /// No route could carry the request, as to a program on Windows that has neither a console nor bowout's event.
    Signal(SignalError),
}

impl fmt::Display for TerminateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TerminateError::Open(error) => error.fmt(f),
            TerminateError::Signal(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TerminateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            TerminateError::Open(error) => Some(error),
            TerminateError::Signal(error) => Some(error),
        }
    }
}
