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
use windows_sys::core::BOOL;

use super::super::super::request::Trigger;
use super::{Taken, hold, take};

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
    match take(trigger) {
        Taken::Passed => FALSE,
        Taken::Swallowed => TRUE,
        // Whatever a handler returns, the system ends the process after these.
        Taken::Noted if matches!(trigger, Trigger::Close | Trigger::Logoff | Trigger::SystemShutdown) => {
            HELD.store(true, Ordering::Relaxed);
            hold()
        }
        Taken::Noted => TRUE,
    }
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
