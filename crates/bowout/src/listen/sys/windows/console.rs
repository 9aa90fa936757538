//! The console's control handler
//! ([SetConsoleCtrlHandler](https://learn.microsoft.com/en-us/windows/console/setconsolectrlhandler)). The system runs it on
//! a thread of its own for every event, the newest registered first, until one says that it took the event.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use windows_sys::Win32::Foundation::{FALSE, TRUE};
use windows_sys::Win32::System::Console::{
    CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT, SetConsoleCtrlHandler,
};
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::Threading::{GetCurrentProcessId, INFINITE, Sleep};
use windows_sys::core::BOOL;

use super::super::super::request::Trigger;
use super::{NOTE, OFF, slot};

/// A handler is held, and stays so until the process ends.
static HELD: AtomicBool = AtomicBool::new(false);

unsafe extern "system" fn on_event(event: u32) -> BOOL {
    let trigger = match event {
        CTRL_C_EVENT => Trigger::Interrupt,
        CTRL_BREAK_EVENT => Trigger::Break,
        CTRL_CLOSE_EVENT => Trigger::Close,
        CTRL_LOGOFF_EVENT => Trigger::Logoff,
        CTRL_SHUTDOWN_EVENT => Trigger::SystemShutdown,
        _ => return FALSE,
    };
    let Some(slot) = slot(trigger) else { return FALSE };
    match slot.mode.load(Ordering::SeqCst) {
        OFF => return FALSE,
        // A service hears of every user's logoff, and must not end for it.
        NOTE if trigger == Trigger::Logoff && in_services_session() => return FALSE,
        NOTE => slot.note(),
        _ => return TRUE,
    }
    // The listener ended in between, and may have looked for the last time before this was noted.
    if slot.mode.load(Ordering::SeqCst) == OFF && slot.noted.swap(false, Ordering::SeqCst) {
        return FALSE;
    }
    if matches!(trigger, Trigger::Close | Trigger::Logoff | Trigger::SystemShutdown) {
        hold();
    }
    TRUE
}

/// Whatever a handler returns, the system ends the process after these events; so it does not return. The process ends under
/// it: by the program when it has cleaned up, or at the deadline, which lies before the system's limit.
fn hold() -> ! {
    HELD.store(true, Ordering::Relaxed);
    loop {
        // SAFETY: Sleep takes a number.
        unsafe { Sleep(INFINITE) };
    }
}

/// Session 0 is the services' own.
fn in_services_session() -> bool {
    let mut session = u32::MAX;
    // SAFETY: the call fills in a place of ours; where it fails the place keeps a number that is no session's.
    unsafe { ProcessIdToSessionId(GetCurrentProcessId(), &mut session) };
    session == 0
}

/// Registers the handler as the newest. Attaching to a console resets the list of handlers, so this is done for every new
/// listener, and what may still be there of an earlier one is taken out first.
pub(super) fn install() -> io::Result<()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: the handler is a function of this program, of the signature that the system wants. Removing one that is not in
    // the list fails and changes nothing; it is not tried while a handler is held, for it would wait for that.
    let registered = unsafe {
        if !HELD.load(Ordering::Relaxed) {
            SetConsoleCtrlHandler(Some(on_event), FALSE);
        }
        SetConsoleCtrlHandler(Some(on_event), TRUE)
    };
    if registered == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Takes back the flag that a new process group starts with, and that children inherit: "ignore Ctrl-C".
pub(super) fn stop_ignoring_ctrl_c() {
    // SAFETY: without a handler the call only changes that flag.
    unsafe { SetConsoleCtrlHandler(None, FALSE) };
}
