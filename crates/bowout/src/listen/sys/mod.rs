//! The system's side of listening. Every system offers the same functions:
//!
//! | function | does |
//! | --- | --- |
//! | `install`, `stay_on_top`, `uninstall` | take the triggers from the system, keep them, give them back |
//! | `anything_noted`, `take_hits`, `take_rest` | what came since the last time, and what is left at the end |
//! | `can_subscribe`, `subscribe`, `unsubscribe`, `take_event`, `wait_for_event` | signals that are no request to stop |
//! | `epoch`, `ring`, `wait` | sleep until something comes |
//! | `watcher_epoch`, `watch` | the same for the one watching thread |
//! | `pollable` | a descriptor or handle that is lit once |
//! | `spawn_watcher`, `spawn_for_user_code` | threads, with the masks that they need |
//! | `Stdin`, `Parent`, `Sources`, `spawn_orphan_watch` | whether anybody is left to work for |
//! | `end_for`, `end_at_once`, `repeat`, `run_at_exit` | the ways out |
//! | `notify`, `notify_ready`, `notify_reloading`, `watchdog_interval` | what the program tells a supervisor |
//! | `start_service` | become the service that this process was started for |
//! | `tell_running`, `tell_stopping`, `tell_progress`, `tell_stopped` | a supervisor hears how it is with us |
//! | `time_limit`, `complain` | a fact and a last word |

use super::request::{Sender, Trigger};

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(super) use unix::*;
#[cfg(windows)]
pub(crate) mod windows;
#[cfg(windows)]
pub(super) use windows::*;

#[cfg(unix)]
pub use unix::Pollable;
#[cfg(windows)]
pub use windows::Pollable;

/// One trigger that was noted, however often it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) trigger: Trigger,
    pub(super) sender: Option<Sender>,
}
