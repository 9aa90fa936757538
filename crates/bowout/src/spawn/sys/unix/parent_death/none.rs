//! Systems that tell a child nothing of its parent's end.

use std::io;

use rustix::process::Pid;

use crate::spawn::ParentDeath;

pub(in super::super) const SCOPE: ParentDeath = ParentDeath::Unsupported;

/// The child lives on; `SCOPE` tells.
pub(in super::super) fn ask(_: Pid) -> io::Result<()> {
    Ok(())
}

/// Any thread will do.
pub(in super::super) fn on_lasting_thread<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    Ok(work())
}
