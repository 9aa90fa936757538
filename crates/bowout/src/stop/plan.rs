//! What to ask, how long to wait, what to ask then: `TERM/10s/KILL`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::Signal;
use crate::duration::{self, ParseDurationError};
use crate::signal::ParseSignalError;

use super::sys;

/// One step of a [`Plan`]: a signal, and how long the process then has to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stage {
    /// What is sent.
    pub signal: Signal,
    /// How long the process has before the next stage; after the last stage: before it counts as
    /// [survived](super::Outcome::Survived). `Duration::MAX` waits without end.
    pub wait: Duration,
}

/// An ordered schedule of requests, mildest first: `TERM/10s/KILL`.
///
/// The text form is that of `start-stop-daemon --retry`
/// ([start-stop-daemon(8)](https://man7.org/linux/man-pages/man8/start-stop-daemon.8.html)): signals and durations take
/// turns, `/` between them. The last wait may be left out and is then [`Plan::DEFAULT_WAIT`]. Behind KILL nothing can follow.
///
/// ```
/// use bowout::Signal;
/// use bowout::stop::Plan;
/// use std::time::Duration;
///
/// let plan: Plan = "INT/5s/TERM/1m/KILL".parse()?;
/// assert_eq!(plan.stages().len(), 3);
/// assert_eq!(plan.to_string(), "INT/5s/TERM/1m/KILL");
///
/// let built = Plan::new(Signal::Term).wait(Duration::from_secs(10)).then(Signal::Kill);
/// assert_eq!(built, Plan::default());
/// assert_eq!(built.to_string(), "TERM/10s/KILL");
/// # Ok::<(), bowout::stop::ParsePlanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// Never empty: every constructor puts one stage in, and nothing takes one out.
    stages: Vec<Stage>,
}

impl Plan {
    /// The wait of a stage that states none. Behind the last stage a wait is needed as well: even a killed process can
    /// take a moment to go (one that writes its core dump, or hangs in the kernel on a dead disk), and it must not be
    /// waited for without end.
    pub const DEFAULT_WAIT: Duration = Duration::from_secs(5);

    /// A plan of one stage. Further ones are added by [`then`](Plan::then).
    pub fn new(signal: Signal) -> Plan {
        Plan {
            stages: vec![Stage {
                signal,
                wait: Plan::DEFAULT_WAIT,
            }],
        }
    }

    /// Sets the wait of the stage added last. `Duration::MAX` waits without end.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Plan {
        if let Some(last) = self.stages.last_mut() {
            last.wait = wait;
        }
        self
    }

    /// Adds a stage. Behind KILL it has no effect, and the text form is refused.
    #[must_use]
    pub fn then(mut self, signal: Signal) -> Plan {
        self.stages.push(Stage {
            signal,
            wait: Plan::DEFAULT_WAIT,
        });
        self
    }

    /// The stages in order. There is at least one.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// All waits together: the longest that the plan can take, or `Duration::MAX` where one wait is without end.
    pub fn total(&self) -> Duration {
        self.stages
            .iter()
            .fold(Duration::ZERO, |sum, stage| sum.saturating_add(stage.wait))
    }

    /// Whether this system can deliver every signal of the plan. Nothing is done.
    ///
    /// # Errors
    /// [`UnsupportedSignal`] for the first one that it cannot, such as HUP on Windows or BREAK on Unix.
    pub fn check(&self) -> Result<(), UnsupportedSignal> {
        self.stages.iter().try_for_each(|stage| check_signal(stage.signal))
    }
}

/// Whether this system can deliver the signal to another process.
pub(super) fn check_signal(signal: Signal) -> Result<(), UnsupportedSignal> {
    if sys::can_send(signal) {
        Ok(())
    } else {
        Err(UnsupportedSignal { signal })
    }
}

/// `TERM/10s/KILL`.
impl Default for Plan {
    fn default() -> Plan {
        Plan::new(Signal::Term).wait(Duration::from_secs(10)).then(Signal::Kill)
    }
}

/// Prints the text form, in which a last wait of [`Plan::DEFAULT_WAIT`] is left out. Waits are printed to the millisecond.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.stages.len() - 1;
        let text: Vec<String> = self
            .stages
            .iter()
            .enumerate()
            .map(|(at, stage)| match stage.wait {
                Plan::DEFAULT_WAIT if at == last => stage.signal.to_string(),
                wait => format!("{}/{}", stage.signal, duration::display(wait)),
            })
            .collect();
        f.pad(&text.join("/"))
    }
}

impl FromStr for Plan {
    type Err = ParsePlanError;

    fn from_str(text: &str) -> Result<Plan, ParsePlanError> {
        let error = |problem| ParsePlanError {
            given: text.to_owned(),
            problem,
        };
        let mut plan: Option<Plan> = None;
        let mut parts = text.split('/');
        while let Some(name) = parts.next() {
            let signal = name.parse().map_err(|why| error(not_a_signal(name, why)))?;
            let is_killed = |plan: &Plan| plan.stages.iter().any(|stage| stage.signal == Signal::Kill);
            if plan.as_ref().is_some_and(is_killed) {
                return Err(error(PlanProblem::BehindKill(signal)));
            }
            let so_far = match plan.take() {
                Some(plan) => plan.then(signal),
                None => Plan::new(signal),
            };
            plan = Some(match parts.next() {
                None => so_far,
                Some(wait) => so_far.wait(duration::parse(wait).map_err(|why| error(not_a_wait(wait, why)))?),
            });
        }
        // `split` gives at least one part, so there is a plan; an empty text failed above as a signal.
        plan.ok_or_else(|| error(PlanProblem::Empty))
    }
}

fn not_a_signal(part: &str, why: ParseSignalError) -> PlanProblem {
    match (part, duration::parse(part)) {
        ("", _) => PlanProblem::Empty,
        (_, Ok(_)) => PlanProblem::WaitInPlaceOfSignal(part.to_owned()),
        _ => PlanProblem::Signal(why),
    }
}

fn not_a_wait(part: &str, why: ParseDurationError) -> PlanProblem {
    match (part, part.parse::<Signal>()) {
        ("", _) => PlanProblem::Empty,
        (_, Ok(signal)) => PlanProblem::SignalInPlaceOfWait(signal),
        _ => PlanProblem::Wait(why),
    }
}

/// Text that is no plan. The message quotes it, says which part is wrong, and shows an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsePlanError {
    given: String,
    problem: PlanProblem,
}

impl ParsePlanError {
    /// What is wrong with it.
    pub fn problem(&self) -> &PlanProblem {
        &self.problem
    }
}

/// What is wrong with the text of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanProblem {
    /// Nothing stands where a signal or a wait must: the text is empty, or has a `/` too many.
    Empty,
    /// A part that must be a signal is none.
    Signal(ParseSignalError),
    /// A part that must be a wait is none.
    Wait(ParseDurationError),
    /// Two signals follow each other.
    SignalInPlaceOfWait(Signal),
    /// Two waits follow each other, or the plan begins with one.
    WaitInPlaceOfSignal(String),
    /// A signal follows KILL, which leaves nobody to hear it.
    BehindKill(Signal),
}

impl fmt::Display for ParsePlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no plan: ", self.given)?;
        match &self.problem {
            PlanProblem::Empty => f.write_str("a signal or a wait is missing"),
            PlanProblem::Signal(why) => why.fmt(f),
            PlanProblem::Wait(why) => why.fmt(f),
            PlanProblem::SignalInPlaceOfWait(signal) => write!(f, "{signal} stands where a wait must"),
            PlanProblem::WaitInPlaceOfSignal(part) => write!(f, "{part:?} stands where a signal must"),
            PlanProblem::BehindKill(signal) => {
                write!(
                    f,
                    "{signal} stands behind KILL, which leaves nobody to hear it: let KILL be the last"
                )
            }
        }?;
        f.write_str("; signals and waits take turns, as in TERM/10s/KILL")
    }
}

impl std::error::Error for ParsePlanError {}

/// A signal that this system has no way to deliver to another process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsupportedSignal {
    signal: Signal,
}

impl UnsupportedSignal {
    /// The signal.
    pub fn signal(&self) -> Signal {
        self.signal
    }
}

impl fmt::Display for UnsupportedSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cannot be sent on this system: use {}",
            self.signal,
            sys::CAN_SEND
        )
    }
}

impl std::error::Error for UnsupportedSignal {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn positions_decide_what_a_number_means() {
        let plan: Plan = "15/10/9".parse().unwrap();
        assert_eq!(plan, Plan::default());
    }

    #[test]
    fn a_wait_without_end_is_kept() {
        let plan: Plan = "TERM/inf".parse().unwrap();
        assert_eq!(plan.total(), Duration::MAX);
        assert_eq!(plan.to_string(), "TERM/inf");
    }

    #[test]
    fn a_stage_without_a_wait_gets_the_stated_one() {
        let plan = Plan::new(Signal::Term).then(Signal::Kill);
        assert!(plan.stages().iter().all(|stage| stage.wait == Plan::DEFAULT_WAIT));
        assert_eq!(plan.to_string(), "TERM/5s/KILL");
    }

    #[test]
    fn an_error_says_which_part_is_wrong() {
        let problem = |text: &str| text.parse::<Plan>().unwrap_err().problem().clone();
        assert_eq!(problem(""), PlanProblem::Empty);
        assert_eq!(problem("TERM/"), PlanProblem::Empty);
        assert_eq!(problem("TERM//KILL"), PlanProblem::Empty);
        assert_eq!(problem("TERM/10s/"), PlanProblem::Empty);
        assert_eq!(problem("TERM/KILL"), PlanProblem::SignalInPlaceOfWait(Signal::Kill));
        assert_eq!(
            problem("TERM/5s/10s"),
            PlanProblem::WaitInPlaceOfSignal("10s".to_owned())
        );
        assert_eq!(problem("10s/TERM"), PlanProblem::WaitInPlaceOfSignal("10s".to_owned()));
        assert_eq!(problem("TERM/3s/KILL/2s/INT"), PlanProblem::BehindKill(Signal::Int));
        assert_eq!(problem("9/1s/9"), PlanProblem::BehindKill(Signal::Kill));
        assert!(matches!(problem("TREM/10s/KILL"), PlanProblem::Signal(_)));
        assert!(matches!(problem("TERM/soon/KILL"), PlanProblem::Wait(_)));
        let message = "TERM/soon".parse::<Plan>().unwrap_err().to_string();
        assert!(
            message.contains("\"soon\"") && message.contains("TERM/10s/KILL"),
            "{message}"
        );
    }

    #[test]
    fn a_signal_that_cannot_be_sent_here_is_found_before_anything_is_done() {
        let foreign = if cfg!(windows) { Signal::Hup } else { Signal::Break };
        let plan = Plan::new(foreign).then(Signal::Kill);
        assert_eq!(plan.check().unwrap_err().signal(), foreign);
        assert_eq!(Plan::default().check(), Ok(()));
    }

    fn any_plan() -> impl Strategy<Value = Plan> {
        let signals = crate::signal::all().filter(|signal| *signal != Signal::Kill);
        let signals: Vec<Signal> = signals.collect();
        let wait = prop_oneof![
            (0u64..1 << 45).prop_map(Duration::from_millis),
            Just(Duration::MAX),
            Just(Plan::DEFAULT_WAIT)
        ];
        let stage = (proptest::sample::select(signals), wait.clone()).prop_map(|(signal, wait)| Stage { signal, wait });
        let force = proptest::option::of(wait);
        (proptest::collection::vec(stage, 0..6), force)
            .prop_map(|(mut stages, force)| {
                let force = force.map(|wait| Stage {
                    signal: Signal::Kill,
                    wait,
                });
                stages.extend(force);
                Plan { stages }
            })
            .prop_filter("at least one", |plan| !plan.stages.is_empty())
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(plan in any_plan()) {
            prop_assert_eq!(plan.to_string().parse(), Ok(plan));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,40}|(([A-Z]{1,5}|[0-9]{1,3}|inf|[0-9.]{0,9}[smhd]?)/?){0,6}") {
            if let Ok(plan) = text.parse::<Plan>() {
                prop_assert_eq!(plan.to_string().parse::<Plan>().map(|plan| plan.stages().len()), Ok(plan.stages().len()));
            }
        }
    }
}
