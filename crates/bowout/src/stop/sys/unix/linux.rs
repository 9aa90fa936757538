//! Linux: the pidfd ([pidfd_open(2)](https://man7.org/linux/man-pages/man2/pidfd_open.2.html), kernel 5.3). It means one
//! process for ever: a signal through it cannot hit whoever got the number afterwards, and it becomes readable when the
//! process has exited.
//!
//! Where the kernel has none, or a sandbox forbids it, the number stands in: its start time is compared straight before each
//! `kill(2)`, which leaves a gap of microseconds, and exits are seen by looking every few milliseconds.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::Pid;

use crate::stop::protection::Protection;
use crate::stop::report::ExitStatus;
use crate::sys::exit;

use super::super::{Facts, OpenFailure};

#[path = "linux/proc.rs"]
mod proc;
#[path = "linux/status.rs"]
mod status;

#[derive(Debug)]
pub(super) enum Handle {
    PidFd { fd: OwnedFd, pid: u32, start: Option<u64> },
    Number { pid: Pid, start: Option<u64> },
}

impl Handle {
    pub(super) fn open(raw: Pid) -> Result<(Handle, Facts), OpenFailure> {
        let pid = raw.as_raw_nonzero().get().unsigned_abs();
        let fd = match exit::descriptor(raw) {
            Ok(fd) => Some(fd),
            // The kernel is older than 5.3, or a sandbox has no such call on its list.
            Err(Errno::NOSYS | Errno::PERM) => None,
            // A number of a thread is EINVAL before kernel 6.9 and ENOENT since.
            Err(Errno::INVAL | Errno::NOENT) => return Err(thread_or_nobody(pid)),
            Err(Errno::SRCH) => return Err(OpenFailure::NoSuchProcess),
            // A security module says no.
            Err(Errno::ACCESS) => return Err(OpenFailure::Refused(None)),
            Err(error) => return Err(OpenFailure::Io(error.into())),
        };
        // What /proc says counts only if the process is still there behind it: then the number was its own all the time.
        let stat = proc::stat(pid);
        let start = stat.as_ref().map(|stat| stat.start);
        let handle = match fd {
            Some(fd) => Handle::PidFd { fd, pid, start },
            None if proc::thread_group(pid).is_some_and(|of| of != pid) => return Err(thread_or_nobody(pid)),
            None => Handle::Number { pid: raw, start },
        };
        if !handle.exists() {
            return Err(OpenFailure::NoSuchProcess);
        }
        if handle.has_exited() {
            return Err(OpenFailure::AlreadyExited {
                parent: stat.map(|stat| stat.parent),
            });
        }
        let is_kernel_thread = stat.as_ref().is_some_and(|stat| stat.is_kernel_thread());
        let facts = Facts {
            start,
            name: stat.map(|stat| stat.name),
            protection: super::protection_by_number(pid).or(is_kernel_thread.then_some(Protection::KernelThread)),
        };
        Ok((handle, facts))
    }

    /// What becomes readable at the exit.
    pub(super) fn pollable(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Handle::PidFd { fd, .. } => Some(fd.as_fd()),
            Handle::Number { .. } => None,
        }
    }

    /// Whether it still has its number, be it alive or not waited for. Signal 0 only asks: kill(2).
    fn exists(&self) -> bool {
        let asked = match self {
            Handle::PidFd { fd, .. } => pidfd_send_signal(fd.as_fd(), 0),
            Handle::Number { pid, .. } => super::kill(*pid, 0),
        };
        !matches!(asked, Err(error) if error.raw_os_error() == Some(libc::ESRCH))
    }

    pub(super) fn has_exited(&self) -> bool {
        match self {
            Handle::PidFd { fd, .. } => {
                let mut fds = [PollFd::new(fd, PollFlags::IN)];
                let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
                loop {
                    match poll(&mut fds, Some(&at_once)) {
                        Err(Errno::INTR) => {}
                        answer => return answer.is_ok_and(|ready| ready > 0),
                    }
                }
            }
            Handle::Number { start: None, .. } => !self.exists(),
            Handle::Number { pid, start } => match proc::stat(pid.as_raw_nonzero().get().unsigned_abs()) {
                Some(stat) => Some(stat.start) != *start || stat.has_exited(),
                None => true,
            },
        }
    }

    pub(super) fn kill(&self, number: i32) -> io::Result<()> {
        match self {
            Handle::PidFd { fd, .. } => pidfd_send_signal(fd.as_fd(), number),
            Handle::Number { .. } if self.has_exited() => Err(io::Error::from_raw_os_error(libc::ESRCH)),
            Handle::Number { pid, .. } => super::kill(*pid, number),
        }
    }

    pub(super) fn exit_status(&self) -> ExitStatus {
        match self {
            Handle::PidFd { fd, pid, start } => status::of(fd.as_fd(), *pid, *start),
            Handle::Number { pid, start } => status::of_zombie(pid.as_raw_nonzero().get().unsigned_abs(), *start),
        }
    }
}

/// The parent of the process that has this number, or `None` where it is outside our view.
pub(super) fn parent_of(pid: u32) -> Option<u32> {
    proc::stat(pid).map(|stat| stat.parent)
}

fn thread_or_nobody(pid: u32) -> OpenFailure {
    match proc::thread_group(pid) {
        Some(of) if of != pid => OpenFailure::Thread { of },
        _ => OpenFailure::NoSuchProcess,
    }
}

/// `rustix` has this call for the named signals only; real-time ones and the probing 0 are wanted too.
fn pidfd_send_signal(fd: BorrowedFd<'_>, number: i32) -> io::Result<()> {
    let no_info = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: the descriptor is open for the length of the call, and the kernel fills in siginfo itself where it gets none:
    // pidfd_send_signal(2).
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd.as_raw_fd(), number, no_info, 0) };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
