//! The terminal, and whose group is in its foreground.

use std::os::fd::{AsFd, BorrowedFd};

use rustix::process::{Pid, getpid};
use rustix::stdio::{stderr, stdin, stdout};
use rustix::termios::{tcgetpgrp, tcsetpgrp};

use super::super::super::Terminal;
use super::{session, signals};

/// Where the main process sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seat {
    /// In a group of its own; this process has no terminal.
    Apart,
    /// In a group of its own, which is in the foreground of the terminal on standard input whenever ours would be.
    Foreground,
    /// In the group of this process, which gets what the keyboard says as a whole.
    Shared,
    /// In a session of its own, which has the terminal if nobody else's has.
    Session,
}

impl Seat {
    /// What suits where this process sits itself.
    ///
    /// The leader of a group whose standard input and output both are the terminal was started by an interactive shell, or as
    /// an init, for itself: in a pipeline one of the two is a pipe, and in a script the leader is the script. Whoever else
    /// has a terminal shares its group with others, and if the foreground went to another group, these would be stopped
    /// when they read from the terminal, and not hear its Ctrl-C.
    pub(super) fn find(wish: Terminal) -> Seat {
        match wish {
            Terminal::Shared => Seat::Shared,
            Terminal::Session => Seat::Session,
            Terminal::Foreground if leads_its_group() && is_ours(stdin()) && is_ours(stdout()) => Seat::Foreground,
            Terminal::Foreground if has_terminal() => Seat::Shared,
            Terminal::Foreground => Seat::Apart,
        }
    }

    pub(super) fn has_own_group(self) -> bool {
        self != Seat::Shared
    }

    /// Lets go of the terminal where only another session can take it, and it is ours to give.
    pub(super) fn vacate(self) {
        if self == Seat::Session && leads_its_session() && session::vacate_terminal() {
            // What the kernel tells the terminal's foreground, in which we were; nobody has hung up.
            signals::forget(libc::SIGHUP);
            signals::forget(libc::SIGCONT);
        }
    }

    /// Whether the main process is to get the foreground at once.
    pub(super) fn is_in_foreground(self) -> bool {
        self == Seat::Foreground && our_group().is_some_and(|ours| tcgetpgrp(stdin()) == Ok(ours))
    }

    /// Puts the group into the foreground, if ours is there.
    pub(super) fn give(self, group: Pid) {
        if self.is_in_foreground() {
            // A terminal that has been closed meanwhile has no foreground to give.
            let _ = tcsetpgrp(stdin(), group);
        }
    }

    /// Puts our own group back there, if that one is. A group that is empty by now still counts.
    pub(super) fn take_back(self, group: Pid) {
        if let (Seat::Foreground, Some(ours)) = (self, our_group()) {
            if tcgetpgrp(stdin()) == Ok(group) {
                let _ = tcsetpgrp(stdin(), ours);
            }
        }
    }
}

fn leads_its_group() -> bool {
    our_group() == Some(getpid())
}

fn leads_its_session() -> bool {
    // SAFETY: it takes a number, where 0 is this process.
    unsafe { libc::getsid(0) == libc::getpid() }
}

/// `None` where its leader is outside of our pid namespace, and so has no number in it; `rustix` takes that for impossible.
fn our_group() -> Option<Pid> {
    // SAFETY: it takes nothing, and cannot fail.
    Pid::from_raw(unsafe { libc::getpgrp() })
}

/// Only the terminal that controls this session tells its foreground
/// ([tcgetpgrp(3)](https://man7.org/linux/man-pages/man3/tcgetpgrp.3.html)).
fn is_ours(fd: BorrowedFd<'_>) -> bool {
    tcgetpgrp(fd).is_ok()
}

fn has_terminal() -> bool {
    use rustix::fs::{Mode, OFlags, open};
    [stdin(), stdout(), stderr()].into_iter().any(is_ours)
        || open("/dev/tty", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).is_ok_and(|tty| is_ours(tty.as_fd()))
}
