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

/// Who is in a group and has not exited.
pub(super) fn members(leader: Pid) -> io::Result<Vec<u32>> {
    // Another namespace's numbers are other processes', and ours are not among them.
    if !proc::is_of_our_namespace() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let group = leader.as_raw_nonzero().get();
    let processes = std::fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    Ok(processes
        .filter(|pid| group_of_the_living(*pid) == Some(group))
        .collect())
}

/// The group of a process that has not exited: fields 3 and 5 of
/// [proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html).
fn group_of_the_living(pid: u32) -> Option<i32> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold anything, so the fields are looked for behind the last parenthesis.
    let behind = stat.iter().rposition(|byte| *byte == b')')? + 1;
    let fields = String::from_utf8_lossy(&stat[behind..]);
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    // The first thread of a process may have ended before the others; then the state is Z and there are more threads.
    let threads: u32 = fields.nth(14)?.parse().ok()?;
    (!matches!(state, "Z" | "X") || threads > 1).then_some(group)
}
