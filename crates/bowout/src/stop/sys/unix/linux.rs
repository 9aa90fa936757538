//! Linux: the pidfd ([pidfd_open(2)](https://man7.org/linux/man-pages/man2/pidfd_open.2.html), kernel 5.3). It means one
//! process for ever: a signal through it cannot hit whoever got the number afterwards, and it becomes readable when the
//! process has exited.
//!
//! Where the kernel has none, or a sandbox forbids it, the number stands in: its start time is compared straight before each
//! `kill(2)`, which leaves a gap of microseconds, and exits are seen by looking every few milliseconds.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::OnceLock;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::Pid;
use rustix::time::{ClockId, clock_gettime};

use crate::stop::protection::Protection;
use crate::stop::report::ExitStatus;
use crate::sys::exit;

use super::super::{Facts, OpenFailure};

#[path = "linux/held.rs"]
mod held;
#[path = "linux/proc.rs"]
pub(crate) mod proc;
#[path = "linux/status.rs"]
mod status;
#[path = "linux/wait.rs"]
mod wait;

use held::Held;
use wait::Watch;

pub(super) use proc::{everybody, is_running, one, those};
pub(super) use wait::Waits;

/// A process, by number and start time, and by a pidfd while there is one to spare.
///
/// Descriptors are few ([getrlimit(2)](https://man7.org/linux/man-pages/man2/getrlimit.2.html)), and trees can have thousands of
/// processes. So only some handles hold their pidfd; the others open one for as long as a signal takes, and see by the start
/// time behind it that it is the right one's.
#[derive(Debug)]
pub(super) struct Handle {
    pid: Pid,
    /// `None` where `/proc` cannot be asked. Such a handle always holds its pidfd, where there is such a thing.
    start: Option<u64>,
    held: OnceLock<Held>,
    /// How it ended, where that was seen in passing.
    ended: OnceLock<ExitStatus>,
}

/// What came of opening a pidfd.
enum Descriptor {
    Open(OwnedFd),
    /// The kernel is older than 5.3, or a sandbox has no such call on its list.
    None,
}

impl Handle {
    pub(super) fn open(pid: Pid) -> Result<(Handle, Facts), OpenFailure> {
        let number = number(pid);
        let fd = match descriptor(pid) {
            Ok(Descriptor::Open(fd)) => Some(fd),
            Ok(Descriptor::None) => None,
            // A number of a thread is EINVAL before kernel 6.9 and ENOENT since.
            Err(Errno::INVAL | Errno::NOENT) => return Err(thread_or_nobody(number)),
            Err(Errno::SRCH) => return Err(OpenFailure::NoSuchProcess),
            // A security module says no.
            Err(Errno::ACCESS) => return Err(OpenFailure::Refused(None)),
            Err(error) => return Err(OpenFailure::Io(error.into())),
        };
        // What /proc says counts only if the process is still there behind it: then the number was its own all the time.
        let stat = proc::stat_or_error(number).map_err(OpenFailure::Io)?;
        let handle = Handle::new(pid, stat.as_ref().map(|stat| stat.start));
        match fd {
            Some(fd) => handle.keep(fd),
            None if proc::thread_group(number).is_some_and(|of| of != number) => return Err(thread_or_nobody(number)),
            None => {}
        }
        if !handle.exists() {
            return Err(OpenFailure::NoSuchProcess);
        }
        if handle.has_exited() {
            return Err(OpenFailure::AlreadyExited {
                parent: stat.as_ref().map(|stat| stat.parent),
                name: stat.map(|stat| stat.name),
            });
        }
        let is_kernel_thread = stat.as_ref().is_some_and(|stat| stat.is_kernel_thread());
        let facts = Facts {
            start: handle.start,
            name: stat.map(|stat| stat.name),
            protection: super::spared()
                .remove(&number)
                .or(is_kernel_thread.then_some(Protection::KernelThread)),
        };
        Ok((handle, facts))
    }

    /// The process that had this number and start time when they were read together.
    pub(super) fn known(pid: Pid, start: u64) -> Handle {
        Handle::new(pid, Some(start))
    }

    fn new(pid: Pid, start: Option<u64>) -> Handle {
        Handle {
            pid,
            start,
            held: OnceLock::new(),
            ended: OnceLock::new(),
        }
    }

    /// Holds on to the descriptor if there is room, or no other way to know the process again.
    fn keep(&self, fd: OwnedFd) {
        let held = match self.start {
            Some(_) => Held::if_there_is_room(fd),
            None => Some(Held::anyway(fd)),
        };
        if let Some(held) = held {
            // One that is there already means the same process.
            let _ = self.held.set(held);
        }
    }

    /// What becomes readable at the exit.
    fn watch(&self) -> Watch<'_> {
        if self.held.get().is_none() {
            if !Held::is_there_room_to_wait() {
                return Watch::NoRoom;
            }
            match self.descriptor_of_it() {
                Ok(Descriptor::Open(_)) if self.ended.get().is_some() => return Watch::Exited,
                Ok(Descriptor::Open(fd)) => self.keep(fd),
                Ok(Descriptor::None) => return Watch::Look,
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) => return Watch::Exited,
                // Perhaps there will be one later.
                Err(_) => return Watch::NoRoom,
            }
        }
        match self.held.get() {
            Some(held) => Watch::Readable(held.fd()),
            None => Watch::NoRoom,
        }
    }

    /// A pidfd of this very process, or ESRCH where it is gone, be its number somebody else's now or not.
    fn descriptor_of_it(&self) -> io::Result<Descriptor> {
        let gone = || {
            // Nobody can tell any more how.
            let _ = self.ended.set(ExitStatus::Unknown);
            io::Error::from_raw_os_error(libc::ESRCH)
        };
        match descriptor(self.pid) {
            Ok(Descriptor::Open(fd)) => {
                let pid = number(self.pid);
                let stat = self.start.map(|start| proc::stat_since(pid, start)).transpose()?;
                if let Some(status) = stat.as_ref().and_then(|stat| status::in_line(stat.as_ref()?)) {
                    // Whoever was first has seen the same.
                    let _ = self.ended.set(status);
                }
                let is_it = stat.map_or_else(|| proc::stat(pid).is_none(), |stat| stat.is_some());
                if is_it { Ok(Descriptor::Open(fd)) } else { Err(gone()) }
            }
            Err(Errno::INVAL | Errno::NOENT | Errno::SRCH) => Err(gone()),
            other => Ok(other?),
        }
    }

    /// Whether it still has its number, be it alive or not waited for. Signal 0 only asks: kill(2).
    fn exists(&self) -> bool {
        let asked = match self.held.get() {
            Some(held) => pidfd_send_signal(held.fd(), 0),
            None => super::kill(self.pid, 0),
        };
        !matches!(asked, Err(error) if error.raw_os_error() == Some(libc::ESRCH))
    }

    /// Whether it has exited with all its threads.
    pub(super) fn has_exited(&self) -> bool {
        match (self.held.get(), self.start) {
            (Some(held), _) => is_readable(held.fd()),
            (None, None) => !self.exists(),
            (None, Some(start)) => {
                let stat = proc::stat_since(number(self.pid), start);
                stat.is_ok_and(|stat| stat.is_none_or(|stat| stat.has_exited()))
            }
        }
    }

    /// Sends to a process that has not exited; `ESRCH` otherwise.
    pub(super) fn kill(&self, signal: i32) -> io::Result<()> {
        if let Some(held) = self.held.get() {
            return self.signal_by(held.fd(), signal);
        }
        if self.start.is_some() {
            if let Descriptor::Open(fd) = self.descriptor_of_it()? {
                let sent = self.signal_by(fd.as_fd(), signal);
                // Who is asked is watched next, and may be asked again.
                self.keep(fd);
                return sent;
            }
        }
        if self.has_exited() {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
        super::kill(self.pid, signal)
    }

    fn signal_by(&self, fd: BorrowedFd<'_>, signal: i32) -> io::Result<()> {
        match signal_the_living(fd, signal) {
            Err(error) if error.raw_os_error() != Some(libc::ESRCH) && exit::cannot_signal() => {
                super::kill(self.pid, signal)
            }
            sent => sent,
        }
    }

    pub(super) fn exit_status(&self) -> ExitStatus {
        match (self.ended.get(), self.held.get()) {
            (Some(ended), _) => *ended,
            (None, Some(held)) => status::of(held.fd(), number(self.pid), self.start),
            (None, None) => status::of_zombie(number(self.pid), self.start),
        }
    }
}

fn descriptor(pid: Pid) -> Result<Descriptor, Errno> {
    match exit::descriptor(pid) {
        Ok(fd) => Ok(Descriptor::Open(fd)),
        Err(Errno::NOSYS | Errno::PERM) => Ok(Descriptor::None),
        Err(error) => Err(error),
    }
}

/// A zombie would take the signal, and nothing would come of it.
fn signal_the_living(fd: BorrowedFd<'_>, signal: i32) -> io::Result<()> {
    if is_readable(fd) {
        return Err(io::Error::from_raw_os_error(libc::ESRCH));
    }
    pidfd_send_signal(fd, signal)
}

fn is_readable(fd: BorrowedFd<'_>) -> bool {
    let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    loop {
        match poll(&mut fds, Some(&at_once)) {
            Err(Errno::INTR) => {}
            answer => return answer.is_ok_and(|ready| ready > 0),
        }
    }
}

fn number(pid: Pid) -> u32 {
    pid.as_raw_nonzero().get().unsigned_abs()
}

/// The present moment, in the measure of a process's start.
pub(super) fn now() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    let per_second = rustix::param::clock_ticks_per_second();
    let (seconds, nanos) = (now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs());
    seconds * per_second + nanos * per_second / 1_000_000_000
}

/// The parent of the process that has this number, or `None` where it is outside our view.
pub(super) fn parent_of(pid: u32) -> Option<u32> {
    proc::stat(pid).map(|stat| stat.parent)
}

fn thread_or_nobody(pid: u32) -> OpenFailure {
    match proc::thread_group(pid) {
        Some(of) if of != pid => OpenFailure::Thread {
            name: proc::stat(pid).map(|stat| stat.name),
            of,
        },
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
