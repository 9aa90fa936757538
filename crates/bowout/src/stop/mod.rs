//! How do I stop somebody else?
//!
//! Ask, wait, and only then use force; and hit the process that was meant or nobody.
//!
//! ```no_run
//! use bowout::stop::{self, Plan, Target};
//!
//! let target = Target::open("1234".parse()?)?; // handle first, then identity
//! let report = stop::stop(target, &Plan::default())?; // TERM/10s/KILL
//! println!("{report}"); // 1234 (nginx): stopped after 1s200ms, exit code 0
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - A [`Query`] is what is known of a process (a name, a port, a pidfile), and [`find`](find()) finds who that is.
//! - A [`Target`] is one process, held by a handle that cannot come to mean another.
//! - A [`Plan`] says what is asked, how long is waited, and what is asked then.
//! - [`stop`] carries a plan out on one target and gives a [`Report`]; [`Stopping`] does it for several at once, event by
//!   event, and can be hurried; [`Plan::preview`] only tells what would happen.
//! - A [`Tree`] is a process and everybody who comes from it. [`Stopping`] takes trees as well as targets.
//! - [`signal`] sends one signal, once.
//!
//! # Windows
//!
//! Windows has no signals. What it has instead is tried route by route, and a [`Report`] tells each that was closed, and why
//! ([`NotSent`]); a [preview](Plan::preview) tells it beforehand, with [who else](Reached) would hear it.
//!
//! | signal | routes, in this order |
//! | --- | --- |
//! | TERM | the [cooperative event](crate::cooperative) of a program that is built on bowout; the stop control of a service; Ctrl-Break to a process group of ours; `WM_CLOSE` to its windows, if one is visible; Ctrl-C to its console; `WM_CLOSE` to hidden windows; Ctrl-C, injected |
//! | INT | Ctrl-C to its console; Ctrl-C, injected |
//! | BREAK | Ctrl-Break to a process group of ours; Ctrl-Break, injected |
//! | CLOSE | `WM_CLOSE` to its windows, visible or else hidden; `CTRL_CLOSE_EVENT`, injected |
//! | KILL | `TerminateProcess` |
//!
//! A program in C, or in Python, hears them as signals of its C runtime
//! ([signal](https://learn.microsoft.com/cpp/c-runtime-library/reference/signal)): Ctrl-C as SIGINT, Ctrl-Break and
//! `CTRL_CLOSE_EVENT` as SIGBREAK. A handler for SIGTERM is called by nobody but the program itself, with `raise`: let it handle
//! SIGINT and SIGBREAK as well, or listen to the [cooperative event](crate::cooperative).
//!
//! There is no other signal: it is refused, and never replaced by force. An event is injected by a thread that is started in
//! the process, and only where that was [asked for](TargetOptions::inject).
//!
//! Ctrl-C to another console needs a helper process, because whoever attaches to a console loses his own one and his handlers
//! with it; and so do windows, because whoever looks for them loads user32 and is told of no logoff and no shutdown any more.
//! This very program is started again for that, if its `main` begins with [`run_helper_if_asked`]; or an installed `bowout`
//! that [`set_helper`] names; otherwise these routes say that there is no helper. A program that has loaded user32 anyhow needs
//! none for the windows.

mod descent;
mod escalation;
mod find;
mod id;
mod plan;
mod preview;
mod protection;
mod report;
mod route;
mod session;
pub(crate) mod sys;
mod target;
mod tree;

use std::path::Path;
use std::time::Duration;

pub(crate) use find::found;
pub use find::{
    Ambiguous, FindError, FindProblem, Found, Matches, ParsePortError, Pattern, PidFileProblem, Port, Protocol, Query,
    find,
};
pub use id::{ParseProcessIdError, ProcessId, ProcessIdProblem};
pub use plan::{ParsePlanError, Plan, PlanProblem, Stage, UnsupportedSignal};
pub use preview::StagePreview;
pub use protection::Protection;
pub use report::{ExitStatus, Outcome, Report, Step};
pub use route::{Attempt, NotSent, Reached, Route, Sent, SignalError};
pub use session::{Event, ForceHandle, Next, StopError, Stopping, Waiting};
pub use target::{OpenError, Target, TargetOptions, signal};
pub use tree::{Subject, Tree, TreeMember};

/// Stops one process by the plan, and returns when it is gone or the plan is at its end.
///
/// # Errors
/// [`StopError`] where the plan does not suit this system, or the system cannot wait. That the process survives is no error
/// but an [`Outcome`].
pub fn stop(target: Target, plan: &Plan) -> Result<Report, StopError> {
    let mut stopping = Stopping::begin([target], plan)?;
    loop {
        match stopping.next(Duration::MAX).map_err(StopError::Io)? {
            Next::Event(Event::Ended(report)) => return Ok(report),
            Next::Event(Event::Step { .. }) | Next::TimedOut => {}
            Next::Done => unreachable!("a target that was begun with ends before it is done"),
        }
    }
}

/// Lets this program serve as the helper that carries Ctrl-C to another console on Windows, and `WM_CLOSE` to windows: the first
/// line of `main`.
///
/// Started as helper, by [`stop()`](stop()) or [`signal`] in another process of the same program, it does that one thing and
/// exits; it does not return. Otherwise it notes that this program can serve, and returns. On Unix it does nothing.
///
/// ```
/// bowout::stop::run_helper_if_asked();
/// // … the rest of `main`
/// ```
pub fn run_helper_if_asked() {
    sys::run_helper_if_asked();
}

/// Names the program that serves as the helper on Windows, for programs that cannot be started again by
/// [`run_helper_if_asked`] (a plug-in, a script's host): the path of an installed `bowout`, of the same version as this library.
/// It is not looked at before it is needed. The last call holds. On Unix it does nothing.
///
/// ```
/// bowout::stop::set_helper(r"C:\Program Files\bowout\bowout.exe");
/// ```
pub fn set_helper(path: impl AsRef<Path>) {
    sys::set_helper(path.as_ref());
}
