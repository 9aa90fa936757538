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
//! - A [`Target`] is one process, held by a handle that cannot come to mean another.
//! - A [`Plan`] says what is asked, how long is waited, and what is asked then.
//! - [`stop`] carries a plan out on one target and gives a [`Report`]; [`Stopping`] does it for several at once, event by
//!   event, and can be hurried; [`Plan::preview`] only tells what would happen.
//! - [`signal`] sends one signal, once.
//!
//! # Windows
//!
//! Windows has no signals. TERM goes to the [cooperative event](crate::cooperative) of a program that is built on bowout,
//! else as Ctrl-C to the target's console; INT goes as Ctrl-C; KILL is `TerminateProcess`. Ctrl-C to another console needs a
//! helper process, because whoever attaches to a console loses his own one and his handlers with it. This very program is
//! started again for that, if its `main` begins with [`run_helper_if_asked`]; otherwise that route says that it is closed.

mod escalation;
mod id;
mod plan;
mod preview;
mod protection;
mod report;
mod route;
mod session;
mod sys;
mod target;

use std::time::Duration;

pub use id::{ParseProcessIdError, ProcessId, ProcessIdProblem};
pub use plan::{ParsePlanError, Plan, PlanProblem, Stage, UnsupportedSignal};
pub use preview::StagePreview;
pub use protection::Protection;
pub use report::{ExitStatus, Outcome, Report, Step};
pub use route::{Attempt, NotSent, Reached, Route, SignalError};
pub use session::{Event, ForceHandle, Next, StopError, Stopping, Waiting};
pub use target::{OpenError, Target, TargetOptions, signal};

/// Stops one process by the plan, and returns when it is gone or the plan is at its end.
///
/// # Errors
/// [`StopError`] where the plan does not suit this system, or the system cannot wait. That the process survives is no error
/// but an [`Outcome`].
pub fn stop(target: Target, plan: &Plan) -> Result<Report, StopError> {
    let mut stopping = Stopping::begin(vec![target], plan)?;
    loop {
        match stopping.next(Duration::MAX).map_err(StopError::Io)? {
            Next::Event(Event::Ended(report)) => return Ok(report),
            Next::Event(Event::Step { .. }) | Next::TimedOut => {}
            Next::Done => unreachable!("a target that was begun with ends before it is done"),
        }
    }
}

/// Lets this program serve as the helper that carries Ctrl-C to another console on Windows: the first line of `main`.
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
