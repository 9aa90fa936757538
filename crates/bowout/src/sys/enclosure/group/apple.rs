//! macOS: `proc_listpids` (libproc.h). Groups go by number alone.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::Pid;

/// `PROC_PGRP_ONLY` of sys/proc_info.h.
const PROC_PGRP_ONLY: u32 = 2;

/// There is no such call.
pub(super) fn signal(_: BorrowedFd<'_>, _: i32) -> Option<io::Result<()>> {
    None
}

/// Who is in a group and has not exited.
pub(super) fn members(leader: Pid) -> io::Result<Vec<u32>> {
    let group = leader.as_raw_nonzero().get().unsigned_abs();
    let mut pids: Vec<i32> = vec![0; 64];
    loop {
        let room = size_of_val(&pids[..]);
        let bytes = i32::try_from(room).map_err(|_| io::ErrorKind::OutOfMemory)?;
        // SAFETY: there is room for `bytes` bytes behind the pointer.
        let written = unsafe { libc::proc_listpids(PROC_PGRP_ONLY, group, pids.as_mut_ptr().cast(), bytes) };
        let written = usize::try_from(written).map_err(|_| io::Error::last_os_error())?;
        if written < room {
            pids.truncate(written / size_of::<i32>());
            let pids = pids.into_iter().filter(|pid| is_alive(*pid));
            return Ok(pids.filter_map(|pid| u32::try_from(pid).ok()).collect());
        }
        pids.resize(pids.len() * 2, 0);
    }
}

fn is_alive(pid: i32) -> bool {
    // SAFETY: the struct is plain data, for which all zeros is a value.
    let mut info: libc::proc_bsdinfo = unsafe { std::mem::zeroed() };
    let size = size_of_val(&info) as i32;
    // SAFETY: there is room for `size` bytes behind the pointer.
    let written = unsafe { libc::proc_pidinfo(pid, libc::PROC_PIDTBSDINFO, 0, (&raw mut info).cast(), size) };
    // Of a zombie it tells nothing: the call finds the living only. Of another user's process it tells nothing either.
    let refused = io::Error::last_os_error().raw_os_error() == Some(libc::EPERM);
    if written == size {
        info.pbi_status != libc::SZOMB
    } else {
        refused
    }
}
