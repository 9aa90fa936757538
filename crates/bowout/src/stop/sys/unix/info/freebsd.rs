//! FreeBSD: the sysctl `kern.proc.pid` ([sysctl(3)](https://man.freebsd.org/cgi/man.cgi?query=sysctl&sektion=3)).

use std::ffi::CStr;
use std::ptr::null;

use super::Info;

pub(super) fn of(pid: u32) -> Option<Info> {
    let name = [
        libc::CTL_KERN,
        libc::KERN_PROC,
        libc::KERN_PROC_PID,
        i32::try_from(pid).ok()?,
    ];
    // SAFETY: the struct is plain data, for which all zeros is a value.
    let mut info: libc::kinfo_proc = unsafe { std::mem::zeroed() };
    let mut size = size_of_val(&info);
    let place = (&raw mut info).cast();
    // SAFETY: the name has four parts, and there is room for `size` bytes behind `place`.
    let result = unsafe { libc::sysctl(name.as_ptr(), 4, place, &mut size, null(), 0) };
    if result != 0 || size != size_of_val(&info) {
        return None;
    }
    // SAFETY: the struct was zeroed, and the system ends the name with NUL.
    let name = unsafe { CStr::from_ptr(info.ki_comm.as_ptr()) };
    let micros = |time: libc::timeval| {
        let seconds = u64::try_from(time.tv_sec).ok()?;
        seconds
            .checked_mul(1_000_000)?
            .checked_add(u64::try_from(time.tv_usec).ok()?)
    };
    Some(Info {
        start: micros(info.ki_start)?,
        name: name.to_string_lossy().into_owned(),
        parent: u32::try_from(info.ki_ppid).ok()?,
    })
}
