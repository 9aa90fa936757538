//! By which way a request travels, and why it could not.

use std::fmt;
use std::io;

use crate::Signal;

use super::ProcessId;
use super::protection::Protection;

/// A way by which a request reaches a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Route {
    /// A Unix signal, to that one process: by pidfd where the kernel has it
    /// ([pidfd_send_signal(2)](https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html)), else by `kill(2)` straight
    /// after the process's identity was checked.
    Signal,
    /// Windows: the named event that a program built on bowout listens to ([`cooperative`](crate::cooperative)). It reaches
    /// that one process.
    CooperativeEvent,
    /// Windows: `CTRL_C_EVENT`, by a helper process that attaches to the target's console. It reaches everybody on that
    /// console ([GenerateConsoleCtrlEvent](https://learn.microsoft.com/windows/console/generateconsolectrlevent)).
    ConsoleCtrlC,
    /// Windows: `TerminateProcess`, with [`Route::TERMINATE_CODE`] as the exit code.
    Terminate,
}

impl Route {
    /// The exit code of a process that was ended by [`Route::Terminate`]: 1, as the task manager and `taskkill /F` leave.
    pub const TERMINATE_CODE: u32 = 1;
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Route::Signal => "signal",
            Route::CooperativeEvent => "cooperative event",
            Route::ConsoleCtrlC => "Ctrl-C",
            Route::Terminate => "TerminateProcess",
        })
    }
}

/// One route that was tried, or in a [preview](super::Plan::preview) would be, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The route.
    pub route: Route,
    /// Whether the request went out that way, or would; and why not.
    pub result: Result<Reached, NotSent>,
}

/// Whom a request reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The numbers of the other processes that hear it as well: those who share the target's console. Empty where the route
    /// reaches the target alone.
    pub others: Vec<u32>,
}

/// Why a route could not carry a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// The process has exited.
    Exited,
    /// The system does not let us.
    PermissionDenied,
    /// The process does not listen to bowout's cooperative event.
    NotListening,
    /// The process has no console.
    NoConsole,
    /// This program cannot serve as the helper: its `main` does not call
    /// [`run_helper_if_asked`](super::run_helper_if_asked).
    NoHelper,
    /// A process that must not hear it shares the target's console.
    SharedConsole {
        /// Its number.
        with: u32,
        /// Why it must not.
        why: Protection,
    },
    /// The helper did not answer in time, or not in order.
    HelperFailed,
    /// The system refused for a reason of its own: the raw number of the error.
    System(i32),
}

impl NotSent {
    pub(super) fn from_io(error: &io::Error) -> NotSent {
        match error.kind() {
            io::ErrorKind::PermissionDenied => NotSent::PermissionDenied,
            _ => NotSent::System(error.raw_os_error().unwrap_or(0)),
        }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotSent::Exited => f.write_str("it has exited"),
            NotSent::PermissionDenied => f.write_str("no permission"),
            NotSent::NotListening => f.write_str("it does not listen to bowout's event"),
            NotSent::NoConsole => f.write_str("it has no console"),
            NotSent::NoHelper => f.write_str("this program's main does not call bowout::stop::run_helper_if_asked"),
            NotSent::SharedConsole { with, why } => {
                write!(f, "it shares its console with process {with}, which is {why}")
            }
            NotSent::HelperFailed => f.write_str("the helper process did not answer"),
            NotSent::System(code) => io::Error::from_raw_os_error(*code).fmt(f),
        }
    }
}

/// A signal that no route could carry to a process. Each [`Attempt`] says why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignalError {
    /// This system has no way to deliver the signal to anybody.
    Unsupported(super::UnsupportedSignal),
    /// Every route failed.
    NotSent {
        /// The process.
        id: ProcessId,
        /// The signal.
        signal: Signal,
        /// The routes in the order in which they were tried; at least one.
        attempts: Vec<Attempt>,
    },
}

impl fmt::Display for SignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignalError::Unsupported(why) => why.fmt(f),
            SignalError::NotSent { id, signal, attempts } => {
                write!(f, "{signal} did not reach process {id}: {}", reasons(attempts))
            }
        }
    }
}

impl std::error::Error for SignalError {}

/// The reasons of the attempts that failed: `cooperative event: it does not listen …, Ctrl-C: it has no console`.
pub(super) fn reasons(attempts: &[Attempt]) -> String {
    let failed = attempts.iter().filter_map(|attempt| {
        let why = attempt.result.as_ref().err()?;
        Some(format!("{}: {why}", attempt.route))
    });
    failed.collect::<Vec<_>>().join(", ")
}
