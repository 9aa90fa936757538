//! A signal for the main process, its group, or everybody.

use std::time::Duration;

use rustix::process::Pid;

use crate::Signal;
use crate::stop::{self, Plan, ProcessId, Stopping, Target, Tree};

use super::super::super::Reach;
use super::kill;

/// Who is there to be reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    /// While its number is its own.
    pub(super) main: Option<Pid>,
    /// The group that it leads, while that number is its own.
    pub(super) group: Option<Pid>,
    pub(super) guard: Option<Pid>,
}

impl Family {
    pub(super) fn send(self, signal: Signal, reach: Reach) {
        let Some(number) = signal.number() else { return };
        match (reach, self.main, self.group) {
            (Reach::Main, Some(main), _) => kill(main, number),
            (Reach::Group, _, Some(group)) => kill_group(group, number),
            _ => self.send_below(signal, number),
        }
    }

    /// Sends it as a request to leave: one that is stopped acts on nothing before it goes on.
    pub(super) fn ask(self, signal: Signal, reach: Reach, wait: Duration) {
        match (signal, reach) {
            (Signal::Kill, Reach::Tree) => self.force(wait),
            (Signal::Kill | Signal::Cont, _) => self.send(signal, reach),
            _ => {
                self.send(signal, reach);
                self.send(Signal::Cont, reach);
            }
        }
    }

    /// Ends everybody below this process, whoever they start meanwhile included.
    fn force(self, wait: Duration) {
        if end_all_below() {
            return;
        }
        let plan = Plan::new(Signal::Kill).wait(wait);
        let stopping = Tree::below_this_process().map(|tree| Stopping::begin([tree], &plan));
        if let Ok(Ok(stopping)) = stopping {
            let _ = stopping.finish();
        }
        // Where the tree could not be seen, or orphans have gone elsewhere.
        self.send_to_known(libc::SIGKILL);
    }

    fn send_below(self, signal: Signal, number: i32) {
        let Some(members) = self.seen() else {
            return self.send_to_known(number);
        };
        if self.main.is_none() {
            // Who is left of its group where orphans go elsewhere.
            self.send_to_known(number);
        }
        for member in members {
            // One that has ended since needs no signal; one that may not be asked is told as a survivor.
            if let Ok(target) = Target::open(member) {
                let _ = stop::signal(&target, signal);
            }
        }
    }

    /// Who is reached without anybody telling who is below.
    fn send_to_known(self, number: i32) {
        match (self.group, self.main) {
            (Some(group), _) => kill_group(group, number),
            (None, Some(main)) => kill(main, number),
            (None, None) => {}
        }
    }

    /// Whoever is still there, except for the guard.
    pub(super) fn members(self) -> Vec<ProcessId> {
        self.seen().unwrap_or_default()
    }

    /// The same; `None` where the system does not tell.
    fn seen(self) -> Option<Vec<ProcessId>> {
        let mut seen = below()?;
        if let Some(guard) = self.guard {
            seen.retain(|member| i32::try_from(member.pid()) != Ok(guard.as_raw_nonzero().get()));
        }
        Some(seen)
    }
}

/// Everybody below this process; `None` where the system does not tell.
pub(super) fn below() -> Option<Vec<ProcessId>> {
    let members = Tree::below_this_process().ok()?.members().ok()?;
    Some(members.into_iter().map(|member| member.id).collect())
}

/// Has the kernel itself end everybody below a process that adopts, again and again until nobody new is found, and tells whether it
/// has ([procctl(2)](https://man.freebsd.org/cgi/man.cgi?query=procctl&sektion=2), `PROC_REAP_KILL`).
#[cfg(target_os = "freebsd")]
fn end_all_below() -> bool {
    /// `struct procctl_reaper_kill` of `sys/procctl.h`.
    #[repr(C)]
    #[derive(Default)]
    struct ReaperKill {
        signal: libc::c_int,
        /// 0: all descendants.
        flags: libc::c_uint,
        subtree: libc::pid_t,
        killed: libc::c_uint,
        first_failed: libc::pid_t,
        reserved: [libc::c_uint; 15],
    }
    let mut request = ReaperKill {
        signal: libc::SIGKILL,
        ..ReaperKill::default()
    };
    let own = 0;
    // SAFETY: the kernel reads and writes the struct, which is as large as it takes it to be.
    unsafe { libc::procctl(libc::P_PID, own, libc::PROC_REAP_KILL, (&raw mut request).cast()) == 0 }
}

#[cfg(not(target_os = "freebsd"))]
fn end_all_below() -> bool {
    false
}

/// Everybody in a group whose number is its own.
pub(super) fn kill_group(group: Pid, number: i32) {
    // SAFETY: kill(2) takes two integers.
    unsafe { libc::kill(-group.as_raw_nonzero().get(), number) };
}

/// Whether anybody is in a group; macOS answers EPERM for one of zombies.
pub(super) fn has_members(group: Pid) -> bool {
    // SAFETY: kill(2) takes two integers, and signal 0 is none.
    unsafe { libc::kill(-group.as_raw_nonzero().get(), 0) == 0 }
}
