//! Who belongs to a tree: what the system says of its processes, held against what is known.

use std::collections::{HashMap, HashSet};
use std::io;

use rustix::process::Pid;

use crate::stop::descent::{self, Link};
use crate::sys::enclosure::Enclosure;

use super::super::{Facts, Newcomer, Survey};
use super::handle::{self, Handle};
use super::{Process, ancestors, protection_among};

/// What the system says of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) group: u32,
    pub(super) session: Option<u32>,
    pub(super) start: u64,
    pub(super) name: String,
    pub(super) has_exited: bool,
    /// Its first thread has ended or is stopped.
    pub(super) is_still: bool,
    /// How many threads must be looked at to know that of all.
    pub(super) threads: u32,
}

/// Whether those who were started by a process can be told by it when it is gone: here they get another parent.
pub(in crate::stop) const DEAD_PARENTS_ARE_KNOWN: bool = false;

/// Those who come from the known processes and whom nobody knew yet, each behind the one that it was found by. A known number
/// counts only for as long as it is still that of the process which was started then.
///
/// A process counts if its parent does, or if its session is that of a member who leads it: then it, or whoever it comes
/// from, was started by that member, wherever it hangs now. Those in the group that the enclosure is count as well.
pub(in crate::stop) fn descendants(
    known: &HashMap<u32, Option<u64>>,
    enclosure: Option<&Enclosure>,
) -> io::Result<Survey> {
    let began = handle::now();
    let everybody = handle::everybody()?;
    let joined = in_group(&everybody, enclosure).filter(|entry| !known.contains_key(&entry.pid));
    let joined: Vec<&Entry> = joined.filter(|entry| !entry.has_exited).collect();
    let by_number: HashMap<u32, &Entry> = everybody.iter().map(|entry| (entry.pid, entry)).collect();
    let links = everybody.iter().map(|entry| Link {
        pid: entry.pid,
        parent: entry.parent,
        session: entry.session,
    });
    // Nobody is younger than his child. Whoever was there before we looked has had the same parent all the time, unless the
    // parent is gone; who came while we looked counts only if the parent is still the same behind it.
    let is_child = |pid: u32, parent: u32| {
        let (Some(child), Some(of)) = (by_number.get(&pid), by_number.get(&parent)) else {
            return false;
        };
        let is_same = || handle::one(parent).is_some_and(|now| now.start == of.start && !now.has_exited);
        child.start >= of.start && (child.start < began || is_same())
    };
    let still_known = |pid: u32| match (known.get(&pid), by_number.get(&pid)) {
        (Some(start), Some(entry)) => start.is_none_or(|start| start == entry.start) && !entry.has_exited,
        // It has joined.
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let from = known.keys().copied().chain(joined.iter().map(|entry| entry.pid));
    let found = descent::descend(links, from, still_known, is_child);
    let ancestors: HashSet<u32> = ancestors().collect();
    let entries = joined
        .into_iter()
        .chain(found.iter().filter_map(|pid| by_number.get(pid).copied()));
    let moving = |pid: &&u32| still_known(**pid) && by_number.get(*pid).is_some_and(|entry| !is_still(entry));
    Ok(Survey {
        newcomers: entries.filter_map(|entry| newcomer(entry, &ancestors)).collect(),
        moving: known.keys().filter(moving).copied().collect(),
    })
}

fn in_group<'a>(everybody: &'a [Entry], enclosure: Option<&Enclosure>) -> impl Iterator<Item = &'a Entry> {
    let leader = enclosure.map(|enclosure| enclosure.leader().pid().as_raw_nonzero().get().unsigned_abs());
    // If the number is the group's now, it was when they were read.
    let leader = leader.filter(|_| enclosure.is_some_and(|enclosure| enclosure.leader().owns_group()));
    everybody.iter().filter(move |entry| Some(entry.group) == leader)
}

/// Whether a known process can still start somebody.
pub(in crate::stop) fn is_moving(pid: u32, start: Option<u64>) -> bool {
    let is_it = |entry: &Entry| start.is_none_or(|start| start == entry.start);
    handle::one(pid).is_some_and(|entry| is_it(&entry) && !is_still(&entry))
}

/// It starts nobody.
fn is_still(entry: &Entry) -> bool {
    entry.is_still && (entry.threads <= 1 || handle::threads_are_still(entry.pid))
}

/// The processes that have these numbers now. Who has exited is left out.
pub(in crate::stop) fn identify(pids: &[u32]) -> Vec<Newcomer> {
    let ancestors: HashSet<u32> = ancestors().collect();
    let entries = pids.iter().filter_map(|pid| handle::one(*pid));
    entries.filter_map(|entry| newcomer(&entry, &ancestors)).collect()
}

fn newcomer(entry: &Entry, ancestors: &HashSet<u32>) -> Option<Newcomer> {
    let pid = Pid::from_raw(i32::try_from(entry.pid).ok()?)?;
    let process = Process {
        handle: Handle::known(pid, entry.start),
    };
    let facts = Facts {
        start: Some(entry.start),
        name: Some(entry.name.clone()),
        protection: protection_among(entry.pid, ancestors),
    };
    (!entry.has_exited).then_some(Newcomer {
        pid: entry.pid,
        process,
        facts,
    })
}
