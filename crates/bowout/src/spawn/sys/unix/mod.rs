//! Unix: fork and exec by the standard library. What has to happen between the two is [`Steps`].

mod before_exec;
#[cfg(feature = "tokio")]
#[path = "exited.rs"]
mod exit;
#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "parent_death/linux.rs")]
#[cfg_attr(target_os = "freebsd", path = "parent_death/freebsd.rs")]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android", target_os = "freebsd")),
    path = "parent_death/none.rs"
)]
mod parent_death;
#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "subreaper/linux.rs")]
#[cfg_attr(target_os = "freebsd", path = "subreaper/freebsd.rs")]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android", target_os = "freebsd")),
    path = "subreaper/none.rs"
)]
mod subreaper;

use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::time::Instant;

use rustix::process::{Pid, Signal, getpid, kill_process};

use crate::spawn::{Containment, ParentDeath};
use crate::stop::OpenError;
use crate::sys::enclosure::{Cgroup, Enclosure, Leader};

use super::Wishes;
use before_exec::Steps;

#[cfg(feature = "tokio")]
pub(in crate::spawn) use exit::exited;
pub(in crate::spawn) use subreaper::become_subreaper;

/// A child that leads its own group, and whoever it starts.
#[derive(Debug)]
pub(in crate::spawn) struct Process {
    enclosure: Arc<Enclosure>,
    parent_death: ParentDeath,
}

/// Starts the command. What the standard library has opened for us (the pipes) comes with it.
pub(in crate::spawn) fn spawn(command: &mut Command, wishes: Wishes) -> io::Result<(Process, Child)> {
    // Where it cannot be had the group has to do; `containment` tells.
    let cgroup = if wishes.contain { Cgroup::new().ok() } else { None };
    command.process_group(0);
    let steps = Steps {
        die_with: wishes.die_with_parent.then(getpid),
        enter: cgroup.as_ref().map(|cgroup| cgroup.entrance().as_raw_fd()),
    };
    let child = if wishes.die_with_parent {
        // The closure goes to another thread, and so the command does too, and comes back.
        let mut taken = std::mem::replace(command, Command::new(""));
        let (back, child) = parent_death::on_lasting_thread(move || {
            let child = before_exec::spawn(&mut taken, steps);
            (taken, child)
        })?;
        *command = back;
        child?
    } else {
        before_exec::spawn(command, steps)?
    };
    let leader = Leader::new(Pid::from_child(&child));
    let process = Process {
        enclosure: Arc::new(Enclosure::new(
            leader,
            cgroup.filter(|cgroup| cgroup.contains(child.id()).unwrap_or(false)),
        )),
        parent_death: if wishes.die_with_parent {
            parent_death::SCOPE
        } else {
            ParentDeath::NotAsked
        },
    };
    Ok((process, child))
}

impl Process {
    pub(in crate::spawn) fn id(&self) -> u32 {
        self.leader().pid().as_raw_nonzero().get().unsigned_abs()
    }

    pub(in crate::spawn) fn leads_group(&self) -> bool {
        true
    }

    pub(in crate::spawn) fn enclosure(&self) -> &Arc<Enclosure> {
        &self.enclosure
    }

    pub(in crate::spawn) fn containment(&self) -> Containment {
        match self.enclosure.cgroup() {
            Some(_) => Containment::Cgroup,
            None => Containment::ProcessGroup,
        }
    }

    pub(in crate::spawn) fn parent_death(&self) -> ParentDeath {
        self.parent_death
    }

    pub(in crate::spawn) fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        self.leader().try_wait()
    }

    /// The exit status, as soon as there is one, or `None` when the moment has come; without a moment there is always one.
    pub(in crate::spawn) fn wait_until(&self, until: Option<Instant>) -> io::Result<Option<ExitStatus>> {
        self.leader().wait_until(until)
    }

    /// Has the number used while it cannot be anybody else's; `None` where it can.
    pub(in crate::spawn) fn with_number<T>(&self, using: impl FnOnce(u32) -> T) -> Option<T> {
        self.leader().with_number(|_| using(self.id()))
    }

    /// Asks it by its number to terminate, if it is for want of descriptors that it could not be opened. The caller sees to it
    /// that the number is its own.
    pub(in crate::spawn) fn terminate_unopened(&self, why: OpenError) -> Result<(), OpenError> {
        let is_for_want = matches!(&why, OpenError::Io { source, .. }
            if matches!(source.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)));
        let pid = self.leader().pid();
        if !is_for_want || kill_process(pid, Signal::TERM).is_err() {
            return Err(why);
        }
        // A stopped process acts on nothing before it goes on.
        let _ = kill_process(pid, Signal::CONT);
        Ok(())
    }

    /// Whether nothing is left that holding it would be good for: no zombie, no cgroup to remove.
    pub(in crate::spawn) fn is_done(&self) -> bool {
        // One that was waited for behind our back is no zombie either.
        let exited = !matches!(self.try_wait(), Ok(None));
        exited && (self.enclosure.cgroup().is_none() || self.enclosure.is_empty().unwrap_or(true))
    }

    fn leader(&self) -> &Leader {
        self.enclosure.leader()
    }
}
