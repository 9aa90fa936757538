//! Unix: our own `sigaction`, one wake-up, and a watching thread.

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "bell_futex.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), path = "bell_pipe.rs")]
mod bell;
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
pub(in super::super) use end::{complain, end_at_once, end_for, repeat, run_at_exit};
pub(in super::super) use handler::{anything_noted, install, stay_on_top, take_hits, take_rest, uninstall};
pub(in super::super) use notify::{
    notify, notify_ready, notify_reloading, tell_progress, tell_stopping, watchdog_interval,
};
pub(in super::super) use orphan::{Parent, Sources, Stdin, spawn_orphan_watch};
pub use pollable::Pollable;
pub(in super::super) use pollable::{Flare, pollable};
pub(in super::super) use thread::{spawn_for_user_code, spawn_watcher};

/// How long the system lets a process live after this trigger: on Unix nothing tells.
pub(in super::super) fn time_limit(_: Trigger) -> Option<Duration> {
    None
}

/// The number of the signal behind a trigger, where it is one of this system.
fn number(trigger: Trigger) -> Option<i32> {
    match trigger {
        Trigger::Interrupt => Some(libc::SIGINT),
        Trigger::Terminate => Some(libc::SIGTERM),
        Trigger::Hangup => Some(libc::SIGHUP),
        Trigger::Quit => Some(libc::SIGQUIT),
        _ => None,
    }
}

/// There are services of this kind on Windows alone.
pub(in super::super) fn start_service() -> Result<(), ServiceError> {
    Err(ServiceError::NotAService)
}

pub(in super::super) fn tell_running() {}

/// A supervisor here sees the exit itself.
pub(in super::super) fn tell_stopped(_: i32) {}
