//! Unix: our own `sigaction`, one wake-up, and a watching thread.

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "bell_futex.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), path = "bell_pipe.rs")]
mod bell;
mod dispositions;
mod end;
mod errno;
mod handler;
#[cfg(test)]
mod handler_model;
mod notify;
mod orphan;
mod pollable;
mod sender;
mod thread;

use std::time::Duration;

use super::super::request::Trigger;
use super::super::service::ServiceError;

pub(in super::super) use bell::{epoch, ring, wait, watch, watcher_epoch};
pub(in super::super) use dispositions::{
    can_subscribe, install, stay_on_top, subscribe, take_event, uninstall, unsubscribe,
};
pub(in super::super) use end::{complain, end_at_once, end_for, repeat, run_at_exit};
pub(in super::super) use handler::{anything_noted, take_hits, take_rest};
pub(in super::super) use notify::{
    notify, notify_ready, notify_reloading, tell_progress, tell_stopping, watchdog_interval,
};
pub(in super::super) use orphan::{Parent, Sources, Stdin, spawn_orphan_watch};
pub use pollable::Pollable;
pub(in super::super) use pollable::{Flare, pollable};
pub(in super::super) use thread::{spawn_for_user_code, spawn_watcher, wait_for_event};

/// How long the system lets a process live after this trigger: on Unix nothing tells.
pub(in super::super) fn time_limit(_: Trigger) -> Option<Duration> {
    None
}

/// The triggers that are signals.
const TRIGGERS: [(Trigger, i32); 4] = [
    (Trigger::Interrupt, libc::SIGINT),
    (Trigger::Terminate, libc::SIGTERM),
    (Trigger::Hangup, libc::SIGHUP),
    (Trigger::Quit, libc::SIGQUIT),
];

/// The number of the signal behind a trigger, where it is one of this system.
fn number(trigger: Trigger) -> Option<i32> {
    let row = TRIGGERS.iter().find(|row| row.0 == trigger);
    row.map(|(_, signal)| *signal)
}

/// There are services of this kind on Windows alone.
pub(in super::super) fn start_service() -> Result<(), ServiceError> {
    Err(ServiceError::NotAService)
}

pub(in super::super) fn tell_running() {}

/// A supervisor here sees the exit itself.
pub(in super::super) fn tell_stopped(_: i32) {}
