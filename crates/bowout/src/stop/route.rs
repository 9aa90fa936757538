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
    /// A Unix signal to a whole process group of ours at once ([killpg(3)](https://man7.org/linux/man-pages/man3/killpg.3.html)),
    /// which no fork outruns. On Linux from 6.9 on it goes by pidfd.
    ProcessGroup,
    /// Linux: `cgroup.kill`, which ends everybody in a cgroup, whatever is being forked meanwhile
    /// ([cgroup-v2](https://docs.kernel.org/admin-guide/cgroup-v2.html)).
    Cgroup,
    /// Windows: the named event that a program built on bowout listens to ([`cooperative`](crate::cooperative)). It reaches
    /// that one process.
    CooperativeEvent,
    /// Windows: the stop control of the service control manager, to every service in the process
    /// ([ControlService](https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-controlservice)).
    ServiceStop,
    /// Windows: `CTRL_BREAK_EVENT` to the process group that the process leads, and that was made by this program. It reaches
    /// the members of the group that share the leader's console
    /// ([GenerateConsoleCtrlEvent](https://learn.microsoft.com/windows/console/generateconsolectrlevent)). The system does not
    /// tell who is in a group.
    GroupCtrlBreak,
    /// Windows: `WM_CLOSE`, posted to every top-level window of the process on this desktop, of which at least one is visible
    /// ([WM_CLOSE](https://learn.microsoft.com/windows/win32/winmsg/wm-close)). A console's own window does not count: to
    /// close it would reach everybody on the console.
    WindowClose,
    /// Windows: `CTRL_C_EVENT`, by a helper process that attaches to the target's console. It reaches everybody on that
    /// console ([GenerateConsoleCtrlEvent](https://learn.microsoft.com/windows/console/generateconsolectrlevent)).
    ConsoleCtrlC,
    /// Windows: `WM_CLOSE` where none of the windows is visible. Many a console program has such a window and takes no notice
    /// of it, so Ctrl-C is tried first.
    HiddenWindowClose,
    /// Windows, only where it was [asked for](super::TargetOptions::inject): a thread is started in the process that runs its
    /// console handlers, as the console host does it. It reaches that one process. The place where it starts, `CtrlRoutine`,
    /// is not documented.
    InjectedEvent,
    /// Windows: `TerminateProcess`, with [`Route::TERMINATE_CODE`] as the exit code.
    Terminate,
    /// Windows: `TerminateJobObject`, which ends everybody in a job of ours with [`Route::TERMINATE_CODE`]
    /// ([TerminateJobObject](https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-terminatejobobject)).
    TerminateJob,
}

impl Route {
    /// The exit code of a process that was ended by [`Route::Terminate`] or [`Route::TerminateJob`]: 1, as the task manager and `taskkill /F` leave.
    pub const TERMINATE_CODE: u32 = 1;
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Route::Signal => "signal",
            Route::CooperativeEvent => "cooperative event",
            Route::ServiceStop => "service stop",
            Route::GroupCtrlBreak => "group Ctrl-Break",
            Route::WindowClose => "WM_CLOSE",
            Route::ConsoleCtrlC => "Ctrl-C",
            Route::HiddenWindowClose => "WM_CLOSE, hidden",
            Route::InjectedEvent => "injected event",
            Route::Terminate => "TerminateProcess",
            Route::ProcessGroup => "process group",
            Route::Cgroup => "cgroup.kill",
            Route::TerminateJob => "TerminateJobObject",
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

/// Whom a request reaches besides the process that was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reached {
    /// The numbers of the other processes that hear it as well: those who share the target's console, but for whoever is known to
    /// [have Ctrl-C off](NotSent::CtrlCOff). Empty where the route reaches the target alone.
    pub others: Vec<u32>,
    /// The services that the process is shared by and that stop with it, by name. Empty where it is no such
    /// [host](Protection::SharedServiceHost).
    pub services: Vec<String>,
}

impl Reached {
    /// Whether nobody else hears it.
    pub fn is_target_alone(&self) -> bool {
        self.others.is_empty() && self.services.is_empty()
    }
}

/// `heard by 12, 13 as well`, `stops the services Dhcp, EventLog`; nothing where the target is alone.
impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others: Vec<String> = self.others.iter().map(u32::to_string).collect();
        let heard = (!others.is_empty()).then(|| format!("heard by {} as well", others.join(", ")));
        let services = (!self.services.is_empty()).then(|| format!("stops the services {}", self.services.join(", ")));
        f.pad(&heard.into_iter().chain(services).collect::<Vec<_>>().join("; "))
    }
}

/// A signal that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// The route that it took.
    pub route: Route,
    /// Whom it reached besides the process.
    pub reached: Reached,
    /// Every route that was tried, in order. The last is the one that it took; each of the others says why it was closed.
    pub attempts: Vec<Attempt>,
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
    /// No service runs in the process.
    NotAService,
    /// It is a service that does not accept to be stopped, or not now
    /// ([SERVICE_STATUS](https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_status)).
    AcceptsNoStop,
    /// It is a service that other running services depend on: these have to be stopped first.
    ServicesDependOnIt,
    /// The process does not lead a process group that this program made. To any other process `CTRL_BREAK_EVENT` does harm:
    /// it can break Ctrl-C for the whole console ([terminal#335](https://github.com/microsoft/terminal/issues/335)).
    LeadsNoGroupOfOurs,
    /// The process has no window, or none on this desktop.
    NoWindow,
    /// The process has windows, and none of them is visible.
    NoVisibleWindow,
    /// The process runs at a higher integrity level than this program, and takes no messages from it
    /// ([User Interface Privilege Isolation](https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control)).
    HigherIntegrityLevel,
    /// The process has no console.
    NoConsole,
    /// Ctrl-C is off in the process, and calls none of its handlers. So it is in whoever leads a new process group, and in whoever
    /// comes from him, until they switch it on
    /// ([SetConsoleCtrlHandler](https://learn.microsoft.com/windows/console/setconsolectrlhandler)).
    CtrlCOff,
    /// There is no helper: neither does this program's `main` call [`run_helper_if_asked`](super::run_helper_if_asked), nor was
    /// one named by [`set_helper`](super::set_helper).
    NoHelper,
    /// It was not [asked for](super::TargetOptions::inject).
    NotOptedIn,
    /// The process runs on another architecture than this program, so where to start the thread is not known.
    OtherArchitecture,
    /// The system does not let us start a thread in the process.
    MayNotInject,
    /// The process has come to be protected since it was opened: a service that was started meanwhile shares it now.
    Protected(Protection),
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
            NotSent::PermissionDenied => f.write_str("no permission: act as its owner or as administrator"),
            NotSent::NotListening => f.write_str("it does not listen to bowout's event"),
            NotSent::NotAService => f.write_str("it is no service"),
            NotSent::AcceptsNoStop => f.write_str("it is a service that accepts no stop now"),
            NotSent::ServicesDependOnIt => f.write_str("other running services depend on it: stop them first"),
            NotSent::LeadsNoGroupOfOurs => f.write_str("it leads no process group of ours"),
            NotSent::NoWindow => f.write_str("it has no window on this desktop"),
            NotSent::NoVisibleWindow => f.write_str("none of its windows is visible"),
            NotSent::HigherIntegrityLevel => f.write_str("it runs at a higher integrity level: act as administrator"),
            NotSent::NoConsole => f.write_str("it has no console"),
            NotSent::CtrlCOff => f.write_str("Ctrl-C is off in it"),
            NotSent::NoHelper => f.write_str(
                "no helper: main has to begin with bowout::stop::run_helper_if_asked, or to name one by set_helper",
            ),
            NotSent::NotOptedIn => f.write_str("not asked for"),
            NotSent::OtherArchitecture => f.write_str("it runs on another architecture"),
            NotSent::MayNotInject => f.write_str("no permission to start a thread in it"),
            NotSent::Protected(why) => write!(f, "it is {why} now"),
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
