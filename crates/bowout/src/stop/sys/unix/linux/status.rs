//! How a process ended. The kernel tells the parent; with a pidfd that was open before the end, it tells others too.

use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::ioctl;

use crate::stop::report::ExitStatus;

use super::proc;

/// The status of a process that has exited.
pub(super) fn of(fd: BorrowedFd<'_>, pid: u32, start: Option<u64>) -> ExitStatus {
    // First what costs one call and holds for most of a large tree.
    of_reaped(fd)
        .or_else(|| of_child(fd))
        .or_else(|| Some(of_zombie(pid, start)).filter(|status| *status != ExitStatus::Unknown))
        // Meanwhile its parent may have waited for it.
        .or_else(|| of_reaped(fd))
        .unwrap_or(ExitStatus::Unknown)
}

/// Of a child of ours that nobody has waited for, without taking it away.
fn of_child(fd: BorrowedFd<'_>) -> Option<ExitStatus> {
    // SAFETY: siginfo_t is plain data, for which all zeros is a value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    let id = libc::id_t::from(fd.as_raw_fd().unsigned_abs());
    // SAFETY: the descriptor is open for the length of the call, and `info` is ours to be written: waitid(2).
    let result = unsafe { libc::waitid(libc::P_PIDFD, id, &raw mut info, options) };
    if result != 0 || info.si_signo != libc::SIGCHLD {
        return None;
    }
    // SAFETY: si_signo is SIGCHLD, so waitid has filled in the fields of a child that ended.
    let status = unsafe { info.si_status() };
    Some(match info.si_code {
        libc::CLD_EXITED => ExitStatus::Code(status.unsigned_abs()),
        _ => ExitStatus::signal(status),
    })
}

/// `struct pidfd_info` of include/uapi/linux/pidfd.h as kernel 6.13 had it, 64 bytes; later kernels fill in as much as they
/// are given room for.
#[repr(C)]
#[derive(Default)]
struct PidFdInfo {
    mask: u64,
    cgroup: u64,
    /// pid, tgid, ppid; ruid, rgid; euid, egid; suid, sgid; fsuid, fsgid.
    ids: [u32; 11],
    exit_code: i32,
}

const _: () = assert!(size_of::<PidFdInfo>() == 64);

/// `PIDFD_INFO_EXIT`.
const INFO_EXIT: u64 = 1 << 3;

/// Of any process that has been waited for, from kernel 6.15 on
/// ([PIDFD_GET_INFO(2const)](https://man7.org/linux/man-pages/man2/PIDFD_GET_INFO.2const.html)).
fn of_reaped(fd: BorrowedFd<'_>) -> Option<ExitStatus> {
    const GET_INFO: ioctl::Opcode = ioctl::opcode::read_write::<PidFdInfo>(0xFF, 11);
    let mut info = PidFdInfo {
        mask: INFO_EXIT,
        ..PidFdInfo::default()
    };
    // SAFETY: the opcode carries the size of the struct, of which the kernel writes no more than that.
    let request = unsafe { ioctl::Updater::<GET_INFO, PidFdInfo>::new(&mut info) };
    // SAFETY: PIDFD_GET_INFO reads and writes the struct and does nothing else; other descriptors refuse it.
    unsafe { ioctl::ioctl(fd, request) }.ok()?;
    (info.mask & INFO_EXIT != 0).then(|| from_wait_status(info.exit_code))
}

/// Of a process that has exited and that its parent has not waited for, where we may look.
pub(super) fn of_zombie(pid: u32, start: Option<u64>) -> ExitStatus {
    let zombie = || proc::stat_since(pid, start?).ok()?.filter(proc::Stat::has_exited);
    let Some(stat) = zombie() else {
        return ExitStatus::Unknown;
    };
    in_line(&stat).unwrap_or_else(|| {
        // The same right guards `cwd`. If the number is the zombie's behind that look, it was during it.
        let looked = std::fs::read_link(format!("/proc/{pid}/cwd"));
        let may_look = !looked.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied);
        match may_look.then(zombie).flatten() {
            Some(stat) => from_wait_status(stat.exit_code),
            None => ExitStatus::Unknown,
        }
    })
}

/// The same, as far as one line tells: to those who may not look the kernel shows 0, which is also the commonest status.
pub(super) fn in_line(stat: &proc::Stat) -> Option<ExitStatus> {
    (stat.has_exited() && stat.exit_code != 0).then(|| from_wait_status(stat.exit_code))
}

fn from_wait_status(status: i32) -> ExitStatus {
    if libc::WIFSIGNALED(status) {
        ExitStatus::signal(libc::WTERMSIG(status))
    } else {
        ExitStatus::Code(libc::WEXITSTATUS(status).unsigned_abs())
    }
}
