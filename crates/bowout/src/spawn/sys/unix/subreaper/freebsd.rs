//! FreeBSD: `PROC_REAP_ACQUIRE`.

use std::io;

pub(in crate::spawn) fn become_subreaper() -> io::Result<()> {
    // SAFETY: the request takes no argument, and the process 0 is the one that calls: procctl(2).
    match unsafe { libc::procctl(libc::P_PID, 0, libc::PROC_REAP_ACQUIRE, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => match io::Error::last_os_error() {
            // It is one already.
            error if error.raw_os_error() == Some(libc::EBUSY) => Ok(()),
            error => Err(error),
        },
    }
}
