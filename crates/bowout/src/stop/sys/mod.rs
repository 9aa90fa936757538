//! The one place of this room that knows which system it is on. Every system has the same face: [`Process`], a handle that
//! cannot come to mean another process; [`Waiter`], which sleeps until one of several exits; [`Waker`], which ends that sleep.

use std::io;

use super::protection::Protection;

#[cfg_attr(unix, path = "unix/mod.rs")]
#[cfg_attr(windows, path = "windows/mod.rs")]
pub(crate) mod os;

pub(super) use os::find;
pub(super) use os::{
    CAN_SEND, DEAD_PARENTS_ARE_KNOWN, Process, Snapshot, Waiter, Waker, ask_together, can_send, descendants, identify,
    is_moving, is_running, run_helper_if_asked, set_helper, spared_in, was_asked_together,
};

/// Whether the signal reaches it by an event of its own, and nobody else.
#[cfg(windows)]
pub(crate) fn is_reached_alone(target: &super::Target, signal: crate::Signal) -> bool {
    target.process().is_reached_alone(signal)
}

/// What was learnt about a process while it was opened, all of it after the handle was there.
#[derive(Debug)]
pub(super) struct Facts {
    /// When it was started, in the system's own measure.
    pub(super) start: Option<u64>,
    pub(super) name: Option<String>,
    /// The most telling reason to leave it alone.
    pub(super) protection: Option<Protection>,
}

/// A process that was found in a tree.
#[derive(Debug)]
pub(super) struct Newcomer {
    pub(super) pid: u32,
    pub(super) process: Process,
    pub(super) facts: Facts,
}

/// What came of a walk through a tree.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Those whom nobody knew yet.
    pub(super) newcomers: Vec<Newcomer>,
    /// The numbers of those in it who can still start somebody, where that matters: they are neither stopped nor gone.
    pub(super) moving: Vec<u32>,
}

/// What can be done to learn of a process's exit.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android")),
    expect(dead_code, reason = "only Linux needs a descriptor for each")
)]
enum Watching {
    /// The system will tell.
    Watched,
    /// It must be looked at now and then.
    Look,
    /// There is no room for now.
    Later,
    Exited,
}

#[derive(Debug)]
pub(super) enum OpenFailure {
    NoSuchProcess,
    /// It has exited; its parent, where known, has not waited for it yet.
    AlreadyExited {
        name: Option<String>,
        parent: Option<u32>,
    },
    /// The number is that of a thread of that process.
    #[cfg_attr(
        not(any(target_os = "linux", target_os = "android")),
        expect(dead_code, reason = "only Linux numbers threads and processes in one row")
    )]
    Thread {
        name: Option<String>,
        of: u32,
    },
    /// It may not even be looked at; because it is one of these, where that is known.
    Refused(Option<Protection>),
    Io(io::Error),
}

/// What the caller has allowed with one process.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed {
    pub(super) protections: Vec<Protection>,
    pub(super) injection: Injection,
    pub(super) group: Group,
}

impl Allowed {
    /// The same for those below the process, of whom nobody knows whether they lead a group.
    pub(super) fn below(&self) -> Allowed {
        Allowed {
            group: Group::Unknown,
            ..self.clone()
        }
    }
}

/// Whether a thread may be started in the process ([`TargetOptions::inject`](super::TargetOptions::inject)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Injection {
    #[default]
    NotAsked,
    Allowed,
}

/// The process group on Windows that a process leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Group {
    #[default]
    Unknown,
    /// One that this program made.
    Ours,
}

/// How a request is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Exactly this signal, as `kill(1)` does.
    Plain,
    /// So that the process can act on it: a stopped one is told to go on.
    Stopping,
    /// Not at all: only find out what would happen.
    Preview,
}
