//! Programs that are to be stopped. None of them is built on bowout: they are the strangers of the field.

#[cfg(unix)]
#[path = "targets/unix.rs"]
mod os;
#[cfg(windows)]
#[path = "targets/windows.rs"]
mod os;

use std::time::Duration;

use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    match name {
        "sleeper" => Some(sleeper),
        _ => os::find(name),
    }
}

/// Longer than any test waits. No leftover of a test outlives it.
pub const LIFETIME: Duration = Duration::from_secs(120);

/// Does nothing about signals.
pub fn sleeper() {
    say("ready");
    sleep_for_ever();
}

pub fn sleep_for_ever() {
    std::thread::sleep(LIFETIME);
}
