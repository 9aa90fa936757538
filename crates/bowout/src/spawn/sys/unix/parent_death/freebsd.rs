//! FreeBSD: `PROC_PDEATHSIG_CTL` ([procctl(2)](https://man.freebsd.org/cgi/man.cgi?query=procctl&sektion=2)). It fires when the
//! process ends, whichever thread has forked.

use std::io;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

use crate::spawn::ParentDeath;

pub(in super::super) const SCOPE: ParentDeath = ParentDeath::Child;

/// In the child: to be killed when its parent is gone.
pub(in super::super) fn ask(parent: Pid) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // It was perhaps gone before; then nothing comes any more.
    if getppid() == Some(parent) {
        Ok(())
    } else {
        Err(Errno::SRCH.into())
    }
}

/// Any thread will do.
pub(in super::super) fn on_lasting_thread<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    Ok(work())
}
