//! The exit status of a child of ours that nobody has waited for, without taking it away.

use rustix::process::Pid;

use crate::stop::report::ExitStatus;

#[cfg(not(any(target_os = "openbsd", target_os = "netbsd")))]
pub(super) fn status_of(pid: Pid) -> Option<ExitStatus> {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let status = waitid(WaitId::Pid(pid), options).ok()??;
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Some(ExitStatus::Code(code.unsigned_abs())),
        (None, Some(signal)) => Some(ExitStatus::signal(signal)),
        (None, None) => None,
    }
}

/// `rustix` has no `waitid` for these two, or not its answer.
#[cfg(any(target_os = "openbsd", target_os = "netbsd"))]
pub(super) fn status_of(_: Pid) -> Option<ExitStatus> {
    None
}
