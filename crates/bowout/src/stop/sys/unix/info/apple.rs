//! macOS: `proc_pidinfo` (libproc.h).

use std::ffi::CStr;

use super::Info;

pub(super) fn of(pid: u32) -> Option<Info> {
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
    Some(Info {
        start: info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec,
        name: name.to_string_lossy().into_owned(),
        parent: info.pbi_ppid,
    })
}
