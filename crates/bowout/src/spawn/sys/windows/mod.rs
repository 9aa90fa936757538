//! Windows: a child that leads its own group, in a job from birth.

#[cfg(feature = "tokio")]
mod exited;

use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};
use std::os::windows::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::time::Instant;

use windows_sys::Win32::Foundation::{WAIT_FAILED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{
    CREATE_NEW_CONSOLE, CREATE_NEW_PROCESS_GROUP, GetExitCodeProcess, INFINITE, WaitForSingleObject,
};

use crate::spawn::{Containment, ParentDeath};
use crate::stop::OpenError;
use crate::sys::call::{check, raw};
use crate::sys::enclosure::{Enclosure, OnClose};
use crate::sys::suspended;

use super::Wishes;

#[cfg(feature = "tokio")]
pub(in crate::spawn) use exited::exited;

/// A child, and whoever it starts.
#[derive(Debug)]
pub(in crate::spawn) struct Process {
    enclosure: Arc<Enclosure>,
    /// Keeps the number from being given out again.
    handle: OwnedHandle,
    pid: u32,
    /// `CREATE_NEW_PROCESS_GROUP`, or nothing.
    group: u32,
    parent_death: ParentDeath,
}

/// Starts the command. What the standard library has opened for us (the pipes) comes with it.
pub(in crate::spawn) fn spawn(command: &mut Command, wishes: Wishes) -> io::Result<(Process, Child)> {
    let on_close = if wishes.die_with_parent {
        OnClose::Kill
    } else {
        OnClose::LeaveRunning
    };
    let enclosure = Enclosure::new(on_close)?;
    let group = group_beside(wishes.creation_flags);
    let created = suspended::create(command, wishes.creation_flags | group);
    // Whoever uses the command again without us must not get a child that never runs.
    command.creation_flags(wishes.creation_flags);
    let mut child = created?;
    let handle = child.as_handle().try_clone_to_owned();
    let handle = match handle.and_then(|handle| suspended::let_run(&child, &enclosure).map(|()| handle)) {
        Ok(handle) => handle,
        Err(error) => {
            // It has not run yet. That it cannot be ended either changes nothing about the reason.
            let _ = child.kill();
            return Err(error);
        }
    };
    let process = Process {
        enclosure: Arc::new(enclosure),
        handle,
        pid: child.id(),
        group,
        parent_death: if wishes.die_with_parent {
            ParentDeath::Tree
        } else {
            ParentDeath::NotAsked
        },
    };
    Ok((process, child))
}

/// A group, except where a console is made: then Windows makes none
/// ([Process Creation Flags](https://learn.microsoft.com/windows/win32/procthread/process-creation-flags)).
fn group_beside(creation_flags: u32) -> u32 {
    match creation_flags & CREATE_NEW_CONSOLE {
        0 => CREATE_NEW_PROCESS_GROUP,
        _ => 0,
    }
}

impl Process {
    pub(in crate::spawn) fn id(&self) -> u32 {
        self.pid
    }

    pub(in crate::spawn) fn leads_group(&self) -> bool {
        self.group != 0
    }

    pub(in crate::spawn) fn enclosure(&self) -> &Arc<Enclosure> {
        &self.enclosure
    }

    pub(in crate::spawn) fn containment(&self) -> Containment {
        Containment::JobObject
    }

    pub(in crate::spawn) fn parent_death(&self) -> ParentDeath {
        self.parent_death
    }

    pub(in crate::spawn) fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        self.wait_until(Some(Instant::now()))
    }

    /// The exit status, as soon as there is one, or `None` when the moment has come; without a moment there is always one.
    ///
    /// Only the handle tells: 259, "still active", is an exit code that a process may choose.
    pub(in crate::spawn) fn wait_until(&self, until: Option<Instant>) -> io::Result<Option<ExitStatus>> {
        loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            // Rounded up: who wakes too early finds nothing to do. What is too long is waited for in parts.
            let millis = left.map_or(INFINITE, |left| {
                u32::try_from(left.as_nanos().div_ceil(1_000_000))
                    .unwrap_or(INFINITE)
                    .min(INFINITE - 1)
            });
            // SAFETY: the handle is a process's, with the right to wait.
            match unsafe { WaitForSingleObject(raw(self.handle()), millis) } {
                WAIT_OBJECT_0 => return self.exit_status().map(Some),
                WAIT_FAILED => return Err(io::Error::last_os_error()),
                _ if until.is_some_and(|until| until <= Instant::now()) => return Ok(None),
                _ => {}
            }
        }
    }

    /// Has the number used; our handle keeps it from being given out again.
    pub(in crate::spawn) fn with_number<T>(&self, using: impl FnOnce(u32) -> T) -> Option<T> {
        Some(using(self.pid))
    }

    /// A number alone is no way to ask it.
    pub(in crate::spawn) fn terminate_unopened(&self, why: OpenError) -> Result<(), OpenError> {
        Err(why)
    }

    /// Whether nothing is left that holding it would be good for: closing the job ends whoever is in it, if they are to die
    /// with this process.
    pub(in crate::spawn) fn is_done(&self) -> bool {
        self.parent_death != ParentDeath::Tree || self.enclosure.is_empty().unwrap_or(true)
    }

    fn exit_status(&self) -> io::Result<ExitStatus> {
        let mut code = 0;
        // SAFETY: the handle is a process's, with the right to query; `code` is ours to be written.
        check(unsafe { GetExitCodeProcess(raw(self.handle()), &mut code) })?;
        Ok(ExitStatus::from_raw(code))
    }

    fn handle(&self) -> BorrowedHandle<'_> {
        self.handle.as_handle()
    }
}

/// An orphan keeps the number of its parent, and nobody takes its place.
pub(in crate::spawn) fn become_subreaper() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
