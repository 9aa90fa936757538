//! What the main process finds in its environment.

use std::env;
use std::ffi::{OsStr, OsString};

use crate::sys::notify::NOTIFY_SOCKET;

const WATCHDOG_PID: &str = "WATCHDOG_PID";

/// Does this with the socket's address in the environment of this process, if there is one, and puts that back as it was.
pub(in super::super) fn with_socket<T>(address: Option<OsString>, work: impl FnOnce() -> T) -> T {
    let Some(address) = address else { return work() };
    let socket = env::var_os(NOTIFY_SOCKET);
    // One that means us would have the main process think that it is not to ping
    // ([sd_watchdog_enabled(3)](https://man7.org/linux/man-pages/man3/sd_watchdog_enabled.3.html)).
    let watched = env::var_os(WATCHDOG_PID).filter(|pid| *pid == *OsStr::new(&std::process::id().to_string()));
    set(NOTIFY_SOCKET, Some(&address));
    if watched.is_some() {
        set(WATCHDOG_PID, None);
    }
    let done = work();
    set(NOTIFY_SOCKET, socket.as_deref());
    if watched.is_some() {
        set(WATCHDOG_PID, watched.as_deref());
    }
    done
}

fn set(name: &str, value: Option<&OsStr>) {
    // SAFETY: this process has one thread, as the room says it must.
    unsafe {
        match value {
            Some(value) => env::set_var(name, value),
            None => env::remove_var(name),
        }
    }
}
