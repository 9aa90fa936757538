//! What `--json` prints. Every document carries [`SCHEMA_VERSION`]; fields may be added to a version, and none changes.

use std::time::Duration;

use bowout::Signal;
use bowout::stop::{
    self, Attempt, FindError, FindProblem, Found, NotSent, OpenError, Outcome, PidFileProblem, ProcessId, Report,
    StagePreview, StopError,
};
use serde::Serialize;

use crate::open;
use crate::stop::Ourselves;

pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The document of `stop`, `stop --dry-run` and `signal`.
#[derive(Debug, Serialize)]
pub(crate) struct Document<P> {
    pub(crate) schema_version: u32,
    pub(crate) verb: &'static str,
    /// Whether nothing was sent.
    pub(crate) dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plan: Option<String>,
    pub(crate) processes: Vec<P>,
    /// What was looked for and came to nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_found: Vec<NotFound>,
    /// Why it was broken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<Trouble>,
    /// Null where a signal ends bowout.
    pub(crate) exit_code: Option<u8>,
}

impl<P> Document<P> {
    /// An empty one, to be filled.
    pub(crate) fn of(verb: &'static str, exit_code: impl Into<Option<u8>>) -> Document<P> {
        Document {
            schema_version: SCHEMA_VERSION,
            verb,
            dry_run: false,
            plan: None,
            processes: Vec::new(),
            not_found: Vec::new(),
            trouble: None,
            exit_code: exit_code.into(),
        }
    }
}

/// Why it was broken off: the one who was spared, or the system.
#[derive(Debug, Serialize)]
pub(crate) struct Trouble {
    /// `protected`, `interrupted` or `failed`.
    outcome: &'static str,
    /// Who was to be spared.
    pid: Option<u32>,
    /// The root of the tree that he belongs to, as `PID:START`.
    tree: Option<String>,
    message: String,
}

impl Trouble {
    pub(crate) fn new(why: &StopError, message: String) -> Trouble {
        let (outcome, pid, tree) = match why {
            StopError::Protected { id, root, .. } => ("protected", Some(id.pid()), Some(root.to_string())),
            _ => ("failed", None, None),
        };
        Trouble {
            outcome,
            pid,
            tree,
            message,
        }
    }

    /// The person who waited has lost patience.
    pub(crate) fn interrupted(message: &str) -> Trouble {
        Trouble {
            outcome: "interrupted",
            pid: None,
            tree: None,
            message: message.to_owned(),
        }
    }
}

/// Which process.
#[derive(Debug, Serialize)]
pub(crate) struct Process {
    /// As it can be given to bowout again: `PID:START`.
    id: String,
    pid: u32,
    start: Option<u64>,
    name: Option<String>,
}

impl Process {
    pub(crate) fn new(id: ProcessId, name: Option<&str>) -> Process {
        Process {
            id: id.to_string(),
            pid: id.pid(),
            start: id.start(),
            name: name.map(str::to_owned),
        }
    }
}

/// What happened to one process.
#[derive(Debug, Serialize)]
pub(crate) struct Stopped {
    #[serde(flatten)]
    process: Process,
    /// The root of the tree that it was stopped with, as `PID:START`; null where it was meant by itself.
    tree: Option<String>,
    pub(crate) outcome: &'static str,
    forced: bool,
    exit_status: Option<ExitStatus>,
    steps: Vec<Step>,
    elapsed_ms: f64,
    /// The same in words.
    message: String,
}

impl From<&Report> for Stopped {
    fn from(report: &Report) -> Stopped {
        Stopped {
            process: Process::new(report.id, report.name.as_deref()),
            tree: report.tree.map(|root| root.to_string()),
            outcome: outcome(report.outcome),
            forced: report.was_forced(),
            exit_status: exit_status(report.status),
            steps: report.steps.iter().map(Step::from).collect(),
            elapsed_ms: millis(report.elapsed),
            message: open::fate(report),
        }
    }
}

impl Stopped {
    /// One of whom nothing was asked, because nobody was.
    pub(crate) fn not_begun(id: ProcessId, name: Option<&str>) -> Stopped {
        Stopped {
            process: Process::new(id, name),
            tree: None,
            outcome: "not_begun",
            forced: false,
            exit_status: None,
            steps: Vec::new(),
            elapsed_ms: 0.0,
            message: format!("{}: not asked, as nobody was", open::label(id, name)),
        }
    }
}

impl From<&Ourselves> for Stopped {
    fn from(ourselves: &Ourselves) -> Stopped {
        let target = ourselves.target();
        Stopped {
            process: Process::new(target.id(), target.name()),
            tree: ourselves.tree.map(|root| root.to_string()),
            outcome: "ends_itself",
            forced: false,
            exit_status: None,
            steps: Vec::new(),
            elapsed_ms: 0.0,
            message: ourselves.in_words(),
        }
    }
}

impl From<&OpenError> for Stopped {
    fn from(error: &OpenError) -> Stopped {
        Stopped {
            process: Process::new(error.id(), error.name()),
            tree: None,
            outcome: not_opened(error),
            forced: false,
            exit_status: None,
            steps: Vec::new(),
            elapsed_ms: 0.0,
            message: open::reason(error),
        }
    }
}

/// One request.
#[derive(Debug, Serialize)]
pub(crate) struct Step {
    signal: String,
    elapsed_ms: f64,
    /// The route that it went by; null where none was open.
    route: Option<String>,
    attempts: Vec<Tried>,
}

impl From<&stop::Step> for Step {
    fn from(step: &stop::Step) -> Step {
        Step {
            signal: step.signal.name(),
            elapsed_ms: millis(step.elapsed),
            route: step.route().map(|route| route.to_string()),
            attempts: step.attempts.iter().map(Tried::from).collect(),
        }
    }
}

/// One route, and what came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Tried {
    route: String,
    /// Why not; null where it is open.
    closed: Option<String>,
    /// The numbers of the other processes that hear it as well.
    others: Vec<u32>,
    /// The services that the process is shared by, and that stop with it.
    services: Vec<String>,
}

impl From<&Attempt> for Tried {
    fn from(attempt: &Attempt) -> Tried {
        let reached = attempt.result.clone().unwrap_or_default();
        Tried {
            route: attempt.route.to_string(),
            closed: attempt.result.as_ref().err().map(NotSent::to_string),
            others: reached.others,
            services: reached.services,
        }
    }
}

/// How a process ended: one of the two.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum ExitStatus {
    Code { code: u32 },
    Signal { signal: i32, name: Option<String> },
}

pub(crate) fn exit_status(status: stop::ExitStatus) -> Option<ExitStatus> {
    match status {
        stop::ExitStatus::Code(code) => Some(ExitStatus::Code { code }),
        stop::ExitStatus::Signal { number, name } => Some(ExitStatus::Signal {
            signal: number,
            name: name.map(Signal::name),
        }),
        stop::ExitStatus::Unknown => None,
    }
}

/// What a plan would do to one process.
#[derive(Debug, Serialize)]
pub(crate) struct Previewed {
    #[serde(flatten)]
    process: Process,
    /// `would_ask`, or why not.
    outcome: &'static str,
    stages: Vec<Stage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Previewed {
    pub(crate) fn new(target: &stop::Target, stages: &[StagePreview]) -> Previewed {
        let reachable = stages.iter().any(|stage| stage.route().is_some());
        Previewed {
            process: Process::new(target.id(), target.name()),
            outcome: if reachable { "would_ask" } else { "unreachable" },
            stages: stages.iter().map(Stage::from).collect(),
            message: None,
        }
    }
}

impl From<&OpenError> for Previewed {
    fn from(error: &OpenError) -> Previewed {
        Previewed {
            process: Process::new(error.id(), error.name()),
            outcome: not_opened(error),
            stages: Vec::new(),
            message: Some(open::reason(error)),
        }
    }
}

#[derive(Debug, Serialize)]
struct Stage {
    signal: String,
    /// Null is without end.
    wait_ms: Option<f64>,
    route: Option<String>,
    attempts: Vec<Tried>,
}

impl From<&StagePreview> for Stage {
    fn from(preview: &StagePreview) -> Stage {
        let wait = preview.stage.wait;
        Stage {
            signal: preview.signal().name(),
            wait_ms: (wait != Duration::MAX).then(|| millis(wait)),
            route: preview.route().map(|route| route.to_string()),
            attempts: preview.attempts.iter().map(Tried::from).collect(),
        }
    }
}

/// What became of one signal to one process.
#[derive(Debug, Serialize)]
pub(crate) struct Signalled {
    #[serde(flatten)]
    pub(crate) process: Process,
    /// Null where it was only probed.
    pub(crate) signal: Option<String>,
    /// `sent`, `reachable`, or why not.
    pub(crate) outcome: &'static str,
    pub(crate) route: Option<String>,
    /// The routes in the order in which they were tried.
    pub(crate) attempts: Vec<Tried>,
    pub(crate) message: String,
}

/// To the microsecond.
pub(crate) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// One of several that match where one is wanted.
#[derive(Debug, Serialize)]
pub(crate) struct Candidate {
    #[serde(flatten)]
    process: Process,
    command_line: Option<String>,
    outcome: &'static str,
}

impl From<&Found> for Candidate {
    fn from(found: &Found) -> Candidate {
        Candidate {
            process: Process::new(found.id, found.name.as_deref()),
            command_line: found.command_line.clone(),
            outcome: "ambiguous",
        }
    }
}

/// What was looked for and came to nobody.
#[derive(Debug, Serialize)]
pub(crate) struct NotFound {
    outcome: &'static str,
    message: String,
}

impl From<&FindError> for NotFound {
    fn from(error: &FindError) -> NotFound {
        NotFound {
            outcome: not_found(error.problem()),
            message: error.to_string(),
        }
    }
}

fn not_found(problem: &FindProblem) -> &'static str {
    match problem {
        FindProblem::NoMatch { .. } => "no_match",
        FindProblem::NotListening => "not_listening",
        FindProblem::OwnerHidden { .. } => "owner_hidden",
        FindProblem::NoOwner => "no_owner",
        FindProblem::PermissionDenied { .. } => "permission_denied",
        FindProblem::NoSuchSocket => "no_such_socket",
        FindProblem::NotASocket => "not_a_socket",
        FindProblem::NoSuchCgroup => "no_such_cgroup",
        FindProblem::RootCgroup => "root_cgroup",
        FindProblem::NoSuchUnit => "no_such_unit",
        FindProblem::NoSuchService => "no_such_service",
        FindProblem::NotRunning => "not_running",
        FindProblem::NotOnThisSystem => "not_on_this_system",
        FindProblem::PidFile(problem) => match problem {
            PidFileProblem::Missing => "pidfile_missing",
            PidFileProblem::Stale { .. } | PidFileProblem::PidReused { .. } => "pidfile_stale",
            PidFileProblem::WritableByOthers { .. } | PidFileProblem::ForeignOwner { .. } => "pidfile_untrusted",
            _ => "pidfile_unreadable",
        },
        _ => "failed",
    }
}

pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Stopped => "stopped",
        Outcome::AlreadyGone => "already_gone",
        Outcome::Survived => "survived",
        Outcome::Unreachable => "unreachable",
        Outcome::PermissionDenied => "permission_denied",
        Outcome::Unfinished => "unfinished",
        _ => "unknown",
    }
}

pub(crate) fn not_opened(error: &OpenError) -> &'static str {
    match error {
        OpenError::NoSuchProcess { .. } => "no_such_process",
        OpenError::AlreadyExited { .. } => "already_exited",
        OpenError::Thread { .. } => "thread",
        OpenError::PermissionDenied { .. } => "permission_denied",
        OpenError::Protected { .. } => "protected",
        OpenError::PidReused { .. } => "pid_reused",
        OpenError::StartUnknown { .. } => "start_unknown",
        OpenError::Io { .. } => "failed",
        _ => "unknown",
    }
}
