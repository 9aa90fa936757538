//! Systems that offer nothing to hold on to (illumos, Solaris): the number alone. It is looked whether anybody has it straight
//! before each signal; whether that is still the same process is not to be known here.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::Pid;

use crate::stop::report::ExitStatus;

use super::super::{Facts, OpenFailure};

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
                parent: Some(std::process::id()),
            });
        }
        let protection = super::protection_by_number(pid.as_raw_nonzero().get().unsigned_abs());
        Ok((
            handle,
            Facts {
                start: None,
                name: None,
                protection,
            },
        ))
    }

    /// There is nothing to wait on.
    pub(super) fn pollable(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    pub(super) fn has_exited(&self) -> bool {
        let nobody = matches!(super::kill(self.pid, 0), Err(error) if error.raw_os_error() == Some(libc::ESRCH));
        nobody || child::status_of(self.pid).is_some()
    }

    pub(super) fn kill(&self, number: i32) -> io::Result<()> {
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
