//! Systems that offer nothing to hold on to (illumos, Solaris): the number alone. It is looked whether anybody has it straight
//! before each signal; whether that is still the same process is not to be known here.

use std::collections::HashSet;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::Pid;

use crate::stop::report::ExitStatus;

use super::super::{Facts, OpenFailure, Watching};
use super::survey::Entry;

#[path = "child.rs"]
mod child;

#[derive(Debug)]
pub(super) struct Handle {
    pid: Pid,
}

impl Handle {
    pub(super) fn open(pid: Pid) -> Result<(Handle, Facts), OpenFailure> {
        let handle = Handle { pid };
        match super::kill(pid, 0).map_err(|error| (error.raw_os_error(), error)) {
            // Who may not be asked is there.
            Ok(()) | Err((Some(libc::EPERM), _)) => {}
            Err((Some(libc::ESRCH), _)) => return Err(OpenFailure::NoSuchProcess),
            Err((Some(libc::EACCES), _)) => return Err(OpenFailure::Refused(None)),
            Err((_, error)) => return Err(OpenFailure::Io(error)),
        }
        if child::status_of(pid).is_some() {
            return Err(OpenFailure::AlreadyExited {
                name: None,
                parent: Some(std::process::id()),
            });
        }
        let protection = super::spared().remove(&pid.as_raw_nonzero().get().unsigned_abs());
        Ok((
            handle,
            Facts {
                start: None,
                name: None,
                protection,
            },
        ))
    }

    /// Nobody comes to be known here, but by being opened.
    pub(super) fn known(pid: Pid, _: u64) -> Handle {
        Handle { pid }
    }

    pub(super) fn has_exited(&self) -> bool {
        let nobody = matches!(super::kill(self.pid, 0), Err(error) if error.raw_os_error() == Some(libc::ESRCH));
        nobody || child::status_of(self.pid).is_some()
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

/// The system is not asked: only the direct parent is known.
pub(super) fn parent_of(_: u32) -> Option<u32> {
    None
}

/// The system is not asked who is whose parent.
pub(super) fn everybody(_: &HashSet<u32>) -> io::Result<Vec<Entry>> {
    let why = "this system is not asked who is whose parent: name each process by itself";
    Err(io::Error::new(io::ErrorKind::Unsupported, why))
}

/// The system is not asked.
pub(super) fn one(_: u32) -> Option<Entry> {
    None
}

/// As little.
pub(super) fn is_running(_: u32) -> bool {
    false
}

/// The processes that have these numbers now.
pub(super) fn those(pids: &[u32]) -> io::Result<Vec<Entry>> {
    Ok(pids.iter().filter_map(|pid| one(*pid)).collect())
}

/// No process's start is known here.
pub(super) fn now() -> u64 {
    0
}

/// Everybody must be looked at now and then; only the bell wakes.
#[derive(Debug)]
pub(super) struct Waits {
    bell: OwnedFd,
}

impl Waits {
    pub(super) fn new(bell: BorrowedFd<'_>) -> io::Result<Waits> {
        let bell = bell.try_clone_to_owned()?;
        Ok(Waits { bell })
    }

    /// What becomes readable when the bell rings.
    #[cfg(feature = "tokio")]
    pub(super) fn pollable(&self) -> BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.bell)
    }

    pub(super) fn add(&self, _: usize, _: &Handle) -> io::Result<Watching> {
        Ok(Watching::Look)
    }

    pub(super) fn wait(&self, timeout: Option<Duration>) -> io::Result<Vec<usize>> {
        // What is too long for a timespec is without end.
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        match poll(&mut [PollFd::new(&self.bell, PollFlags::IN)], timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}
