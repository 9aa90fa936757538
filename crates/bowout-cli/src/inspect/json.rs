//! What `inspect --json` prints of a process. What the system does not tell is null, and `untold` says why.

use bowout::Signal;
use bowout::inspect::{self, Console, Inspection, Relative, SignalSet, State, Verdict, Waits, When};
use bowout::stop::OpenError;
use serde::Serialize;

use super::conclusion;
use crate::args::Allow;
use crate::json::{Process, Tried, not_opened};
use crate::open;

/// One process.
#[derive(Debug, Serialize)]
pub(super) struct Inspected {
    #[serde(flatten)]
    process: Process,
    /// `inspected`, or why not.
    outcome: &'static str,
    /// Why not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    found: Option<Found>,
}

#[derive(Debug, Serialize)]
struct Found {
    command_line: Option<String>,
    /// `running`, `sleeping`, `uninterruptible`, `stopped`, `tracing_stop` or `zombie`.
    state: Option<&'static str>,
    /// The word by which `--allow` lifts what keeps `stop` from stopping it.
    protection: Option<String>,
    /// The parent, that one's parent, and so on.
    parents: Vec<Kin>,
    /// Everybody below it, each behind its parent.
    descendants: Vec<Kin>,
    group: Option<Group>,
    session: Option<u32>,
    signals: Option<Signals>,
    linux: Option<Linux>,
    windows: Option<Windows>,
    requests: Vec<Request>,
    /// Who else would be hit by TERM, or by its end, in words.
    collateral: Vec<String>,
    /// What `stop` would do and what would come of it, in words.
    conclusion: Vec<String>,
    untold: Vec<Untold>,
}

#[derive(Debug, Serialize)]
struct Kin {
    #[serde(flatten)]
    process: Process,
    parent: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Group {
    id: u32,
    /// Who is in it besides the process.
    others: Vec<u32>,
}

/// The names of the signals.
#[derive(Debug, Serialize)]
struct Signals {
    caught: Vec<String>,
    ignored: Vec<String>,
    /// By every thread.
    blocked: Vec<String>,
    pending: Vec<String>,
    signalfd: Option<Vec<String>>,
    /// What a thread waits for at this moment.
    sigwait: Option<Vec<String>>,
    /// Blocked by every thread but such as may be waiting for it.
    perhaps_awaited: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Linux {
    threads: u32,
    first_thread_has_ended: bool,
    /// Null is none.
    terminal: Option<Terminal>,
    cgroup: Option<String>,
    /// `pid:[4026531836]`
    namespace: Option<String>,
    /// Its numbers, from our pid namespace down to its own.
    namespace_pids: Vec<u32>,
    is_pid_1: bool,
    /// The number of its debugger; null is none.
    tracer: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Terminal {
    device: String,
    /// The process group in the foreground.
    foreground: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Windows {
    has_console: Option<bool>,
    /// Who shares it.
    console_others: Vec<u32>,
    /// Those on this desktop; null where they are not told.
    windows: Option<Vec<Window>>,
    cooperative_event: Option<bool>,
    services: Option<Vec<String>>,
    in_job: Option<bool>,
    architecture: Option<String>,
    /// `untrusted`, `low`, `medium`, `high` or `system`.
    integrity: Option<String>,
    session: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Window {
    title: String,
    visible: bool,
}

/// What would come of one request.
#[derive(Debug, Serialize)]
struct Request {
    signal: String,
    heard: bool,
    /// `caught`, `signalfd`, `sigwait`, `cooperative_event`, `service_control`, `blocked`, `ignored`, `default_terminate`,
    /// `default_core_dump`, `default_ignore`, `default_stop`, `default_continue`, `dropped`, `exited`, `untold` or
    /// `unreachable`.
    verdict: &'static str,
    /// `at_once`, `continued`, `call_returned` or `debugger_decided`.
    when: &'static str,
    /// The route that it would take; null where none is open to us.
    route: Option<String>,
    attempts: Vec<Tried>,
    /// The same in words.
    message: String,
}

#[derive(Debug, Serialize)]
struct Untold {
    what: &'static str,
    why: String,
}

impl From<&Result<Inspection, OpenError>> for Inspected {
    fn from(result: &Result<Inspection, OpenError>) -> Inspected {
        match result {
            Ok(found) => Inspected {
                process: Process::new(found.id, found.name.as_deref()),
                outcome: "inspected",
                message: None,
                found: Some(Found::from(found)),
            },
            Err(error) => Inspected {
                process: Process::new(error.id(), error.name()),
                outcome: not_opened(error),
                message: Some(open::reason(error)),
                found: None,
            },
        }
    }
}

impl From<&Inspection> for Found {
    fn from(found: &Inspection) -> Found {
        let kin = |all: &[Relative]| all.iter().map(Kin::from).collect();
        Found {
            command_line: found.command_line.clone(),
            state: found.state.and_then(state),
            protection: found.protection.and_then(Allow::word),
            parents: kin(&found.parents),
            descendants: kin(&found.descendants),
            group: found.group.as_ref().map(|group| Group {
                id: group.id,
                others: group.others.clone(),
            }),
            session: found.session,
            signals: found.signals.as_ref().map(Signals::from),
            linux: found.linux.as_ref().map(Linux::from),
            windows: found.windows.as_ref().map(Windows::from),
            requests: found.requests.iter().map(Request::from).collect(),
            collateral: found.collateral().iter().map(ToString::to_string).collect(),
            conclusion: conclusion::sentences(found),
            untold: found.untold.iter().map(Untold::from).collect(),
        }
    }
}

impl From<&Relative> for Kin {
    fn from(relative: &Relative) -> Kin {
        Kin {
            process: Process::new(relative.id, relative.name.as_deref()),
            parent: relative.parent,
        }
    }
}

impl From<&inspect::Signals> for Signals {
    fn from(signals: &inspect::Signals) -> Signals {
        let names = |set: SignalSet| set.iter().map(Signal::name).collect();
        Signals {
            caught: names(signals.caught),
            ignored: names(signals.ignored),
            blocked: names(signals.blocked),
            pending: names(signals.pending),
            signalfd: signals.signalfd.map(names),
            sigwait: signals.sigwait.map(names),
            perhaps_awaited: names(signals.perhaps_awaited),
        }
    }
}

impl From<&inspect::Linux> for Linux {
    fn from(linux: &inspect::Linux) -> Linux {
        Linux {
            threads: linux.threads,
            first_thread_has_ended: linux.first_thread_has_ended,
            terminal: linux.terminal.as_ref().map(|terminal| Terminal {
                device: terminal.device.clone(),
                foreground: terminal.foreground,
            }),
            cgroup: linux.cgroup.clone(),
            namespace: linux.namespace.clone(),
            namespace_pids: linux.namespace_pids.clone(),
            is_pid_1: linux.is_pid_1(),
            tracer: linux.tracer,
        }
    }
}

impl From<&inspect::Windows> for Windows {
    fn from(windows: &inspect::Windows) -> Windows {
        Windows {
            has_console: windows.console.as_ref().map(|console| *console != Console::None),
            console_others: match &windows.console {
                Some(Console::SharedWith(others)) => others.clone(),
                _ => Vec::new(),
            },
            windows: windows
                .windows
                .as_ref()
                .map(|all| all.iter().map(Window::from).collect()),
            cooperative_event: windows.cooperative_event,
            services: windows.services.clone(),
            in_job: windows.in_job,
            architecture: windows.architecture.clone(),
            integrity: windows.integrity.map(|level| level.to_string()),
            session: windows.session,
        }
    }
}

impl From<&inspect::TopLevelWindow> for Window {
    fn from(window: &inspect::TopLevelWindow) -> Window {
        Window {
            title: window.title.clone(),
            visible: window.is_visible,
        }
    }
}

impl From<&inspect::Request> for Request {
    fn from(request: &inspect::Request) -> Request {
        Request {
            signal: request.signal.name(),
            heard: request.is_heard(),
            verdict: verdict(request.verdict),
            when: when(request.when),
            route: request.route().map(|route| route.to_string()),
            attempts: request.attempts.iter().map(Tried::from).collect(),
            message: request.to_string(),
        }
    }
}

impl From<&inspect::Untold> for Untold {
    fn from(untold: &inspect::Untold) -> Untold {
        Untold {
            what: untold.what,
            why: untold.why.clone(),
        }
    }
}

fn state(state: State) -> Option<&'static str> {
    Some(match state {
        State::Running => "running",
        State::Sleeping => "sleeping",
        State::Uninterruptible => "uninterruptible",
        State::Stopped => "stopped",
        State::TracingStop => "tracing_stop",
        State::Zombie => "zombie",
        _ => return None,
    })
}

fn verdict(verdict: Verdict) -> &'static str {
    use bowout::signal::DefaultAction;
    match verdict {
        Verdict::Caught => "caught",
        Verdict::Awaited(Waits::SignalFd) => "signalfd",
        Verdict::Awaited(Waits::SigWait) => "sigwait",
        Verdict::Awaited(Waits::CooperativeEvent) => "cooperative_event",
        Verdict::Awaited(Waits::ServiceControl) => "service_control",
        Verdict::Blocked => "blocked",
        Verdict::Ignored => "ignored",
        Verdict::Default(DefaultAction::Terminate) => "default_terminate",
        Verdict::Default(DefaultAction::CoreDump) => "default_core_dump",
        Verdict::Default(DefaultAction::Ignore) => "default_ignore",
        Verdict::Default(DefaultAction::Stop) => "default_stop",
        Verdict::Default(DefaultAction::Continue) => "default_continue",
        Verdict::Dropped => "dropped",
        Verdict::Exited => "exited",
        Verdict::Unreachable => "unreachable",
        _ => "untold",
    }
}

fn when(when: When) -> &'static str {
    match when {
        When::Continued => "continued",
        When::CallReturned => "call_returned",
        When::DebuggerDecided => "debugger_decided",
        _ => "at_once",
    }
}
