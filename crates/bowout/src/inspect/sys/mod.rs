//! The one place of this room that knows which system it is on. Every system has the same face: [`look`], which tells what it
//! can of one process and why it cannot tell the rest, and [`everybody`], which lists all with their parents.

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "linux/mod.rs")]
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android", windows)), path = "unix.rs")]
mod os;

#[cfg(unix)]
mod kin;

pub(super) use os::{SHOWS_THE_DEAD, everybody, look};

use super::verdict::Facts;
use super::{Linux, Untold, Windows};

/// What one look at a process came to.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// When it was started, in the system's own measure.
    pub(super) start: Option<u64>,
    pub(super) name: Option<String>,
    pub(super) command_line: Option<String>,
    pub(super) group: Option<u32>,
    pub(super) session: Option<u32>,
    pub(super) facts: Facts,
    pub(super) linux: Option<Linux>,
    pub(super) windows: Option<Windows>,
    pub(super) untold: Vec<Untold>,
}

/// What is special about a process, to signals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android", test)),
    expect(dead_code, reason = "only Linux tells them apart")
)]
pub(super) enum Rank {
    #[default]
    Ordinary,
    /// The first of the pid namespace that we are in: nothing reaches it from within that it has no handler for.
    OurInit,
    /// The first of a namespace below ours: from outside, KILL and STOP reach it.
    InnerInit,
    KernelThread,
}
