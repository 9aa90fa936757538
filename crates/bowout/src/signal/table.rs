use super::{Os, Signal};

/// What the system does to a process that has said nothing about a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultAction {
    /// The process ends.
    Terminate,
    /// The process ends and leaves a core dump, where the limits allow one.
    CoreDump,
    /// Nothing happens.
    Ignore,
    /// The process stops until a SIGCONT.
    Stop,
    /// A stopped process goes on.
    Continue,
}

pub(super) struct Row {
    pub(super) signal: Signal,
    pub(super) name: &'static str,
    /// Other names that people write.
    pub(super) aliases: &'static [&'static str],
    /// Linux, Linux on MIPS, macOS, FreeBSD, NetBSD, OpenBSD, illumos; 0 where it does not exist.
    numbers: [u8; 7],
    /// On Linux.
    default_action: DefaultAction,
    pub(super) meaning: &'static str,
    pub(super) on_windows: Option<&'static str>,
}

impl Row {
    pub(super) const fn number_on(&self, os: Os) -> Option<i32> {
        let column = match os {
            Os::Linux => 0,
            Os::LinuxMips => 1,
            Os::MacOs => 2,
            Os::FreeBsd => 3,
            Os::NetBsd => 4,
            Os::OpenBsd => 5,
            Os::Illumos => 6,
            Os::Windows => return None,
        };
        match self.numbers[column] {
            0 => None,
            number => Some(number as i32),
        }
    }
}

use DefaultAction::{Continue, CoreDump, Ignore, Stop, Terminate};

const fn new(
    signal: Signal,
    name: &'static str,
    numbers: [u8; 7],
    default_action: DefaultAction,
    meaning: &'static str,
) -> Row {
    Row {
        signal,
        name,
        aliases: &[],
        numbers,
        default_action,
        meaning,
        on_windows: None,
    }
}

impl Row {
    /// The systems agree on nearly all: these are the ones on which the BSDs and macOS, or those that were System V, differ
    /// from Linux ([FreeBSD](https://man.freebsd.org/cgi/man.cgi?query=signal&sektion=3),
    /// [NetBSD](https://man.netbsd.org/signal.7), [OpenBSD](https://man.openbsd.org/sigaction.2),
    /// [illumos](https://illumos.org/man/3HEAD/signal.h)).
    pub(super) fn default_action_on(&self, os: Os) -> DefaultAction {
        let bsd = matches!(os, Os::MacOs | Os::FreeBsd | Os::NetBsd | Os::OpenBsd);
        match self.signal {
            Signal::Io if bsd => Ignore,
            Signal::Xcpu | Signal::Xfsz if bsd => Terminate,
            Signal::Pwr if matches!(os, Os::NetBsd | Os::Illumos) => Ignore,
            _ => self.default_action,
        }
    }
}

impl Row {
    const fn aka(mut self, aliases: &'static [&'static str]) -> Row {
        self.aliases = aliases;
        self
    }

    const fn windows(mut self, equivalent: &'static str) -> Row {
        self.on_windows = Some(equivalent);
        self
    }
}

/// The rows, in the order of the numbers on Linux. The numbers are held against the C library's own at compile time, on
/// every target that is compiled for: see `sys`.
#[rustfmt::skip]
pub(super) const TABLE: [Row; 36] = [
    //                               Lin MIPS mac Fre Net Ope ill
    new(Signal::Hup,    "HUP",    [ 1,  1,  1,  1,  1,  1,  1], Terminate, "the terminal is gone; reload, for daemons")
        .windows("CTRL_CLOSE says the same to a console program"),
    new(Signal::Int,    "INT",    [ 2,  2,  2,  2,  2,  2,  2], Terminate, "Ctrl-C")
        .aka(&["CTRL_C", "CTRL_C_EVENT"]).windows("CTRL_C_EVENT, to everyone on the console"),
    new(Signal::Quit,   "QUIT",   [ 3,  3,  3,  3,  3,  3,  3], CoreDump,  "Ctrl-\\")
        .windows("CTRL_BREAK_EVENT is the nearest"),
    new(Signal::Ill,    "ILL",    [ 4,  4,  4,  4,  4,  4,  4], CoreDump,  "illegal instruction"),
    new(Signal::Trap,   "TRAP",   [ 5,  5,  5,  5,  5,  5,  5], CoreDump,  "breakpoint"),
    new(Signal::Abrt,   "ABRT",   [ 6,  6,  6,  6,  6,  6,  6], CoreDump,  "abort").aka(&["IOT"]),
    new(Signal::Bus,    "BUS",    [ 7, 10, 10, 10, 10, 10, 10], CoreDump,  "impossible memory access"),
    new(Signal::Fpe,    "FPE",    [ 8,  8,  8,  8,  8,  8,  8], CoreDump,  "erroneous arithmetic"),
    new(Signal::Kill,   "KILL",   [ 9,  9,  9,  9,  9,  9,  9], Terminate, "force: cannot be caught")
        .windows("TerminateProcess"),
    new(Signal::Usr1,   "USR1",   [10, 16, 30, 30, 30, 30, 16], Terminate, "for the program to define"),
    new(Signal::Segv,   "SEGV",   [11, 11, 11, 11, 11, 11, 11], CoreDump,  "invalid memory reference"),
    new(Signal::Usr2,   "USR2",   [12, 17, 31, 31, 31, 31, 17], Terminate, "for the program to define"),
    new(Signal::Pipe,   "PIPE",   [13, 13, 13, 13, 13, 13, 13], Terminate, "write to a pipe nobody reads"),
    new(Signal::Alrm,   "ALRM",   [14, 14, 14, 14, 14, 14, 14], Terminate, "alarm clock"),
    new(Signal::Term,   "TERM",   [15, 15, 15, 15, 15, 15, 15], Terminate, "please stop")
        .windows("bowout's cooperative event, else a service's stop, WM_CLOSE or CTRL_C_EVENT"),
    new(Signal::StkFlt, "STKFLT", [16,  0,  0,  0,  0,  0,  0], Terminate, "unused"),
    new(Signal::Chld,   "CHLD",   [17, 18, 20, 20, 20, 20, 18], Ignore,    "a child stopped or ended").aka(&["CLD"]),
    new(Signal::Cont,   "CONT",   [18, 25, 19, 19, 19, 19, 25], Continue,  "go on, if stopped"),
    new(Signal::Stop,   "STOP",   [19, 23, 17, 17, 17, 17, 23], Stop,      "pause: cannot be caught"),
    new(Signal::Tstp,   "TSTP",   [20, 24, 18, 18, 18, 18, 24], Stop,      "Ctrl-Z"),
    new(Signal::Ttin,   "TTIN",   [21, 26, 21, 21, 21, 21, 26], Stop,      "background read from the terminal"),
    new(Signal::Ttou,   "TTOU",   [22, 27, 22, 22, 22, 22, 27], Stop,      "background write to the terminal"),
    new(Signal::Urg,    "URG",    [23, 21, 16, 16, 16, 16, 21], Ignore,    "urgent data on a socket"),
    new(Signal::Xcpu,   "XCPU",   [24, 30, 24, 24, 24, 24, 30], CoreDump,  "processor time limit exceeded"),
    new(Signal::Xfsz,   "XFSZ",   [25, 31, 25, 25, 25, 25, 31], CoreDump,  "file size limit exceeded"),
    new(Signal::Vtalrm, "VTALRM", [26, 28, 26, 26, 26, 26, 28], Terminate, "timer of own processor time"),
    new(Signal::Prof,   "PROF",   [27, 29, 27, 27, 27, 27, 29], Terminate, "profiling timer"),
    new(Signal::Winch,  "WINCH",  [28, 20, 28, 28, 28, 28, 20], Ignore,    "the terminal's size changed"),
    new(Signal::Io,     "IO",     [29, 22, 23, 23, 23, 23, 22], Terminate, "a descriptor is ready").aka(&["POLL"]),
    new(Signal::Pwr,    "PWR",    [30, 19,  0,  0, 32,  0, 19], Terminate, "the power is failing"),
    new(Signal::Sys,    "SYS",    [31, 12, 12, 12, 12, 12, 12], CoreDump,  "bad system call"),
    new(Signal::Emt,    "EMT",    [ 0,  7,  7,  7,  7,  7,  7], CoreDump,  "emulator trap"),
    new(Signal::Info,   "INFO",   [ 0,  0, 29, 29, 29, 29, 41], Ignore,    "Ctrl-T, a status request"),
    new(Signal::Thr,    "THR",    [ 0,  0,  0, 32,  0, 32,  0], Terminate, "of the thread library"),
    new(Signal::Break,  "BREAK",  [ 0,  0,  0,  0,  0,  0,  0], Terminate, "Ctrl-Break at a Windows console")
        .aka(&["CTRL_BREAK", "CTRL_BREAK_EVENT"]).windows("CTRL_BREAK_EVENT, to a process group"),
    new(Signal::Close,  "CLOSE",  [ 0,  0,  0,  0,  0,  0,  0], Terminate, "the window or console is being closed")
        .aka(&["CTRL_CLOSE", "CTRL_CLOSE_EVENT", "WM_CLOSE"]).windows("WM_CLOSE to a window, CTRL_CLOSE_EVENT to a console"),
];

/// Every named signal, in the order of the numbers on Linux; the real-time signals are not among them.
pub fn all() -> impl Iterator<Item = Signal> {
    TABLE.iter().map(|row| row.signal)
}

/// The row of a named signal. A signal without a row, which a test rules out, shows as one that exists nowhere.
pub(super) fn row(signal: Signal) -> &'static Row {
    const NOWHERE: Row = new(Signal::RtMin(0), "?", [0; 7], Terminate, "");
    TABLE.iter().find(|row| row.signal == signal).unwrap_or(&NOWHERE)
}
