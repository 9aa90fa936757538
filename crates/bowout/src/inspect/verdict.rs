//! What would come of a request: from the facts to a verdict. The pure core.

use std::fmt;

use crate::Signal;
use crate::signal::DefaultAction;
use crate::stop::{Attempt, Route};

use super::Signals;
use super::sys::Rank;

/// What a process would do about a signal, as things stand now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// A handler of its own runs.
    Caught,
    /// It waits for it, in this way.
    Awaited(Waits),
    /// Every thread keeps it out: it stays pending until one lets it in, or asks for it. A program that does so between
    /// two waits looks the same.
    Blocked,
    /// It is ignored, and nothing happens.
    Ignored,
    /// The system does what it does by default: mostly, the process ends at once, with no cleanup.
    Default(DefaultAction),
    /// The system drops it: the process is the first of its pid namespace, and has no handler
    /// ([pid_namespaces(7)](https://man7.org/linux/man-pages/man7/pid_namespaces.7.html)).
    Dropped,
    /// It has exited already, and only its exit status is left.
    Exited,
    /// It gets it, and the system does not tell what it does about it.
    Untold,
    /// There is no way by which it could get it.
    Unreachable,
}

/// How a process waits for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Waits {
    /// It reads it from a [signalfd(2)](https://man7.org/linux/man-pages/man2/signalfd.2.html).
    SignalFd,
    /// A thread sleeps in [sigwaitinfo(2)](https://man7.org/linux/man-pages/man2/sigwaitinfo.2.html) or its like.
    SigWait,
    /// It listens to bowout's [cooperative event](crate::cooperative) (Windows).
    CooperativeEvent,
    /// It is a service that accepts to be stopped (Windows).
    ServiceControl,
}

/// What stands between a request and its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum When {
    /// Nothing.
    AtOnce,
    /// It is stopped, and acts when it is continued. `bowout stop` continues it.
    Continued,
    /// It is in a call of the kernel that perhaps no signal interrupts, and acts when that returns.
    CallReturned,
    /// A debugger is told first, and decides.
    DebuggerDecided,
}

/// What one request would come to.
///
/// Shown as `heard, by a handler of its own`; with the [route](Request::route) behind it on Windows, and where we may not send it,
/// why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The request.
    pub signal: Signal,
    /// What the process would do about it.
    pub verdict: Verdict,
    /// When it would.
    pub when: When,
    /// The routes by which bowout could send it, each with whether it is open to us, and who else would hear it.
    pub attempts: Vec<Attempt>,
}

impl Request {
    /// The route that bowout would take.
    pub fn route(&self) -> Option<Route> {
        let open = self.attempts.iter().find(|attempt| attempt.result.is_ok());
        open.map(|attempt| attempt.route)
    }

    /// Whether the process would learn of it, and so could leave in order.
    pub fn is_heard(&self) -> bool {
        matches!(self.verdict, Verdict::Caught | Verdict::Awaited(_))
    }
}

/// What a process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// It runs, or could.
    Running,
    /// It waits for something, and a signal can wake it.
    Sleeping,
    /// It is in a call of the kernel that perhaps no signal interrupts (state D). Some of these a signal that ends the process does
    /// interrupt, such as vfork(2) and much of NFS; the state does not tell which.
    Uninterruptible,
    /// A signal has stopped it.
    Stopped,
    /// A debugger has stopped it.
    TracingStop,
    /// It has exited, and its parent has not fetched the exit status.
    Zombie,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            State::Running => "running",
            State::Sleeping => "sleeping",
            State::Uninterruptible => "in a call of the kernel that perhaps no signal interrupts",
            State::Stopped => "stopped",
            State::TracingStop => "stopped by a debugger",
            State::Zombie => "exited, not waited for by its parent",
        })
    }
}

/// What the verdicts on Unix come from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub(super) state: Option<State>,
    pub(super) is_traced: bool,
    pub(super) rank: Rank,
    pub(super) signals: Option<Signals>,
}

impl Facts {
    pub(super) fn judge(&self, signal: Signal) -> (Verdict, When) {
        let verdict = self.verdict(signal);
        (verdict, self.when(signal, verdict))
    }

    fn verdict(&self, signal: Signal) -> Verdict {
        match (self.state, self.rank) {
            (Some(State::Zombie), _) => return Verdict::Exited,
            (_, Rank::KernelThread) => return Verdict::Ignored,
            _ => {}
        }
        if !signal.can_be_caught() {
            return match self.rank {
                Rank::OurInit => Verdict::Dropped,
                _ => Verdict::Default(signal.default_action()),
            };
        }
        let Some(signals) = self.signals else {
            return Verdict::Untold;
        };
        let is_in = |set: Option<super::SignalSet>| set.is_some_and(|set| set.contains(signal));
        if signals.blocked.contains(signal) {
            return if is_in(signals.sigwait) {
                Verdict::Awaited(Waits::SigWait)
            } else if is_in(signals.signalfd) {
                Verdict::Awaited(Waits::SignalFd)
            } else {
                Verdict::Blocked
            };
        }
        if signals.caught.contains(signal) {
            // A thread that waits for it hears it just as well.
            Verdict::Caught
        } else if signals.perhaps_awaited.contains(signal) {
            Verdict::Untold
        } else if signals.ignored.contains(signal) {
            Verdict::Ignored
        } else if matches!(self.rank, Rank::OurInit | Rank::InnerInit) {
            Verdict::Dropped
        } else {
            Verdict::Default(signal.default_action())
        }
    }

    fn when(&self, signal: Signal, verdict: Verdict) -> When {
        let acts = match verdict {
            Verdict::Caught | Verdict::Awaited(_) | Verdict::Untold => true,
            Verdict::Default(action) => matches!(
                action,
                DefaultAction::Terminate | DefaultAction::CoreDump | DefaultAction::Stop
            ),
            _ => false,
        };
        match self.state {
            _ if !acts => When::AtOnce,
            Some(State::Uninterruptible) => When::CallReturned,
            _ if signal == Signal::Kill => When::AtOnce,
            Some(State::Stopped) => When::Continued,
            Some(State::TracingStop) => When::DebuggerDecided,
            _ if self.is_traced => When::DebuggerDecided,
            _ => When::AtOnce,
        }
    }
}

/// What comes of a request on Windows, by the route that it would take: whether a process has a handler for a console's event,
/// or what a window does, is not told.
pub(super) fn by_route(attempts: &[Attempt]) -> Verdict {
    let open = attempts.iter().find(|attempt| attempt.result.is_ok());
    match open.map(|attempt| attempt.route) {
        Some(Route::CooperativeEvent) => Verdict::Awaited(Waits::CooperativeEvent),
        Some(Route::ServiceStop) => Verdict::Awaited(Waits::ServiceControl),
        Some(Route::Terminate) => Verdict::Default(DefaultAction::Terminate),
        Some(_) => Verdict::Untold,
        None => Verdict::Unreachable,
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Caught => "heard, by a handler of its own",
            Verdict::Awaited(Waits::SignalFd) => "heard: it reads it from a signalfd",
            Verdict::Awaited(Waits::SigWait) => "heard: a thread waits for it (sigwait)",
            Verdict::Awaited(Waits::CooperativeEvent) => "heard: it listens to bowout's event",
            Verdict::Awaited(Waits::ServiceControl) => "heard: it is a service that accepts to be stopped",
            Verdict::Blocked => "not heard now: every thread blocks it; it stays pending until one lets it in",
            Verdict::Ignored => "not heard: it ignores it",
            Verdict::Default(DefaultAction::Terminate) => "not heard: it ends, with no cleanup",
            Verdict::Default(DefaultAction::CoreDump) => "not heard: it ends, with no cleanup (core dump)",
            Verdict::Default(DefaultAction::Ignore) => "not heard: nothing happens by default",
            Verdict::Default(DefaultAction::Stop) => "not heard: it stops until CONT",
            Verdict::Default(DefaultAction::Continue) => "it goes on, if it is stopped",
            Verdict::Dropped => "not heard: the kernel drops it, for it is PID 1 of its namespace without a handler",
            Verdict::Exited => "not heard: it has exited",
            Verdict::Untold => "not told whether it hears it",
            Verdict::Unreachable => "not heard: no route to it is open",
        })
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verdict.fmt(f)?;
        f.write_str(match self.when {
            When::AtOnce => "",
            When::Continued => "; once it is continued, as it is stopped",
            When::CallReturned => "; once the kernel lets go of it",
            When::DebuggerDecided => "; if its debugger passes it on",
        })?;
        match (self.route(), self.attempts.last()) {
            (Some(route), _) if route != Route::Signal => write!(f, " ({route})"),
            // Where there are several, there are as many reasons.
            (
                None,
                Some(Attempt {
                    result: Err(why),
                    route,
                }),
            ) if *route == Route::Signal => {
                write!(f, "; but not ours to send: {why}")
            }
            _ => Ok(()),
        }
    }
}
