//! How it ended.

use std::process::ExitStatus;

use crate::stop::ProcessId;

use super::sys;

/// How a supervised program ended.
#[derive(Clone, Debug)]
pub struct Ended {
    pub(super) status: Option<ExitStatus>,
    pub(super) timed_out: bool,
    pub(super) forced: bool,
    pub(super) survivors: Vec<ProcessId>,
}

impl Ended {
    /// The status of the main process; `None` if it has survived the whole plan, as a process does that the kernel holds.
    pub fn status(&self) -> Option<ExitStatus> {
        self.status
    }

    /// Its time was over before it ended.
    pub fn timed_out(&self) -> bool {
        self.timed_out
    }

    /// The plan came to force (KILL).
    pub fn forced(&self) -> bool {
        self.forced
    }

    /// Who is still there although the plan is at its end.
    pub fn survivors(&self) -> &[ProcessId] {
        &self.survivors
    }

    /// Ends this process as the main process ended: with its code, or by the signal that it died of (without a core of our
    /// own), so that our parent sees what it would have seen without us. Where the kernel does not let us die by it (process 1),
    /// with 128 + its number; and with 125 if the main process has survived.
    pub fn exit(&self) -> ! {
        match self.status {
            Some(status) => sys::end_as(status),
            None => std::process::exit(125),
        }
    }
}
