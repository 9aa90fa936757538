//! Linux: the pidfd ([pidfd_open(2)](https://man7.org/linux/man-pages/man2/pidfd_open.2.html), kernel 5.3).

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use rustix::io::Errno;
use rustix::process::Pid;

/// A descriptor that means this process for ever, and becomes readable when it has exited. It is closed on exec.
///
/// `rustix` has the call for Linux and not for Android.
pub(crate) fn descriptor(pid: Pid) -> Result<OwnedFd, Errno> {
    // SAFETY: pidfd_open(2) takes two numbers.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw_nonzero().get(), 0) };
    match i32::try_from(result) {
        // SAFETY: the call gave a new descriptor, which is nobody else's.
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::IO)),
    }
}

/// Whether a sandbox forbids every signal by pidfd, with whatever error. A process may always ask itself for nothing.
pub(crate) fn cannot_signal() -> bool {
    let no_info = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: the descriptor is open for the length of the call, and the kernel fills in siginfo itself where it gets none:
    // pidfd_send_signal(2).
    let asked = |own: OwnedFd| unsafe { libc::syscall(libc::SYS_pidfd_send_signal, own.as_raw_fd(), 0, no_info, 0) };
    descriptor(rustix::process::getpid()).is_ok_and(|own| asked(own) != 0)
}
