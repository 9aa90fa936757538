//! One process, held so that it cannot be mistaken for another.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::Signal;

use super::ProcessId;
use super::plan::check_signal;
use super::protection::Protection;
use super::report::ExitStatus;
use super::route::{Attempt, Sent, SignalError};
use super::sys::{self, Allowed, Facts, Group, Injection, Manner, Newcomer, OpenFailure};

/// A process that was opened and identified: whatever is sent through it reaches that process or nobody.
///
/// The handle comes first (a pidfd on Linux, a `HANDLE` on Windows, a kqueue registration on macOS and the BSDs), and the
/// identity is read behind it, so a number that is given out again in between is noticed. A target does not keep its process
/// from exiting, and takes no exit status away from the parent.
///
/// Linux kernels before 5.3, sandboxes that forbid `pidfd_open(2)`, and illumos have no such handle. There the start time is
/// compared straight before each signal, which leaves a gap of microseconds, and exits are noticed by looking every 10 ms.
#[derive(Debug)]
pub struct Target {
    process: Arc<sys::Process>,
    id: ProcessId,
    name: Option<String>,
    allowed: Allowed,
}

impl Target {
    /// Opens a process. [`Protected`](OpenError::Protected) ones are refused; [`options`](Target::options) lifts that.
    ///
    /// # Errors
    /// [`OpenError`], of which each variant is a state of affairs of its own: not there, exited, not allowed, protected,
    /// another process than was meant.
    ///
    /// ```
    /// use bowout::stop::{OpenError, ProcessId, Protection, Target};
    ///
    /// // Nobody stops himself by accident.
    /// let refused = Target::open(ProcessId::own());
    /// assert!(matches!(refused, Err(OpenError::Protected { why: Protection::OwnProcess, .. })));
    /// ```
    pub fn open(id: ProcessId) -> Result<Target, OpenError> {
        Target::options().open(id)
    }

    /// Options for opening a process.
    pub fn options() -> TargetOptions {
        TargetOptions {
            allowed: Allowed::default(),
        }
    }

    /// The process, with its start time where the system tells it: print this for others to use later.
    pub fn id(&self) -> ProcessId {
        self.id
    }

    /// The name of its program, where the system tells it. On Linux it is cut to 15 bytes and the process may change it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether it has exited, with all of its threads.
    pub fn has_exited(&self) -> bool {
        self.process.has_exited()
    }

    /// How it ended, where the system tells us; [`ExitStatus::Unknown`] while it lives.
    pub fn exit_status(&self) -> ExitStatus {
        if self.has_exited() {
            self.process.exit_status()
        } else {
            ExitStatus::Unknown
        }
    }

    pub(super) fn process(&self) -> &Arc<sys::Process> {
        &self.process
    }

    pub(super) fn allowed(&self) -> &Allowed {
        &self.allowed
    }

    /// Notes that it leads a process group that this program made (`CREATE_NEW_PROCESS_GROUP`), so that a `CTRL_BREAK_EVENT`
    /// can go to it. To be called only with a child that was started so.
    pub(crate) fn leads_group(mut self) -> Target {
        self.allowed.group = Group::Ours;
        self
    }
}

/// How a process is to be opened.
///
/// ```no_run
/// use bowout::stop::{Protection, Target};
///
/// // The container's first process, on purpose.
/// let init = Target::options().allow(Protection::Init).open("1".parse()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TargetOptions {
    allowed: Allowed,
}

impl TargetOptions {
    /// Lifts one protection. Who is protected for several reasons, as a critical process that is also an ancestor, has only the
    /// most telling one.
    ///
    /// On Windows the lifting of [`Protection::OwnProcess`] and [`Protection::Ancestor`] also lets a Ctrl-C go to a console
    /// that these share. The calling process survives the one that it sent itself, whether it listens to Ctrl-C or not, if its
    /// `main` began with [`run_helper_if_asked`](super::run_helper_if_asked) or [`set_helper`](super::set_helper).
    #[must_use]
    pub fn allow(mut self, protection: Protection) -> TargetOptions {
        self.allowed.protections.push(protection);
        self
    }

    /// On Windows, lets a request that no other route can carry be put into the process by a thread that is started there
    /// ([`Route::InjectedEvent`](super::Route::InjectedEvent)). Elsewhere it changes nothing.
    ///
    /// It needs no console and no window, and reaches nobody else. But it is what malware does too, so a watchful system may
    /// forbid or report it; and a program that has no handler ends at once, one without a console as well.
    #[must_use]
    pub fn inject(mut self) -> TargetOptions {
        self.allowed.injection = Injection::Allowed;
        self
    }

    /// Opens a process.
    ///
    /// # Errors
    /// As [`Target::open`].
    pub fn open(&self, id: ProcessId) -> Result<Target, OpenError> {
        let (process, facts) = sys::Process::open(id.pid()).map_err(|failure| self.failed(id, failure))?;
        let Facts {
            start,
            name,
            protection,
        } = facts;
        match (id.start(), start) {
            (Some(expected), Some(found)) if expected != found => {
                return Err(OpenError::PidReused {
                    expected: id,
                    found: id.with_start(start),
                    name,
                });
            }
            (Some(_), None) => return Err(OpenError::StartUnknown { id }),
            _ => {}
        }
        let id = id.with_start(start);
        if let Some(why) = protection.filter(|why| !self.allowed.protections.contains(why)) {
            return Err(OpenError::Protected { id, name, why });
        }
        Ok(Target {
            process: Arc::new(process),
            id,
            name,
            allowed: self.allowed.clone(),
        })
    }

    /// One who was found and opened by other means, unless he is protected.
    pub(super) fn take(&self, found: Newcomer) -> Option<Target> {
        let Newcomer { pid, process, facts } = found;
        let spared = facts.protection.filter(|why| !self.allowed.protections.contains(why));
        let id = ProcessId::new(pid).filter(|_| spared.is_none())?;
        Some(Target {
            process: Arc::new(process),
            id: id.with_start(facts.start),
            name: facts.name,
            allowed: self.allowed.clone(),
        })
    }

    fn failed(&self, id: ProcessId, failure: OpenFailure) -> OpenError {
        match failure {
            OpenFailure::NoSuchProcess => OpenError::NoSuchProcess { id },
            OpenFailure::AlreadyExited { name, parent } => OpenError::AlreadyExited { id, name, parent },
            OpenFailure::Thread { name, of } => OpenError::Thread { id, name, of },
            OpenFailure::Refused(Some(why)) if !self.allowed.protections.contains(&why) => {
                OpenError::Protected { id, name: None, why }
            }
            OpenFailure::Refused(_) => OpenError::PermissionDenied { id },
            OpenFailure::Io(source) => OpenError::Io { id, source },
        }
    }
}

/// Sends one signal, once, and waits for nothing: what `kill(1)` does, to exactly the process that was opened.
///
/// # Errors
/// [`SignalError`] where the signal does not exist here, or where no route could carry it. Each attempt says why.
///
/// ```no_run
/// use bowout::{Signal, stop};
///
/// let target = stop::Target::open("1234".parse()?)?;
/// let sent = stop::signal(&target, Signal::Int)?;
/// println!("sent by {}; {}", sent.route, sent.reached); // sent by Ctrl-C; heard by 1230, 1238 as well
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn signal(target: &Target, signal: Signal) -> Result<Sent, SignalError> {
    check_signal(signal).map_err(SignalError::Unsupported)?;
    let attempts = target.attempt(signal, Manner::Plain);
    let sent = |attempt: &Attempt| Some((attempt.route, attempt.result.clone().ok()?));
    match attempts.iter().find_map(sent) {
        Some((route, reached)) => Ok(Sent {
            route,
            reached,
            attempts,
        }),
        None => Err(SignalError::NotSent {
            id: target.id(),
            signal,
            attempts,
        }),
    }
}

impl Target {
    pub(super) fn attempt(&self, signal: Signal, manner: Manner) -> Vec<Attempt> {
        self.process
            .send(signal, manner, &self.allowed, &mut std::collections::HashSet::new())
    }
}

/// Why a process was not opened. Nothing was done to it.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// Nobody has this number.
    NoSuchProcess {
        /// What was asked for.
        id: ProcessId,
    },
    /// The process has exited; all that is left is its exit status, which its parent has not fetched yet (a "zombie").
    AlreadyExited {
        /// What was asked for.
        id: ProcessId,
        /// Its name, where the system still tells it.
        name: Option<String>,
        /// The parent, where the system tells it.
        parent: Option<u32>,
    },
    /// The number is that of a thread.
    Thread {
        /// What was asked for.
        id: ProcessId,
        /// The thread's name, where the system tells it.
        name: Option<String>,
        /// The process that the thread belongs to.
        of: u32,
    },
    /// The system does not let us look at the process.
    PermissionDenied {
        /// What was asked for.
        id: ProcessId,
    },
    /// The process is one that is left alone unless the call says otherwise ([`TargetOptions::allow`]).
    Protected {
        /// The process.
        id: ProcessId,
        /// Its name, where the system tells it.
        name: Option<String>,
        /// Why.
        why: Protection,
    },
    /// The process that was meant is gone, and another one has its number.
    PidReused {
        /// The process that was meant.
        expected: ProcessId,
        /// The one that has its number now.
        found: ProcessId,
        /// Its name.
        name: Option<String>,
    },
    /// A start time was given, and this system does not tell the start time of this process, so that it cannot be known
    /// whether it is the one.
    StartUnknown {
        /// What was asked for.
        id: ProcessId,
    },
    /// The system failed in some other way.
    Io {
        /// What was asked for.
        id: ProcessId,
        /// How.
        source: io::Error,
    },
}

impl OpenError {
    /// What was asked for.
    pub fn id(&self) -> ProcessId {
        match self {
            OpenError::NoSuchProcess { id }
            | OpenError::AlreadyExited { id, .. }
            | OpenError::Thread { id, .. }
            | OpenError::PermissionDenied { id }
            | OpenError::Protected { id, .. }
            | OpenError::PidReused { expected: id, .. }
            | OpenError::StartUnknown { id }
            | OpenError::Io { id, .. } => *id,
        }
    }

    /// The name of what was asked for, where the system told it. It is not that of another process which has its number now.
    pub fn name(&self) -> Option<&str> {
        match self {
            OpenError::AlreadyExited { name, .. }
            | OpenError::Thread { name, .. }
            | OpenError::Protected { name, .. } => name.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pid = self.id().pid();
        let name = self.name().map(|name| format!(" ({name})")).unwrap_or_default();
        match self {
            OpenError::NoSuchProcess { .. } => {
                write!(f, "no process has the number {pid}: it has exited, or never was")
            }
            OpenError::AlreadyExited {
                parent: Some(parent), ..
            } => write!(
                f,
                "process {pid}{name} has exited; its entry goes when its parent, process {parent}, fetches the exit status"
            ),
            OpenError::AlreadyExited { parent: None, .. } => write!(f, "process {pid}{name} has exited"),
            OpenError::Thread { of, .. } => write!(f, "{pid}{name} is a thread of process {of}: name that one"),
            OpenError::PermissionDenied { .. } => {
                write!(
                    f,
                    "no permission to open process {pid}: act as its owner or as administrator"
                )
            }
            OpenError::Protected { why, .. } => {
                write!(
                    f,
                    "process {pid}{name} is {why}: it is left alone unless allowed by name"
                )
            }
            OpenError::PidReused { found, name, .. } => {
                let name = name.as_deref().unwrap_or("unknown");
                write!(
                    f,
                    "process {} is gone, and its number is now that of {found} ({name})",
                    self.id()
                )
            }
            OpenError::StartUnknown { .. } => {
                write!(
                    f,
                    "the start time of process {pid} is not to be had here: name it by its number alone"
                )
            }
            OpenError::Io { source, .. } => write!(f, "process {pid} could not be opened: {source}"),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OpenError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_leads_a_group_of_ours_unless_it_is_said() {
        let own = Target::options().allow(Protection::OwnProcess);
        let target = own.open(ProcessId::own()).unwrap();
        assert_eq!(target.allowed().group, Group::Unknown);
        assert_eq!(target.leads_group().allowed().group, Group::Ours);
    }
}
