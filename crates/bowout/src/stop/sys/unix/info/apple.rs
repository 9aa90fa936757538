//! macOS: `proc_pidinfo` (libproc.h).

use std::ffi::CStr;
use std::io;

use rustix::process::Pid;

use super::super::survey::Entry;

/// Everybody on the system.
pub(in super::super) fn everybody() -> io::Result<Vec<Entry>> {
    let mut pids: Vec<i32> = vec![0; 1024];
    loop {
        let room = size_of_val(&pids[..]);
        let bytes = i32::try_from(room).map_err(|_| io::ErrorKind::OutOfMemory)?;
        // SAFETY: there is room for `bytes` bytes behind the pointer.
        let count = unsafe { libc::proc_listallpids(pids.as_mut_ptr().cast(), bytes) };
        let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
        if count == 0 {
            return Err(io::Error::last_os_error());
        }
        if count < pids.len() {
            pids.truncate(count);
            let pids = pids.into_iter().filter_map(|pid| u32::try_from(pid).ok());
            return Ok(pids.filter_map(of).collect());
        }
        pids.resize(pids.len() * 2, 0);
    }
}

pub(in super::super) fn of(pid: u32) -> Option<Entry> {
    // SAFETY: the struct is plain data, for which all zeros is a value.
    let mut info: libc::proc_bsdinfo = unsafe { std::mem::zeroed() };
    let size = i32::try_from(size_of_val(&info)).ok()?;
    let place = (&raw mut info).cast();
    // SAFETY: there is room for `size` bytes behind `place`.
    let written = unsafe { libc::proc_pidinfo(i32::try_from(pid).ok()?, libc::PROC_PIDTBSDINFO, 0, place, size) };
    if written != size {
        return None;
    }
    // SAFETY: the struct was zeroed, and the system ends the name with NUL.
    let name = unsafe { CStr::from_ptr(info.pbi_comm.as_ptr()) };
    let session = rustix::process::getsid(Pid::from_raw(i32::try_from(pid).ok()?)).ok();
    Some(Entry {
        pid,
        parent: info.pbi_ppid,
        group: info.pbi_pgid,
        session: session.map(|session| session.as_raw_nonzero().get().unsigned_abs()),
        start: info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec,
        name: name.to_string_lossy().into_owned(),
        has_exited: info.pbi_status == libc::SZOMB,
        is_still: matches!(info.pbi_status, libc::SZOMB | libc::SSTOP),
    })
}
