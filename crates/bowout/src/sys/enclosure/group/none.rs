//! Systems that are not asked who is in a group. Groups go by number alone.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::Pid;

/// There is no such call.
pub(super) fn signal(_: BorrowedFd<'_>, _: i32) -> Option<io::Result<()>> {
    None
}

/// It is not known.
pub(super) fn members(_: Pid) -> io::Result<Vec<u32>> {
    Err(io::ErrorKind::Unsupported.into())
}
