//! The vocabulary of this room: what was asked, by whom, until when.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use crate::Signal;

/// What asked the program to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Trigger {
    /// SIGINT; on Windows `CTRL_C_EVENT`.
    Interrupt,
    /// SIGTERM. Windows has none: see [`Trigger::Cooperative`].
    Terminate,
    /// SIGHUP: the terminal is gone.
    Hangup,
    /// SIGQUIT.
    Quit,
    /// `CTRL_BREAK_EVENT` (Windows).
    Break,
    /// `CTRL_CLOSE_EVENT`: the console window is being closed (Windows). The system ends the process after 5 seconds.
    Close,
    /// `CTRL_LOGOFF_EVENT` (Windows): the user logs off. The system ends the process after 5 seconds. In the session of the
    /// services the event tells of some other user's logoff, and is passed on unheard.
    Logoff,
    /// `CTRL_SHUTDOWN_EVENT` (Windows): the system shuts down. The system ends the process after 5 seconds.
    SystemShutdown,
    /// bowout's own named event, the SIGTERM that Windows never had (Windows).
    Cooperative,
    /// `SERVICE_CONTROL_STOP`, to a program that runs as a service (Windows).
    ServiceStop,
    /// `SERVICE_CONTROL_PRESHUTDOWN`, to a program that runs as a service: the system is about to shut
    /// down (Windows). It waits 10 seconds, unless the service is configured otherwise.
    Preshutdown,
    /// `WM_CLOSE`, as `taskkill` without `/f` posts it, to a hidden window that the listener makes for it (Windows).
    /// [Opt-in](Trigger::OPT_IN).
    WindowClose,
    /// Standard input was closed by whoever wrote to it, and has been read to its end: there is nobody left to work for.
    /// [Opt-in](Trigger::OPT_IN).
    ///
    /// Heard of a pipe, a socket or a terminal ([poll(2)](https://man7.org/linux/man-pages/man2/poll.2.html), `POLLHUP`), on
    /// Windows of a pipe
    /// ([PeekNamedPipe](https://learn.microsoft.com/en-us/windows/win32/api/namedpipeapi/nf-namedpipeapi-peeknamedpipe)). A file
    /// or a device is closed by nobody, and [`Handle::hearing`](super::Handle::hearing) says so. Ctrl-D closes nothing.
    ///
    /// The program reads its input itself; not a byte is taken from it. What was written before the end is read first: a
    /// program that does not read is not asked. The input is the one that the program began to listen with, whatever it does
    /// with the descriptor later; while it listens, whoever writes does not notice that the program has closed it.
    ///
    /// Waiting costs nothing on Unix, unless the input was closed and is not read: then a look now and then, in the end one a
    /// second. On Windows a pipe can only be asked, which is done four times a second.
    StdinClosed,
    /// The process that started this one has ended: there is nobody left to work for. [Opt-in](Trigger::OPT_IN).
    ///
    /// The process, and not the thread: Linux's
    /// [PR_SET_PDEATHSIG](https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html) speaks of the thread, and is not
    /// used. Linux tells it by a [pidfd](https://man7.org/linux/man-pages/man2/pidfd_open.2.html), macOS and the BSDs by a
    /// [kqueue](https://man.freebsd.org/cgi/man.cgi?query=kqueue), Windows by the
    /// [handle](https://learn.microsoft.com/en-us/windows/win32/procthread/process-handles-and-identifiers) of the process.
    /// Elsewhere, and where a sandbox forbids that, `getppid` is asked once a second.
    ///
    /// Listen early: if the parent was gone before, only Windows still knows who it was, and then it is a request at once. On
    /// Unix another process has taken its place, often PID 1. A parent that is PID 1, or in another pid namespace, is not
    /// watched, and [`Handle::hearing`](super::Handle::hearing) says so.
    ParentGone,
    /// The program itself: [`Handle::trigger`](super::Handle::trigger), or the end of its
    /// [`Shutdown`](super::Shutdown).
    Program,
}

impl Trigger {
    /// Every trigger from outside the program that is heard unless the builder says otherwise, as far as the system has it.
    pub const EXTERNAL: [Trigger; 11] = [
        Trigger::Interrupt,
        Trigger::Terminate,
        Trigger::Hangup,
        Trigger::Quit,
        Trigger::Break,
        Trigger::Close,
        Trigger::Logoff,
        Trigger::SystemShutdown,
        Trigger::Cooperative,
        Trigger::ServiceStop,
        Trigger::Preshutdown,
    ];

    /// The triggers that a program has to ask for, with [`Builder::on`](super::Builder::on) and [`Handling::Handle`], since
    /// they would surprise one that does not expect them. Whoever does not ask for one pays nothing for it: no thread, no
    /// descriptor.
    ///
    /// [`StdinClosed`](Trigger::StdinClosed) and [`ParentGone`](Trigger::ParentGone) are for programs that work for one other,
    /// as language servers do. They complement each other: a pipe stays open when some other child of a dead parent has
    /// inherited it, and a parent may close the pipe and live on. Nobody asks in them, so neither is ever taken for a [second
    /// request](super::SecondRequest), nor is what somebody asks afterwards.
    ///
    /// ```no_run
    /// use bowout::listen::{Builder, Handling, Hearing, Trigger};
    ///
    /// let shutdown = Builder::new()
    ///     .on(Trigger::StdinClosed, Handling::Handle)
    ///     .on(Trigger::ParentGone, Handling::Handle)
    ///     .listen()?;
    /// if let Hearing::Failed(reason) = shutdown.hearing(Trigger::StdinClosed) {
    ///     eprintln!("started by hand? {reason}");
    /// }
    /// # Ok::<(), bowout::listen::ListenError>(())
    /// ```
    pub const OPT_IN: [Trigger; 3] = [Trigger::WindowClose, Trigger::StdinClosed, Trigger::ParentGone];

    /// Whether somebody outside asks. That standard input was closed or the parent is gone is a circumstance, in which nobody
    /// loses patience.
    pub(super) fn is_asked(self) -> bool {
        !matches!(self, Trigger::Program | Trigger::StdinClosed | Trigger::ParentGone)
    }

    /// Whether the session or the system ends. It is nobody's loss of patience with this program, and Windows tells it in
    /// several ways: a service hears of a shutdown from the console and from the service control manager.
    pub(super) fn ends_more_than_us(self) -> bool {
        matches!(self, Trigger::Logoff | Trigger::SystemShutdown | Trigger::Preshutdown)
    }

    /// The signal of the same meaning, where there is one.
    pub fn signal(self) -> Option<Signal> {
        match self {
            Trigger::Interrupt => Some(Signal::Int),
            Trigger::Terminate | Trigger::Cooperative | Trigger::ServiceStop => Some(Signal::Term),
            Trigger::Hangup => Some(Signal::Hup),
            Trigger::Quit => Some(Signal::Quit),
            Trigger::Break => Some(Signal::Break),
            Trigger::Close | Trigger::WindowClose => Some(Signal::Close),
            Trigger::Logoff
            | Trigger::SystemShutdown
            | Trigger::Preshutdown
            | Trigger::StdinClosed
            | Trigger::ParentGone
            | Trigger::Program => None,
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Trigger::Interrupt => "interrupt",
            Trigger::Terminate => "terminate",
            Trigger::Hangup => "hangup",
            Trigger::Quit => "quit",
            Trigger::Break => "break",
            Trigger::Close => "close",
            Trigger::Logoff => "logoff",
            Trigger::SystemShutdown => "system shutdown",
            Trigger::Cooperative => "cooperative",
            Trigger::ServiceStop => "service stop",
            Trigger::Preshutdown => "preshutdown",
            Trigger::WindowClose => "window close",
            Trigger::StdinClosed => "standard input closed",
            Trigger::ParentGone => "parent gone",
            Trigger::Program => "program",
        })
    }
}

/// What to do about one trigger. A trigger about which the [`Builder`](super::Builder) says nothing is handled, unless the
/// program inherited it as ignored (`nohup`, or a shell's background job), or the trigger is [opt-in](Trigger::OPT_IN).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handling {
    /// Take it as a request to stop, even if it was inherited as ignored.
    Handle,
    /// Swallow it. Children do not inherit this, as they would a disposition of "ignore".
    Ignore,
    /// Leave it as it was found.
    Default,
}

/// What the listener made of one trigger: see [`Handle::hearing`](super::Handle::hearing).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hearing {
    /// It is a request to stop.
    Handled,
    /// It is swallowed, as the program wanted.
    Ignored,
    /// It was inherited as ignored (`nohup`), and stays so: [`Handling::Handle`] would override that.
    InheritedIgnore,
    /// It was left as it was found: the program wanted that, or did not ask for what is [opt-in](Trigger::OPT_IN).
    Default,
    /// This system does not have it.
    Absent,
    /// It could not be listened to, for this reason.
    Failed(String),
}

/// What a second request does while the first is being worked on. Requests within [`REPEAT_WINDOW`] of each other are one
/// request told twice: `timeout` and systemd send two signals in one breath, and so does a shell with a terminal. That the
/// session or the system ends is never a second request; it only brings the deadline nearer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SecondRequest {
    /// The process ends at once, without running what is left of its cleanups.
    #[default]
    LeaveNow,
    /// Nothing: it is noted, and [`Handle::wait_repeat`](super::Handle::wait_repeat) returns.
    Note,
}

/// Requests closer together than this are one request told twice.
pub const REPEAT_WINDOW: Duration = Duration::from_millis(200);

/// Who sent a request, where the system tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The process, as numbered in this process's pid namespace; 0 if it is outside of it.
    pub pid: u32,
    /// The real user of that process.
    pub uid: u32,
}

/// A request to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub(super) trigger: Trigger,
    pub(super) sender: Option<Sender>,
    pub(super) time: SystemTime,
    pub(super) instant: Instant,
    pub(super) deadline: Option<Instant>,
}

impl Request {
    /// What asked.
    pub fn trigger(&self) -> Trigger {
        self.trigger
    }

    /// Who asked: known for signals sent by a process (`SI_USER`, `SI_QUEUE`, `SI_TKILL`;
    /// [sigaction(2)](https://man7.org/linux/man-pages/man2/sigaction.2.html)) on Linux, macOS and FreeBSD. A terminal's
    /// Ctrl-C has no sender, and Windows tells none.
    pub fn sender(&self) -> Option<Sender> {
        self.sender
    }

    /// When, by the wall clock.
    pub fn time(&self) -> SystemTime {
        self.time
    }

    /// When, by the monotonic clock.
    pub fn instant(&self) -> Instant {
        self.instant
    }

    /// When the process ends, come what may: the grace period, or the system's own limit where that is tighter. `None`
    /// where neither sets an end.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// What is left until the [deadline](Request::deadline); `None` without one.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}
