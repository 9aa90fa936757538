//! FreeBSD: the sysctl `kern.proc.pid` ([sysctl(3)](https://man.freebsd.org/cgi/man.cgi?query=sysctl&sektion=3)).

use std::ffi::CStr;
use std::io;

use crate::sys::sysctl::processes;

use super::super::survey::Entry;

pub(in super::super) fn of(pid: u32) -> Option<Entry> {
    let found = processes(libc::KERN_PROC_PID, &[i32::try_from(pid).ok()?]).ok()?;
    entry(found.first()?)
}

/// Everybody on the system, or in our jail.
pub(in super::super) fn everybody() -> io::Result<Vec<Entry>> {
    let found = processes(libc::KERN_PROC_PROC, &[])?;
    Ok(found.iter().filter_map(entry).collect())
}

fn entry(info: &libc::kinfo_proc) -> Option<Entry> {
    // SAFETY: the system ends the name with NUL.
    let name = unsafe { CStr::from_ptr(info.ki_comm.as_ptr()) };
    let micros = |time: libc::timeval| {
        let seconds = u64::try_from(time.tv_sec).ok()?;
        seconds
            .checked_mul(1_000_000)?
            .checked_add(u64::try_from(time.tv_usec).ok()?)
    };
    Some(Entry {
        pid: u32::try_from(info.ki_pid).ok()?,
        parent: u32::try_from(info.ki_ppid).ok()?,
        group: u32::try_from(info.ki_pgid).ok()?,
        session: u32::try_from(info.ki_sid).ok(),
        start: micros(info.ki_start)?,
        name: name.to_string_lossy().into_owned(),
        has_exited: info.ki_stat == libc::SZOMB,
        is_still: matches!(info.ki_stat, libc::SZOMB | libc::SSTOP),
    })
}
