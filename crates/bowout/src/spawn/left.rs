//! Children that nobody holds any more and that still need us: one that runs is a zombie when it ends, unless somebody fetches
//! its exit status; a cgroup waits for being empty; and a job that ends its members when it is closed must stay open.
//!
//! No thread is kept for them. They are looked at when a child is started or let go, so that there are never more zombies than
//! children in between.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::sys::Process;

static LEFT: Mutex<Vec<Arc<Process>>> = Mutex::new(Vec::new());

/// How long it is waited for those who were killed: a cgroup that is left behind when this program ends stays for ever.
const ENDING: Duration = Duration::from_millis(100);

/// Takes a child over.
pub(super) fn leave(process: &Arc<Process>) {
    let until = Instant::now() + ENDING;
    while process.enclosure().is_ending() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(1));
    }
    if !process.is_done() {
        LEFT.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(process));
    }
    sweep();
}

/// Forgets those who need us no longer.
pub(super) fn sweep() {
    LEFT.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .retain(|process| !process.is_done());
}
