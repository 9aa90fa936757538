//! What can one process say to another? The vocabulary that every room shares.
//!
//! A [`Signal`] is a *name*. Its number differs between systems (SIGUSR1 is 10 on Linux and 30 on macOS), and Windows has
//! no numbers at all, so the number is asked for with [`Signal::number`] and may be absent.
//!
//! ```
//! use bowout::Signal;
//!
//! let term: Signal = "sigterm".parse()?;
//! assert_eq!(term, Signal::Term);
//! assert_eq!("15".parse::<Signal>()?, if cfg!(windows) { Signal::Term } else { Signal::Term });
//! assert_eq!(term.to_string(), "TERM");
//! assert!(!Signal::Kill.can_be_caught());
//! # Ok::<(), bowout::signal::ParseSignalError>(())
//! ```

mod name;
mod os;
pub(crate) mod sys;
mod table;

pub use name::ParseSignalError;
pub use os::Os;
pub use table::{DefaultAction, all};

/// A request that one process can make of another, by its portable name.
///
/// The variants are the signals of POSIX, the ones that single systems add, the real-time signals, and the three things
/// that a Windows console says and Unix does not. Ctrl-C is [`Signal::Int`] everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// SIGHUP: the terminal is gone; daemons take it as "reload".
    Hup,
    /// SIGINT: Ctrl-C at the keyboard, on Windows as well.
    Int,
    /// SIGQUIT: Ctrl-\ at the keyboard; the default action leaves a core dump.
    Quit,
    /// SIGILL: illegal instruction.
    Ill,
    /// SIGTRAP: a breakpoint or trace trap.
    Trap,
    /// SIGABRT: `abort(3)` was called.
    Abrt,
    /// SIGBUS: an impossible memory access.
    Bus,
    /// SIGEMT: emulator trap (BSD, macOS, illumos, MIPS).
    Emt,
    /// SIGFPE: an erroneous arithmetic operation.
    Fpe,
    /// SIGKILL: force; it cannot be caught. On Windows: TerminateProcess.
    Kill,
    /// SIGUSR1: for the program to define.
    Usr1,
    /// SIGSEGV: an invalid memory reference.
    Segv,
    /// SIGUSR2: for the program to define.
    Usr2,
    /// SIGPIPE: a write to a pipe that nobody reads.
    Pipe,
    /// SIGALRM: the timer of `alarm(2)`.
    Alrm,
    /// SIGTERM: the polite request to stop. On Windows: by the [first route that is open](crate::stop#windows).
    Term,
    /// SIGSTKFLT: unused (Linux).
    StkFlt,
    /// SIGCHLD: a child stopped or ended.
    Chld,
    /// SIGCONT: go on, if stopped.
    Cont,
    /// SIGSTOP: stop (pause); it cannot be caught.
    Stop,
    /// SIGTSTP: Ctrl-Z at the keyboard.
    Tstp,
    /// SIGTTIN: a background process reads from the terminal.
    Ttin,
    /// SIGTTOU: a background process writes to the terminal.
    Ttou,
    /// SIGURG: urgent data on a socket.
    Urg,
    /// SIGXCPU: the limit of processor time is exceeded.
    Xcpu,
    /// SIGXFSZ: the limit of file size is exceeded.
    Xfsz,
    /// SIGVTALRM: the timer of the process's own processor time.
    Vtalrm,
    /// SIGPROF: the profiling timer.
    Prof,
    /// SIGWINCH: the terminal's size changed.
    Winch,
    /// SIGIO, also SIGPOLL: a descriptor is ready.
    Io,
    /// SIGPWR: the power is failing (Linux, NetBSD, illumos).
    Pwr,
    /// SIGSYS: a bad system call.
    Sys,
    /// SIGINFO: Ctrl-T at the keyboard, a status request (BSD, macOS, illumos).
    Info,
    /// SIGTHR: of the thread library (FreeBSD, OpenBSD).
    Thr,
    /// `SIGRTMIN+n`: the n-th real-time signal, counted from the lowest.
    RtMin(u8),
    /// `CTRL_BREAK_EVENT`: Ctrl-Break at a Windows console.
    Break,
    /// Close: `CTRL_CLOSE_EVENT` for a Windows console program, `WM_CLOSE` for one with windows.
    Close,
}

impl Signal {
    /// The name in capitals without the prefix: `TERM`, `RTMIN+3`, `BREAK`. It is what [`Display`](std::fmt::Display)
    /// prints and what [`FromStr`](std::str::FromStr) takes.
    pub fn name(self) -> String {
        match self {
            Signal::RtMin(0) => "RTMIN".to_owned(),
            Signal::RtMin(n) => format!("RTMIN+{n}"),
            named => table::row(named).name.to_owned(),
        }
    }

    /// The number on the system this program runs on, or `None` where the signal does not exist.
    ///
    /// Real-time signals are counted from the C library's `SIGRTMIN`, which a thread library may have moved up
    /// ([signal(7)](https://man7.org/linux/man-pages/man7/signal.7.html)).
    pub fn number(self) -> Option<i32> {
        match self {
            Signal::RtMin(n) => {
                let (low, high) = sys::real_time_range()?;
                Some(low + i32::from(n)).filter(|number| *number <= high)
            }
            named => named.number_on(Os::CURRENT?),
        }
    }

    /// The number on `os`, or `None` where the signal does not exist there. Real-time signals have no number that holds for
    /// every C library of a system, so they give `None`: ask [`Signal::number`] on the system itself.
    ///
    /// ```
    /// use bowout::signal::{Os, Signal};
    /// assert_eq!(Signal::Usr1.number_on(Os::Linux), Some(10));
    /// assert_eq!(Signal::Usr1.number_on(Os::MacOs), Some(30));
    /// assert_eq!(Signal::Usr1.number_on(Os::Windows), None);
    /// ```
    pub fn number_on(self, os: Os) -> Option<i32> {
        match self {
            Signal::RtMin(_) => None,
            named => table::row(named).number_on(os),
        }
    }

    /// The signal that has this number on the system this program runs on.
    ///
    /// On Windows the numbers of Linux are understood, since people type `15` and `9` from habit.
    ///
    /// # Errors
    /// [`ParseSignalError`] where no signal has the number; it names the range.
    pub fn from_number(number: i32) -> Result<Signal, ParseSignalError> {
        name::from_number(number)
    }

    /// What happens to a process that does nothing about the signal, on the system this program runs on
    /// ([signal(7)](https://man7.org/linux/man-pages/man7/signal.7.html)).
    pub fn default_action(self) -> DefaultAction {
        self.default_action_on(Os::CURRENT.unwrap_or(Os::Linux))
    }

    /// The same on `os`. On one that does not have the signal it is what the others do; on Windows, what Linux does.
    ///
    /// ```
    /// use bowout::signal::{DefaultAction, Os, Signal};
    /// assert_eq!(Signal::Io.default_action_on(Os::Linux), DefaultAction::Terminate);
    /// assert_eq!(Signal::Io.default_action_on(Os::MacOs), DefaultAction::Ignore);
    /// ```
    pub fn default_action_on(self, os: Os) -> DefaultAction {
        match self {
            Signal::RtMin(_) => DefaultAction::Terminate,
            named => table::row(named).default_action_on(os),
        }
    }

    /// Whether a process can catch, block or ignore it: everything but KILL and STOP.
    pub fn can_be_caught(self) -> bool {
        !matches!(self, Signal::Kill | Signal::Stop)
    }

    /// What Windows has in its place, in words, or `None` where it has nothing.
    pub fn on_windows(self) -> Option<&'static str> {
        match self {
            Signal::RtMin(_) => None,
            named => table::row(named).on_windows,
        }
    }

    /// What it says, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Signal::RtMin(_) => "real-time signal, for the program to define",
            named => table::row(named).meaning,
        }
    }
}

#[cfg(test)]
mod tests;
