//! FreeBSD: the sysctl `kern.proc.pgrp` ([sysctl(3)](https://man.freebsd.org/cgi/man.cgi?query=sysctl&sektion=3)). Groups go
//! by number alone.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::Pid;

use crate::sys::sysctl::processes;

/// There is no such call.
pub(super) fn signal(_: BorrowedFd<'_>, _: i32) -> Option<io::Result<()>> {
    None
}

/// Who is in a group and has not exited.
pub(super) fn members(leader: Pid) -> io::Result<Vec<u32>> {
    let processes = match processes(libc::KERN_PROC_PGRP, &[leader.as_raw_nonzero().get()]) {
        Ok(processes) => processes,
        Err(error) => return none_or(error),
    };
    let living = processes.iter().filter(|process| process.ki_stat != libc::SZOMB);
    Ok(living
        .filter_map(|process| u32::try_from(process.ki_pid).ok())
        .collect())
}

/// A group that is not there has nobody in it.
fn none_or(error: io::Error) -> io::Result<Vec<u32>> {
    match error.raw_os_error() {
        Some(libc::ESRCH) => Ok(Vec::new()),
        _ => Err(error),
    }
}
