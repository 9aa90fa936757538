//! macOS, the BSDs, illumos: what stopping asks of them too, and not yet what a process does about signals.

use crate::inspect::Untold;
use crate::inspect::verdict::{Facts, State};
use crate::stop::sys::os;
use crate::stop::{self, ProcessId, Target};

use super::{Look, Rank};

pub(in crate::inspect) use super::kin::everybody;

/// Whether one that has exited and was not waited for may still be looked at.
pub(in crate::inspect) const SHOWS_THE_DEAD: bool = true;

pub(in crate::inspect) fn look(pid: u32, target: Option<&Target>) -> Look {
    let why = "this system is not asked for that yet";
    let mut untold = vec![Untold::new("what it does about signals", why)];
    let entry = os::one(pid);
    let found = ProcessId::new(pid).map(stop::found);
    if entry.is_none() {
        untold.push(Untold::new("group and session", why));
    }
    let state = match &entry {
        // Where nothing is told, it is known at least who could not be opened because he has exited.
        None => target.is_none().then_some(State::Zombie),
        Some(entry) if entry.has_exited => Some(State::Zombie),
        Some(entry) if entry.is_still => Some(State::Stopped),
        Some(_) => None,
    };
    let rank = if pid == 1 { Rank::OurInit } else { Rank::Ordinary };
    Look {
        start: entry.as_ref().map(|entry| entry.start),
        name: found
            .as_ref()
            .and_then(|found| found.name.clone())
            .or_else(|| entry.as_ref().map(|entry| entry.name.clone())),
        command_line: found.and_then(|found| found.command_line),
        group: entry.as_ref().map(|entry| entry.group),
        session: entry.and_then(|entry| entry.session),
        facts: Facts {
            state,
            is_traced: false,
            rank,
            signals: None,
        },
        untold,
        ..Look::default()
    }
}
