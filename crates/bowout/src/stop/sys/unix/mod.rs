//! Unix: one route, the signal. What differs is the handle: [`handle`].

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "linux.rs")]
#[cfg_attr(
    any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd"
    ),
    path = "kqueue.rs"
)]
#[cfg_attr(
    not(any(
        target_os = "linux",
        target_os = "android",
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd"
    )),
    path = "plain.rs"
)]
mod handle;

pub(in crate::stop) mod find;
mod survey;
mod together;
mod wait;

use std::collections::{HashMap, HashSet};
use std::io::{self, ErrorKind};
use std::path::Path;

use rustix::process::Pid;

use crate::Signal;
use crate::signal::DefaultAction;
use crate::stop::protection::Protection;
use crate::stop::report::ExitStatus;
use crate::stop::route::{Attempt, NotSent, Reached, Route};

use super::{Allowed, Facts, Manner, OpenFailure};
use handle::Handle;

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use handle::proc;
pub(in crate::stop) use survey::{DEAD_PARENTS_ARE_KNOWN, Snapshot, descendants, identify, is_moving, is_running};
pub(crate) use survey::{Entry, everybody};
pub(in crate::stop) use together::{ask_together, spared_in, was_asked_together};
pub(in crate::stop) use wait::{Waiter, Waker};

/// What to use instead of a signal that cannot be sent.
pub(in crate::stop) const CAN_SEND: &str = "TERM, INT, HUP or KILL (`bowout signals` lists all)";

/// Whether any process can be sent this signal here.
pub(in crate::stop) fn can_send(signal: Signal) -> bool {
    signal.number().is_some()
}

/// Only Windows needs a helper.
pub(in crate::stop) fn run_helper_if_asked() {}

/// Only Windows needs a helper.
pub(in crate::stop) fn set_helper(_: &Path) {}

/// A process that was opened, and cannot come to mean another.
#[derive(Debug)]
pub(in crate::stop) struct Process {
    handle: Handle,
}

impl Process {
    pub(in crate::stop) fn open(pid: u32) -> Result<(Process, Facts), OpenFailure> {
        // What is too large for a pid_t is no process, and must never be cast to one: it would come out negative.
        let raw = i32::try_from(pid).ok().and_then(Pid::from_raw);
        let (handle, facts) = Handle::open(raw.ok_or(OpenFailure::NoSuchProcess)?)?;
        Ok((Process { handle }, facts))
    }

    pub(in crate::stop) fn has_exited(&self) -> bool {
        self.handle.has_exited()
    }

    pub(in crate::stop) fn exit_status(&self) -> ExitStatus {
        self.handle.exit_status()
    }

    /// Sends it. `heard`, the numbers of those whom the same request has reached already, is Windows's concern.
    pub(in crate::stop) fn send(
        &self,
        signal: Signal,
        manner: Manner,
        _: &Allowed,
        _: &mut HashSet<u32>,
    ) -> Vec<Attempt> {
        let result = match self.deliver(signal, manner) {
            Ok(()) => Ok(Reached::default()),
            Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Err(NotSent::Exited),
            Err(error) => Err(NotSent::from_io(&error)),
        };
        vec![Attempt {
            route: Route::Signal,
            result,
        }]
    }

    /// Keeps it from starting anybody, until it is killed; tells whether it will. Who may not be stopped by us may not be
    /// killed by us either, which will be told then.
    pub(in crate::stop) fn freeze(&self) -> bool {
        self.handle.kill(libc::SIGSTOP).is_ok()
    }

    /// A signal reaches nobody else.
    pub(in crate::stop) fn is_reached_alone(&self, _: Signal) -> bool {
        false
    }

    /// Lets one go on that was frozen and could not be killed.
    pub(in crate::stop) fn thaw(&self) {
        // Who is gone, or cannot be reached for this either, stays as he is; the report tells that he is there.
        let _ = self.handle.kill(libc::SIGCONT);
    }

    fn deliver(&self, signal: Signal, manner: Manner) -> io::Result<()> {
        let number = signal.number().ok_or(ErrorKind::Unsupported)?;
        match manner {
            // Signal 0 is checked and not delivered: kill(2).
            Manner::Preview => self.handle.kill(0),
            Manner::Plain => self.handle.kill(number),
            Manner::Stopping => {
                self.handle.kill(number)?;
                if must_run_to_act_on(signal) {
                    // The request is out. That the process is gone, or must not be continued by us, does not change it.
                    let _ = self.handle.kill(libc::SIGCONT);
                }
                Ok(())
            }
        }
    }
}

/// A stopped process acts on nothing but KILL until it is continued, so a request that it could handle is followed by CONT,
/// as GNU `timeout` and systemd do ([systemd.kill(5)](https://www.freedesktop.org/software/systemd/man/systemd.kill.html)).
fn must_run_to_act_on(signal: Signal) -> bool {
    let ends = matches!(
        signal.default_action(),
        DefaultAction::Terminate | DefaultAction::CoreDump
    );
    signal.can_be_caught() && ends
}

/// Sends by number. The caller has made sure whom the number means.
fn kill(pid: Pid, number: i32) -> io::Result<()> {
    // SAFETY: kill(2) takes two integers and touches no memory of ours. A `Pid` is above 0: never a group.
    match unsafe { libc::kill(pid.as_raw_nonzero().get(), number) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What the system says of the process that has this number now.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn one(pid: u32) -> Option<Entry> {
    handle::one(pid)
}

/// Whom to leave alone, as far as numbers tell, and why.
fn spared() -> HashMap<u32, Protection> {
    let mut spared: HashMap<_, _> = ancestors().map(|pid| (pid, Protection::Ancestor)).collect();
    spared.insert(1, Protection::Init);
    spared.insert(std::process::id(), Protection::OwnProcess);
    spared
}

/// The parent, its parent, and so on, as far as the system tells.
fn ancestors() -> impl Iterator<Item = u32> {
    // A parent that exits while we look can put a wrong number behind it, but no endless chain: it is bounded.
    const DEEPEST: usize = 1000;
    std::iter::successors(Some(std::os::unix::process::parent_id()), |pid| handle::parent_of(*pid))
        .take_while(|pid| *pid != 0)
        .take(DEEPEST)
}
