//! What happened to each process.

use std::fmt;
use std::time::Duration;

use crate::Signal;

use super::ProcessId;
use super::route::{Attempt, NotSent, Route, reasons};

/// What happened to one process.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The process, with its start time where the system tells it.
    pub id: ProcessId,
    /// Its name, where the system tells it: the program's file name, on Linux cut to 15 bytes.
    pub name: Option<String>,
    /// The root of the [tree](super::Tree) that it was stopped with.
    pub tree: Option<ProcessId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Its exit status, where the system tells it to us.
    pub status: ExitStatus,
    /// The requests in order, and by which route each went.
    pub steps: Vec<Step>,
    /// The time from the start to the outcome.
    pub elapsed: Duration,
}

impl Report {
    /// Whether force was needed: KILL was sent, and then the process was gone.
    pub fn was_forced(&self) -> bool {
        let killed = |step: &Step| step.signal == Signal::Kill && step.route().is_some();
        self.outcome == Outcome::Stopped && self.steps.iter().any(killed)
    }

    /// Whether the outcome says already why this request did not go out.
    fn says(&self, step: &Step) -> bool {
        let denied = |attempt: &Attempt| attempt.result == Err(NotSent::PermissionDenied);
        self.outcome == Outcome::PermissionDenied && step.attempts.iter().all(denied)
    }
}

/// `1234 (nginx): stopped after 1s200ms, exit code 0`.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id.pid())?;
        if let Some(name) = &self.name {
            write!(f, " ({name})")?;
        }
        let forced = if self.was_forced() { " by force" } else { "" };
        let elapsed = crate::duration::display(self.elapsed);
        match self.outcome {
            // It says what to do, and not how long that took.
            Outcome::PermissionDenied => write!(f, ": {}", self.outcome)?,
            _ => write!(f, ": {}{forced} after {elapsed}", self.outcome)?,
        }
        if self.outcome.is_gone() && self.status != ExitStatus::Unknown {
            write!(f, ", {}", self.status)?;
        }
        let missed = self.steps.iter().filter(|step| step.route().is_none());
        for step in missed.filter(|step| !self.outcome.is_gone() && !self.says(step)) {
            write!(f, "; {}: {}", step.signal, reasons(&step.attempts))?;
        }
        let mut sent = self.steps.iter().rev().filter(|step| step.route().is_some());
        match sent.next().filter(|_| self.outcome == Outcome::Survived) {
            // Nobody can refuse that; but one that waits for a dead disk, or is frozen, dies no sooner than it goes on.
            Some(step) if step.signal == Signal::Kill => write!(f, "; KILL was sent last, and is pending"),
            Some(step) => write!(f, "; {} was sent last", step.signal),
            None => Ok(()),
        }
    }
}

/// How it ended for one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It was asked, and is gone.
    Stopped,
    /// It was gone before anything was sent to it.
    AlreadyGone,
    /// It is still there after the last wait: it was asked and refused to die, or came so late to its [tree](super::Tree) that
    /// no stage was left to ask it. The [steps](Report::steps) tell which.
    Survived,
    /// It is still there, and no stage of the plan could reach it. The [steps](Report::steps) say why.
    Unreachable,
    /// It is still there, and the system does not let us send to it.
    PermissionDenied,
    /// The stopping was [broken off](super::Stopping::break_off) before it was over for this process. The [steps](Report::steps)
    /// tell what it was asked until then.
    Unfinished,
}

impl Outcome {
    /// Whether the process is gone, whoever's doing it was.
    pub fn is_gone(self) -> bool {
        matches!(self, Outcome::Stopped | Outcome::AlreadyGone)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Outcome::Stopped => "stopped",
            Outcome::AlreadyGone => "already gone",
            Outcome::Survived => "still alive",
            Outcome::Unreachable => "could not be reached",
            Outcome::PermissionDenied => "no permission to stop it: act as its owner or as administrator",
            Outcome::Unfinished => "left alone",
        })
    }
}

/// One request of a plan, as it was sent or not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// What was to be sent.
    pub signal: Signal,
    /// When, counted from the start.
    pub elapsed: Duration,
    /// The routes in the order in which they were tried. At most the last one succeeded.
    pub attempts: Vec<Attempt>,
}

impl Step {
    /// The route by which the request went out, or `None` where no route could carry it.
    pub fn route(&self) -> Option<Route> {
        self.attempts
            .iter()
            .find(|attempt| attempt.result.is_ok())
            .map(|attempt| attempt.route)
    }
}

/// How a process ended, as far as the system tells us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitStatus {
    /// It exited with this code.
    Code(u32),
    /// A signal ended it (Unix).
    Signal {
        /// The number.
        number: i32,
        /// The name, where the number has one.
        name: Option<Signal>,
    },
    /// The system tells only the parent, or the process is still there.
    ///
    /// Linux tells it for one's own children, for processes that their parent has not waited for yet, and from kernel 6.15
    /// on for every process that was open before it ended
    /// ([`PIDFD_GET_INFO`](https://man7.org/linux/man-pages/man2/PIDFD_GET_INFO.2const.html)); Windows tells it always;
    /// macOS and the BSDs for one's own children.
    Unknown,
}

impl ExitStatus {
    /// That of a process which the signal with this number ended, on the system this program runs on.
    pub fn signal(number: i32) -> ExitStatus {
        let name = Signal::from_number(number).ok();
        ExitStatus::Signal { number, name }
    }
}

/// `exit code 0`, `exit code 0xC000013A`, `ended by TERM`, `exit status unknown`.
impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The status codes of Windows are known by their hexadecimal form.
            ExitStatus::Code(code) if *code > 0xFFFF => write!(f, "exit code 0x{code:08X}"),
            ExitStatus::Code(code) => write!(f, "exit code {code}"),
            ExitStatus::Signal { name: Some(name), .. } => write!(f, "ended by {name}"),
            ExitStatus::Signal { number, name: None } => write!(f, "ended by signal {number}"),
            ExitStatus::Unknown => f.write_str("exit status unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::route::Reached;

    #[test]
    fn a_survivor_is_told_with_what_was_sent_last() {
        let sent = |signal| Step {
            signal,
            elapsed: Duration::ZERO,
            attempts: vec![Attempt {
                route: Route::Signal,
                result: Ok(Reached::default()),
            }],
        };
        let mut report = Report {
            id: ProcessId::own(),
            name: None,
            tree: None,
            outcome: Outcome::Survived,
            status: ExitStatus::Unknown,
            steps: vec![sent(Signal::Term), sent(Signal::Kill)],
            elapsed: Duration::from_secs(2),
        };
        let pid = report.id.pid();
        assert_eq!(
            report.to_string(),
            format!("{pid}: still alive after 2s; KILL was sent last, and is pending")
        );
        report.steps.pop();
        assert_eq!(
            report.to_string(),
            format!("{pid}: still alive after 2s; TERM was sent last")
        );
        report.outcome = Outcome::Stopped;
        assert_eq!(report.to_string(), format!("{pid}: stopped after 2s"));
    }
}
