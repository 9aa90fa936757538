//! No guard: orphans would not come to it, or nobody would tell it of this process's death.

use std::io;

use rustix::process::Pid;

use super::super::super::core::Settings;
use super::page::Page;
use super::program::Program;
use super::ready::Ready;
use super::terminal::Seat;

pub(super) const EXISTS: bool = false;
pub(super) const PARENT_DEATH_IS_TOLD: bool = cfg!(target_os = "freebsd");

pub(super) fn start(_: &mut Program, _: &Settings, _: Seat, _: Page, _: &mut Option<Ready>) -> io::Result<Pid> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Nobody else could have told that it is.
pub(super) fn is_stopped(_: Pid) -> bool {
    true
}
