//! Linux: groups by pidfd, and who is in one by `/proc`.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::process::Pid;

use crate::stop::sys::os::proc;
use crate::sys::exit;

/// `PIDFD_SIGNAL_PROCESS_GROUP` ([pidfd_send_signal(2)](https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html),
/// kernel 6.9): the group that the process of this descriptor leads, even after the process was reaped.
const PROCESS_GROUP: libc::c_uint = 4;

/// Signals the group that is led by the process of a pidfd; `None` where the kernel cannot.
pub(super) fn signal(leader: BorrowedFd<'_>, number: i32) -> Option<io::Result<()>> {
    let no_info = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: the descriptor is open for the length of the call, and the kernel fills in siginfo itself where it gets none.
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            leader.as_raw_fd(),
            number,
            no_info,
            PROCESS_GROUP,
        )
    };
    if result == 0 {
        return Some(Ok(()));
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        // The kernel is older, or a sandbox has no such call on its list. An invalid signal is none of ours.
        Some(libc::EINVAL | libc::ENOSYS) => None,
        Some(libc::ESRCH) => Some(Err(error)),
        _ if exit::cannot_signal() => None,
        _ => Some(Err(error)),
    }
}

/// Who is in a group and has not exited. That one could not be looked at, as for want of descriptors, is an error: a group is not
/// empty for that.
pub(super) fn members(leader: Pid) -> io::Result<Vec<u32>> {
    // Another namespace's numbers are other processes', and ours are not among them.
    if !proc::is_of_our_namespace() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let group = leader.as_raw_nonzero().get().unsigned_abs();
    let mut members = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let stat = proc::read_stat(pid)?;
        members.extend(
            stat.filter(|stat| stat.group == group && !stat.has_exited())
                .map(|_| pid),
        );
    }
    Ok(members)
}
