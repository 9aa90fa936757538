//! Systems that are not known to tell of a process's exit.

use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::process::Pid;

/// There is none.
pub(crate) fn descriptor(_: Pid) -> Result<OwnedFd, Errno> {
    Err(Errno::NOSYS)
}
