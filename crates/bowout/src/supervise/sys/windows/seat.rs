//! Where the main process sits at the console.

use std::io::{IsTerminal, stderr, stdin, stdout};

use windows_sys::Win32::System::Threading::CREATE_NEW_PROCESS_GROUP;

use super::super::super::Terminal;
use crate::Signal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seat {
    /// In the group of this process: it hears itself what is typed at the console that both are on.
    Shared,
    /// In a group of its own, in which Ctrl-C is off, and to which Ctrl-Break can be sent.
    Apart,
}

impl Seat {
    /// Where somebody can type Ctrl-C, he means the program, in a pipeline as well.
    pub(super) fn find(terminal: Terminal) -> Seat {
        let has_user = || stdin().is_terminal() || stdout().is_terminal() || stderr().is_terminal();
        match terminal {
            Terminal::Shared => Seat::Shared,
            Terminal::Foreground | Terminal::Session if has_user() => Seat::Shared,
            Terminal::Foreground | Terminal::Session => Seat::Apart,
        }
    }

    pub(super) fn creation_flags(self) -> u32 {
        match self {
            Seat::Shared => 0,
            Seat::Apart => CREATE_NEW_PROCESS_GROUP,
        }
    }

    /// What can be said there in the place of a signal: one that is switched off is lost, whatever the system says.
    pub(super) fn instead_of(self, signal: Signal) -> Signal {
        match (self, signal) {
            (Seat::Apart, Signal::Int) => Signal::Term,
            _ => signal,
        }
    }
}
