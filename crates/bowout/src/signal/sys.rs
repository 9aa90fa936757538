//! The one place of this room that knows which system it is on.

use super::Os;

/// The column of the table that holds here.
pub(super) const CURRENT: Option<Os> = if cfg!(windows) {
    Some(Os::Windows)
} else if cfg!(target_vendor = "apple") {
    Some(Os::MacOs)
} else if cfg!(any(target_os = "freebsd", target_os = "dragonfly")) {
    Some(Os::FreeBsd)
} else if cfg!(target_os = "netbsd") {
    Some(Os::NetBsd)
} else if cfg!(target_os = "openbsd") {
    Some(Os::OpenBsd)
} else if cfg!(any(target_os = "illumos", target_os = "solaris")) {
    Some(Os::Illumos)
} else if cfg!(any(target_os = "linux", target_os = "android")) {
    if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        Some(Os::LinuxMips)
    } else {
        Some(Os::Linux)
    }
} else {
    None
};

/// The lowest and the highest real-time signal that programs may use, where the C library tells.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn real_time_range() -> Option<(i32, i32)> {
    Some((libc::SIGRTMIN(), libc::SIGRTMAX()))
}

/// The real-time signals of FreeBSD
/// ([signal(3)](https://man.freebsd.org/cgi/man.cgi?query=signal&sektion=3)) and NetBSD
/// ([signal(7)](https://man.netbsd.org/signal.7)) have fixed numbers; macOS, OpenBSD and Windows have none; elsewhere it is
/// not known, and so not claimed.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn real_time_range() -> Option<(i32, i32)> {
    match CURRENT? {
        Os::FreeBsd => Some((65, 126)),
        Os::NetBsd => Some((33, 63)),
        _ => None,
    }
}

/// The table is right, or this does not compile: a wrong number would send the wrong signal.
#[cfg(unix)]
mod proof {
    use super::super::{Signal, table::TABLE};

    macro_rules! same_number {
        ($($signal:ident = $number:ident),* $(,)?) => {
            $(const _: () = {
                let mut at = 0;
                while !matches!(TABLE[at].signal, Signal::$signal) {
                    at += 1;
                }
                let ours = match super::CURRENT {
                    Some(os) => TABLE[at].number_on(os),
                    None => None,
                };
                match ours {
                    Some(number) => assert!(number == libc::$number),
                    None => panic!("no number for a signal that this system has"),
                }
            };)*
        };
    }

    same_number! {
        Hup = SIGHUP, Int = SIGINT, Quit = SIGQUIT, Ill = SIGILL, Trap = SIGTRAP, Abrt = SIGABRT, Bus = SIGBUS,
        Fpe = SIGFPE, Kill = SIGKILL, Usr1 = SIGUSR1, Segv = SIGSEGV, Usr2 = SIGUSR2, Pipe = SIGPIPE, Alrm = SIGALRM,
        Term = SIGTERM, Chld = SIGCHLD, Cont = SIGCONT, Stop = SIGSTOP, Tstp = SIGTSTP, Ttin = SIGTTIN,
        Ttou = SIGTTOU, Urg = SIGURG, Xcpu = SIGXCPU, Xfsz = SIGXFSZ, Vtalrm = SIGVTALRM, Prof = SIGPROF,
        Winch = SIGWINCH, Io = SIGIO, Sys = SIGSYS,
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    same_number! { Pwr = SIGPWR }
    #[cfg(all(
        any(target_os = "linux", target_os = "android"),
        not(any(target_arch = "mips", target_arch = "mips64"))
    ))]
    same_number! { StkFlt = SIGSTKFLT }
    #[cfg(any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd"
    ))]
    same_number! { Emt = SIGEMT, Info = SIGINFO }
}
