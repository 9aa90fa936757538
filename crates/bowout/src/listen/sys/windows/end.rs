//! The ways out.

use std::io::Write;

use windows_sys::Win32::Foundation::STATUS_CONTROL_C_EXIT;
use windows_sys::Win32::System::Threading::{ExitProcess, GetCurrentProcess, TerminateProcess};

use super::super::super::request::Trigger;
use super::service;

/// What the system's own handler ends a process with that was asked to stop and does not listen.
const ENDED_ON_REQUEST: u32 = STATUS_CONTROL_C_EXIT as u32;

/// Ends the process in order: the DLLs are told.
pub(in super::super::super) fn end_for(_: Trigger) -> ! {
    service::tell_stopped(0);
    // SAFETY: ExitProcess takes a number and does not return.
    unsafe { ExitProcess(ENDED_ON_REQUEST) }
}

/// Ends the process from any thread without waiting for anything: no DLL is told, for one may be what hangs. Without a
/// request from outside the exit code is 1, since something was left undone.
pub(in super::super::super) fn end_at_once(trigger: Option<Trigger>) -> ! {
    service::tell_aborted();
    let code = trigger.map_or(1, |_| ENDED_ON_REQUEST);
    // SAFETY: the pseudo-handle of this process is always valid.
    unsafe { TerminateProcess(GetCurrentProcess(), code) };
    // Only reached where the system refused, which it does not for oneself.
    std::process::abort()
}

/// A request that nobody was told of does, now that the listener is gone, what it would have done without it.
pub(in super::super::super) fn repeat(trigger: Trigger) {
    end_for(trigger)
}

/// [`std::process::exit`] is ExitProcess here, which runs nothing of the program's.
pub(in super::super::super) fn run_at_exit(_: extern "C" fn()) {}

/// One line on standard error.
pub(in super::super::super) fn complain(line: &str) {
    let _ = std::io::stderr().write_all(line.as_bytes());
}
