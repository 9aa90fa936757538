//! What would come of it? What a process does about requests to stop, before any is sent.
//!
//! ```no_run
//! use bowout::inspect::inspect;
//!
//! let nginx = inspect("1234".parse()?)?;
//! for request in &nginx.requests {
//!     println!("{}: {request}", request.signal); // TERM: heard, by a handler of its own
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`Inspection`] holds the facts, as far as the system tells them to us, and the [`Request`]s what follows from them. Nothing
//! is guessed: what is not told is `None`, and [`Inspection::untold`] says why. Nothing is sent either, and the process is not
//! stopped to be looked at; so everything holds for the moment of the look, and a program that goes on may think otherwise.
//!
//! # Linux
//!
//! Everything is in `/proc`. Of other users' processes root alone may see what a thread waits for, the signalfds and the pid
//! namespace; the masks may be seen by everybody, unless `hidepid` hides the process altogether. A signal counts as
//! blocked only if every thread blocks it, since any other would take it. A thread that sleeps in `sigwait` is looked at
//! particularly: while it waits, the kernel takes the signals that it waits for out of its mask, and without that look a
//! program that waits for TERM would seem to be one that TERM kills.
//!
//! # Windows
//!
//! What is asked for is whether each [route](crate::stop#windows) is open. The cooperative event and a service are known to be
//! heard; whether a program has a handler for Ctrl-C, or what its window does when it is closed, Windows does not tell.
//! A console and windows are looked at by the same [helper](crate::stop::run_helper_if_asked) that stopping needs.
//!
//! # macOS, BSD, illumos
//!
//! Parents, children, group and session where the system is asked for them, and whether we may send; not yet what is done about
//! signals.

mod collateral;
mod family;
mod inspection;
mod signals;
mod sys;
mod verdict;

#[cfg(test)]
mod verdict_tests;

pub use collateral::Collateral;
pub use family::Relative;
pub use inspection::{Console, Group, Inspection, Integrity, Linux, Terminal, TopLevelWindow, Untold, Windows};
pub use signals::{SignalSet, Signals};
pub use verdict::{Request, State, Verdict, Waits, When};

use crate::Signal;
use crate::signal::Os;
use crate::stop::{OpenError, Plan, ProcessId, Protection, Target};

use sys::Look;
use verdict::Facts;

/// Looks at a process, and foretells what would come of each request to stop. Nothing is sent.
///
/// A process that bowout would not stop, such as PID 1 or this very one, may be looked at like any other. So may one that has
/// exited and was not waited for, on Unix.
///
/// # Errors
/// [`OpenError`]: nobody has this number, it is that of a thread, or another process has it by now; or the system does not let
/// us know anything about it. It is never [`Protected`](OpenError::Protected).
///
/// ```
/// use bowout::Signal;
/// use bowout::inspect::{Verdict, inspect};
/// use bowout::stop::ProcessId;
///
/// let own = inspect(ProcessId::own())?;
/// let term = own.request(Signal::Term).map(|request| request.verdict);
/// # if cfg!(target_os = "linux") {
/// assert!(matches!(term, Some(Verdict::Default(_))), "nobody listens here");
/// # }
/// # Ok::<(), bowout::stop::OpenError>(())
/// ```
pub fn inspect(id: ProcessId) -> Result<Inspection, OpenError> {
    let (target, protection) = open(id)?;
    let look = sys::look(id.pid(), target.as_ref());
    let id = same(id, target.as_ref(), &look)?;
    let (everybody, hidden) = match sys::everybody() {
        Ok(everybody) => (everybody, None),
        Err(why) => (Vec::new(), Some(Untold::new("parents and children", why))),
    };
    let group = look.group.map(|group| Group {
        id: group,
        others: family::in_group(&everybody, group, id.pid()),
    });
    Ok(Inspection {
        id,
        name: look.name,
        command_line: look.command_line,
        state: look.facts.state,
        protection,
        parents: family::above(&everybody, id.pid()),
        descendants: family::below(&everybody, id.pid()),
        group,
        session: look.session,
        signals: look.facts.signals,
        linux: look.linux,
        windows: look.windows,
        requests: requests(target.as_ref(), &look.facts),
        untold: look.untold.into_iter().chain(hidden).collect(),
    })
}

/// Opens it whatever it is, and tells why it would not be stopped; nobody where only the exit status is left.
fn open(id: ProcessId) -> Result<(Option<Target>, Option<Protection>), OpenError> {
    match Target::open(id) {
        Ok(target) => Ok((Some(target), None)),
        Err(OpenError::Protected { id, why, .. }) => match Target::options().allow(why).open(id) {
            Ok(target) => Ok((Some(target), Some(why))),
            Err(error) => Err(error),
        },
        Err(OpenError::AlreadyExited { .. }) if sys::SHOWS_THE_DEAD => Ok((None, None)),
        Err(error) => Err(error),
    }
}

/// Whether it was the same process all the time. While the target is there its number means nobody else.
fn same(id: ProcessId, target: Option<&Target>, look: &Look) -> Result<ProcessId, OpenError> {
    let exited = |name: Option<&str>| OpenError::AlreadyExited {
        id,
        name: name.map(str::to_owned),
        parent: None,
    };
    match target {
        Some(target) if target.has_exited() => Err(exited(target.name())),
        Some(target) => Ok(target.id()),
        // Only its exit status was left when we came, and that may be gone as well by now, or not to be seen.
        None if look.facts.state != Some(State::Zombie) => Err(exited(None)),
        None => match (id.start(), look.start) {
            (Some(expected), Some(found)) if expected != found => Err(OpenError::PidReused {
                expected: id,
                found: id.with_start(look.start),
                name: look.name.clone(),
            }),
            _ => Ok(id.with_start(look.start)),
        },
    }
}

/// The requests to stop that this system knows.
fn requests(target: Option<&Target>, facts: &Facts) -> Vec<Request> {
    use Signal::{Break, Close, Hup, Int, Kill, Quit, Term};
    let on_windows = Os::CURRENT == Some(Os::Windows);
    let signals = if on_windows {
        [Term, Int, Break, Close, Kill]
    } else {
        [Term, Int, Hup, Quit, Kill]
    };
    let request = |signal| {
        let preview = |target| Plan::new(signal).preview(target).into_iter().next();
        let attempts = target.and_then(preview).map_or(Vec::new(), |stage| stage.attempts);
        let (verdict, when) = match on_windows {
            true => (verdict::by_route(&attempts), When::AtOnce),
            false => facts.judge(signal),
        };
        Request {
            signal,
            verdict,
            when,
            attempts,
        }
    };
    signals.into_iter().map(request).collect()
}
