//! How do I run a program as its good parent?
//!
//! For programs whose trade is to run another: an init in a container, a wrapper, a time limit. A [`Supervisor`] starts the
//! program in a group of its own, passes on to it whatever signal comes, reaps whoever is orphaned below it, hands it the
//! terminal and takes it back, ends whoever it leaves behind, and tells how it ended; [`Ended::exit`] ends this process in the
//! same way. It is what the command `bowout run` is made of.
//!
//! ```no_run
//! use bowout::supervise::Supervisor;
//! use std::time::Duration;
//!
//! let ended = Supervisor::new("make")
//!     .args(["-j4", "test"])
//!     .timeout(Duration::from_secs(3600)) // then TERM, 10 seconds, KILL, for everybody below
//!     .run()?;
//! if ended.timed_out() {
//!     eprintln!("make took more than an hour");
//! }
//! ended.exit()
//! # ; Ok::<(), bowout::supervise::SuperviseError>(())
//! ```
//!
//! # What happens to whom
//!
//! | when | bowout | on Windows |
//! | --- | --- | --- |
//! | a signal comes | passes it on, to the main process, its group or the whole tree ([`Supervisor::forward_to`]), as itself or [as another](Supervisor::map) | the same for [what stands for signals](#windows) |
//! | an orphan below ends | reaps it; orphans come here and not to process 1 (Linux, FreeBSD) | nothing is left of it to be reaped |
//! | the time is over | asks the whole tree by the [plan](Supervisor::plan), and ends it by force at last | the same; where nobody can be asked, force comes at once |
//! | the main process ends | asks whoever is left by the same plan, and returns when nobody is ([`Leftovers`]) | the same, with who is in the job |
//! | this process is killed | its guard, a small process between it and the tree, does that in its place (Linux, unless this is process 1, with which the kernel ends everybody) | the system ends everybody in the job |
//! | the main process says that it is ready ([`Supervisor::ready`]) | tells it, also its own supervisor | [an error](SuperviseError::ReadinessUnsupported) |
//! | the main process is stopped by Ctrl-Z | takes the terminal back and is stopped as well; `fg` continues both | – |
//!
//! # Windows
//!
//! The main process is in a [job object](https://learn.microsoft.com/windows/win32/procthread/job-objects) from its first
//! instruction on, and so is whoever it starts; the job ends with this process. Requests come as events:
//!
//! | event | is passed on as |
//! | --- | --- |
//! | bowout's own ([`cooperative`](crate::cooperative)), as `bowout stop` sets it | TERM |
//! | Ctrl-C, Ctrl-Break | INT, BREAK; not if the main process hears it itself, on the same console. In a group of its own Ctrl-C is off, and TERM takes its place |
//! | the console is closed, the user logs off, the system shuts down | TERM. The system ends this process after 5 s ([HandlerRoutine](https://learn.microsoft.com/windows/console/handlerroutine), "Timeouts"), so whoever is left is ended by force after 4 |
//!
//! A signal goes by the [routes](crate::stop#windows) that it has, and where every route is closed that is
//! [told](Happening::NotSent).
//!
//! Where one of the standard streams is a console, somebody may type Ctrl-C there: the main process then shares the group of
//! this process, and hears it. Elsewhere it gets a group of its own, to which Ctrl-Break can be sent.
//!
//! # Limits
//!
//! - It is for a process with one thread that has nothing else to do: it takes all signals over, reaps every child, and the
//!   main process may be ended by its parent *thread's* end. Call it from `main`.
//! - macOS, OpenBSD, NetBSD and illumos let nobody adopt orphans: there, whoever leaves both the group of the main process and
//!   its parent is not found any more.
//! - Only on Linux a guard ends the tree when this process is killed; on FreeBSD the main process is asked by the kernel, and
//!   elsewhere nobody is.
//! - On Windows it takes the events over to the end of the process, and there can be no [listener](mod@crate::listen) beside it.
//!   No window is made for it, so a program that has loaded user32 hears nothing of the end of the session.

mod core;
#[cfg(test)]
mod core_tests;
mod ended;
mod readiness;
mod sys;

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::time::Duration;

use crate::Signal;
use crate::stop::{Plan, ProcessId, SignalError, UnsupportedSignal};

pub use ended::Ended;
pub use readiness::Readiness;

/// A program to be run, and how its parent behaves.
#[derive(Debug)]
pub struct Supervisor {
    program: OsString,
    args: Vec<OsString>,
    forward_to: Reach,
    map: Vec<(Signal, Option<Signal>)>,
    timeout: Option<Duration>,
    plan: Plan,
    stop_reach: Reach,
    escalation: Escalation,
    leftovers: Leftovers,
    parent_death: ParentDeath,
    terminal: Terminal,
    ready: Option<Readiness>,
}

impl Supervisor {
    /// Will run this program: a path, or a name to be looked for in `PATH`.
    pub fn new(program: impl Into<OsString>) -> Supervisor {
        Supervisor {
            program: program.into(),
            args: Vec::new(),
            forward_to: Reach::Main,
            map: Vec::new(),
            timeout: None,
            plan: Plan::default(),
            stop_reach: Reach::Tree,
            escalation: Escalation::OnTimeout,
            leftovers: Leftovers::Stop,
            parent_death: ParentDeath::LiveOn,
            terminal: Terminal::Foreground,
            ready: None,
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Supervisor {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// To whom signals are passed on that come to this process. Without this: to the main process, which knows best what
    /// they mean to its own children.
    #[must_use]
    pub fn forward_to(mut self, reach: Reach) -> Supervisor {
        self.forward_to = reach;
        self
    }

    /// Passes `to` on where `from` comes, or nothing. The last word on a signal holds.
    #[must_use]
    pub fn map(mut self, from: Signal, to: Option<Signal>) -> Supervisor {
        self.map.push((from, to));
        self
    }

    /// Carries the plan out when the main process is not done by then. Without this it has all the time in the world.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Supervisor {
        self.timeout = Some(timeout);
        self
    }

    /// How the tree is ended when its time is over, for whoever is left behind by the main process, and when a parent is gone.
    /// Without this: [`Plan::default`].
    #[must_use]
    pub fn plan(mut self, plan: Plan) -> Supervisor {
        self.plan = plan;
        self
    }

    /// Whom the plan asks while the main process is there. Without this: the whole tree.
    #[must_use]
    pub fn stop_reach(mut self, reach: Reach) -> Supervisor {
        self.stop_reach = reach;
        self
    }

    /// What begins the plan. Without this: the timeout alone.
    #[must_use]
    pub fn escalation(mut self, escalation: Escalation) -> Supervisor {
        self.escalation = escalation;
        self
    }

    /// What becomes of those whom the main process leaves behind. Without this they are stopped.
    #[must_use]
    pub fn leftovers(mut self, leftovers: Leftovers) -> Supervisor {
        self.leftovers = leftovers;
        self
    }

    /// What happens when the parent of this process is gone. Without this: nothing.
    #[must_use]
    pub fn parent_death(mut self, parent_death: ParentDeath) -> Supervisor {
        self.parent_death = parent_death;
        self
    }

    /// How the main process gets the terminal. Without this: by [`Terminal::Foreground`].
    #[must_use]
    pub fn terminal(mut self, terminal: Terminal) -> Supervisor {
        self.terminal = terminal;
        self
    }

    /// How the main process says that it is ready. Without this nobody listens.
    #[must_use]
    pub fn ready(mut self, readiness: Readiness) -> Supervisor {
        self.ready = Some(readiness);
        self
    }

    /// Runs the program, and returns when it has ended and nobody is left of whom there should not be.
    ///
    /// # Errors
    /// [`SuperviseError`]. Nothing runs then.
    pub fn run(self) -> Result<Ended, SuperviseError> {
        self.run_and_tell(&mut |_| {})
    }

    /// The same, with each thing told as it happens.
    ///
    /// # Errors
    /// As [`run`](Supervisor::run).
    pub fn run_and_tell(self, tell: &mut dyn FnMut(Happening)) -> Result<Ended, SuperviseError> {
        self.plan.check().map_err(SuperviseError::Plan)?;
        sys::run(&self, tell)
    }

    fn settings(&self) -> core::Settings {
        core::Settings {
            forward_to: self.forward_to,
            map: self.map.clone(),
            timeout: self.timeout,
            plan: self.plan.clone(),
            stop_reach: self.stop_reach,
            escalation: self.escalation,
            leftovers: self.leftovers,
        }
    }
}

/// Who is meant by a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reach {
    /// The main process alone.
    Main,
    /// The process group that the main process leads. Where it shares the group of this process ([`Terminal::Shared`]), and on
    /// Windows, where nobody tells who is in a group, the same as [`Tree`](Reach::Tree).
    Group,
    /// Everybody below this process, as far as they are found.
    Tree,
}

/// What begins the plan, beside the parent's death and leftovers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Escalation {
    /// The timeout. A request to stop is passed on, and whoever made it sees to what follows.
    OnTimeout,
    /// A request to stop as well (TERM, INT, HUP, QUIT; BREAK on Windows): it is passed on in the place of the plan's first
    /// signal, and the rest of the plan follows.
    OnRequest,
}

/// What becomes of those whom the main process leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Leftovers {
    /// They are stopped by the plan.
    Stop,
    /// They are waited for.
    Wait,
    /// They are left running. There is no guard then, and on Windows nobody ends with this process.
    Leave,
}

/// What happens when the parent of this process is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParentDeath {
    /// Nothing.
    LiveOn,
    /// The tree is stopped by the plan. Linux, FreeBSD and Windows tell; elsewhere this is an error.
    Stop,
}

/// How the main process gets the terminal that this process has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Terminal {
    /// It gets a group of its own, which is in the foreground whenever this process would be. Where others may share the
    /// foreground (in a pipeline, in a script) it is [`Shared`](Terminal::Shared) instead, so that Ctrl-C and Ctrl-Z mean all of
    /// them; and so it is on Windows, where a console knows no foreground, if one of the standard streams is a console.
    Foreground,
    /// It stays in the group of this process, and gets what the keyboard says together with it.
    Shared,
    /// It leads a session of its own ([setsid(2)](https://man7.org/linux/man-pages/man2/setsid.2.html)), as under `dumb-init`.
    /// On Linux the terminal goes over to it where this process leads the session that has it, as an init does; otherwise it has
    /// none. On Windows the same as [`Foreground`](Terminal::Foreground).
    Session,
}

/// Something that happens while a program is supervised.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happening {
    /// Orphans do not come to this process: whoever leaves the group of the main process is not found any more. Told before it is
    /// started, on macOS, OpenBSD, NetBSD and illumos, where nobody can adopt them, and where a sandbox forbids it.
    OrphansGoElsewhere,
    /// The main process is there.
    Started(ProcessId),
    /// It has said that it is ready ([`Supervisor::ready`]).
    Ready,
    /// What it has said does not reach this process's supervisor, and why, in one line. Told once.
    NotPassedOn(String),
    /// A signal came and was passed on, as this one.
    Forwarded(Signal, Reach),
    /// The time is over.
    TimedOut,
    /// An orphan has ended that nobody else would have reaped.
    Reaped(ProcessId),
    /// The main process has ended, and not everybody with it.
    LeftBehind,
    /// The parent of this process is gone.
    ParentGone,
    /// The plan asks.
    Asked(Signal, Reach),
    /// What was to be passed on or asked last has reached nobody. What the plan asks next comes at once. (Windows)
    NotSent(SignalError),
}

/// Why a program is not run.
#[derive(Debug)]
#[non_exhaustive]
pub enum SuperviseError {
    /// The plan has a signal that this system does not know.
    Plan(UnsupportedSignal),
    /// The program could not be started: `NotFound`, or it is not executable.
    Start {
        /// What was to be started.
        program: OsString,
        /// The system's reason.
        source: io::Error,
    },
    /// This system does not tell of a parent's death.
    ParentDeathUnsupported,
    /// No program can be told to write to this descriptor.
    Descriptor(u32),
    /// On this system nobody hears that a program is ready.
    ReadinessUnsupported,
    /// The system did not let this process be a parent.
    Io(io::Error),
}

impl fmt::Display for SuperviseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SuperviseError::Plan(error) => error.fmt(f),
            SuperviseError::Start { program, source } => {
                let program = program.to_string_lossy();
                match source.kind() {
                    io::ErrorKind::NotFound => write!(f, "cannot run '{program}': there is no such program"),
                    _ => write!(f, "cannot run '{program}': {source}"),
                }
            }
            SuperviseError::ParentDeathUnsupported => {
                f.write_str("this system does not tell a process that its parent is gone")
            }
            SuperviseError::Descriptor(number) => write!(
                f,
                "a program cannot tell by descriptor {number} that it is ready: take one from 3 on, below the limit of open files"
            ),
            SuperviseError::ReadinessUnsupported => {
                f.write_str("on this system a program cannot tell its parent that it is ready")
            }
            SuperviseError::Io(error) => write!(f, "the system does not let this process be a parent: {error}"),
        }
    }
}

impl std::error::Error for SuperviseError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SuperviseError::Plan(error) => Some(error),
            SuperviseError::Start { source, .. } | SuperviseError::Io(source) => Some(source),
            SuperviseError::ParentDeathUnsupported
            | SuperviseError::Descriptor(_)
            | SuperviseError::ReadinessUnsupported => None,
        }
    }
}

/// Holds every signal back from here on, until [`Supervisor::run`] passes them on or [`release_signals`] lets them through. For a
/// program that supervises from its first instruction on: one that comes before it is ready is not lost, and as process 1,
/// which gets no signal that it does not handle, it would be. Async-signal-safe, and nothing on Windows, where there is
/// nothing to hold.
///
/// ```
/// bowout::supervise::hold_signals();
/// // … the program finds that it is not to supervise
/// bowout::supervise::release_signals();
/// ```
pub fn hold_signals() {
    sys::hold_signals();
}

/// Takes [`hold_signals`] back: what has come meanwhile comes now.
pub fn release_signals() {
    sys::release_signals();
}
