//! Stoppers on Unix, and parents of those who are stopped.

use std::process::{Child, Command};

use super::{args, stopper};
use crate::say;
use crate::targets::sleeper;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
pub mod linux;

/// Nobody's user, who may signal nobody else's processes.
const NOBODY: u32 = 65_534;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    match name {
        "stopper-as-nobody" => Some(|| as_nobody(stopper)),
        "sleeper-as-nobody" => Some(|| as_nobody(sleeper)),
        "good-parent" => Some(good_parent),
        "careless-parent" => Some(careless_parent),
        #[cfg(target_os = "linux")]
        _ => linux::find(name),
        #[cfg(not(target_os = "linux"))]
        _ => None,
    }
}

fn as_nobody(play: fn()) {
    // SAFETY: setuid(2) takes a number.
    let result = unsafe { libc::setuid(NOBODY) };
    assert_eq!(result, 0, "setuid: {}", std::io::Error::last_os_error());
    play();
}

/// `good-parent SCENARIO`: starts a target, tells its number, and waits for it.
fn good_parent() {
    let mut child = child();
    let status = child.wait().expect("it is our child");
    say(&format!("child left: {status}"));
}

/// `careless-parent SCENARIO`: starts a target, tells its number, and never asks how it ended.
fn careless_parent() {
    let child = child();
    crate::targets::sleep_for_ever();
    drop(child);
}

fn child() -> Child {
    let scenario = args().next().expect("a scenario");
    let child = Command::new(std::env::current_exe().expect("a path"))
        .arg(scenario)
        .spawn()
        .expect("it starts");
    say(&format!("child {}", child.id()));
    child
}
