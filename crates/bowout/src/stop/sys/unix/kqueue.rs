//! macOS and the BSDs: a kqueue that waits for the exit of one process
//! ([kqueue(2)](https://man.freebsd.org/cgi/man.cgi?query=kqueue), `EVFILT_PROC`). The registration holds on to the process, not to its
//! number: once the process has exited the queue is readable, and stays so. Signals go by number, straight after a look at
//! the queue; between the two lie microseconds.

use std::collections::HashSet;
use std::io;
use std::os::fd::OwnedFd;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::Pid;

use crate::stop::report::ExitStatus;
use crate::sys::exit;

use super::super::{Facts, OpenFailure};
use super::survey::Entry;

#[path = "child.rs"]
mod child;
#[cfg_attr(target_vendor = "apple", path = "info/apple.rs")]
#[cfg_attr(target_os = "freebsd", path = "info/freebsd.rs")]
#[cfg_attr(not(any(target_vendor = "apple", target_os = "freebsd")), path = "info/none.rs")]
mod info;
#[path = "kqueue/wait.rs"]
mod wait;

pub(super) use info::of as one;
pub(super) use wait::Waits;

#[derive(Debug)]
pub(super) struct Handle {
    pid: Pid,
    held: Held,
}

/// By what the process is known again.
#[derive(Debug)]
enum Held {
    /// A registration of its own, which is a descriptor.
    Queue(OwnedFd),
    /// When it was started. Trees can have more processes than there are descriptors.
    Start(u64),
}

impl Handle {
    pub(super) fn open(pid: Pid) -> Result<(Handle, Facts), OpenFailure> {
        let number = pid.as_raw_nonzero().get().unsigned_abs();
        let queue = match exit::descriptor(pid) {
            Ok(queue) => queue,
            Err(Errno::SRCH) if super::kill(pid, 0).is_ok() => {
                let info = one(number);
                return Err(OpenFailure::AlreadyExited {
                    parent: info.as_ref().map(|info| info.parent),
                    name: info.map(|info| info.name),
                });
            }
            Err(Errno::SRCH) => return Err(OpenFailure::NoSuchProcess),
            Err(Errno::PERM | Errno::ACCESS) => return Err(OpenFailure::Refused(None)),
            Err(error) => return Err(OpenFailure::Io(error.into())),
        };
        let handle = Handle {
            pid,
            held: Held::Queue(queue),
        };
        let info = one(number);
        if handle.has_exited() {
            // Perhaps its number has been given out again, and what was read is about that one.
            return Err(OpenFailure::AlreadyExited {
                name: None,
                parent: None,
            });
        }
        let facts = Facts {
            start: info.as_ref().map(|info| info.start),
            name: info.map(|info| info.name),
            protection: super::spared().remove(&number),
        };
        Ok((handle, facts))
    }

    /// The process that had this number and start time when they were read together.
    pub(super) fn known(pid: Pid, start: u64) -> Handle {
        let held = Held::Start(start);
        Handle { pid, held }
    }

    pub(super) fn has_exited(&self) -> bool {
        let queue = match &self.held {
            Held::Queue(queue) => queue,
            Held::Start(start) => {
                let number = self.pid.as_raw_nonzero().get().unsigned_abs();
                return one(number).is_none_or(|now| now.start != *start || now.has_exited);
            }
        };
        let mut fds = [PollFd::new(queue, PollFlags::IN)];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        loop {
            match poll(&mut fds, Some(&at_once)) {
                Err(Errno::INTR) => {}
                answer => return answer.is_ok_and(|ready| ready > 0),
            }
        }
    }

    pub(super) fn kill(&self, number: i32) -> io::Result<()> {
        if self.has_exited() {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
        super::kill(self.pid, number)
    }

    pub(super) fn exit_status(&self) -> ExitStatus {
        child::status_of(self.pid).unwrap_or(ExitStatus::Unknown)
    }
}

/// The parent of the process that has this number, or `None` where the system does not tell.
pub(super) fn parent_of(pid: u32) -> Option<u32> {
    one(pid).map(|info| info.parent)
}

/// The present moment, in the measure of a process's start: microseconds since 1970.
pub(super) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX)
}

/// Everybody whom the system shows but those `seen`.
pub(super) fn everybody(seen: &HashSet<u32>) -> io::Result<Vec<Entry>> {
    let mut everybody = info::everybody()?;
    everybody.retain(|entry| !seen.contains(&entry.pid));
    Ok(everybody)
}

/// These systems say of many a sleeping process that it runs.
pub(super) fn is_running(_: u32) -> bool {
    false
}

/// The processes that have these numbers now.
pub(super) fn those(pids: &[u32]) -> io::Result<Vec<Entry>> {
    Ok(pids.iter().filter_map(|pid| one(*pid)).collect())
}
