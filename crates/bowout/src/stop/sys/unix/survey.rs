//! Who belongs to a tree: what the system says of its processes, held against what is known.

use std::collections::{HashMap, HashSet};
use std::io;

use rustix::process::Pid;

use crate::stop::descent::{self, Link};
use crate::stop::protection::Protection;
use crate::sys::enclosure::Enclosure;

use super::super::{Facts, Newcomer, Survey};
use super::handle::{self, Handle};
use super::{Process, spared};

/// What the system says of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    pub(crate) group: u32,
    pub(crate) session: Option<u32>,
    pub(crate) start: u64,
    pub(crate) name: String,
    pub(crate) has_exited: bool,
    /// Each of its threads has ended or is stopped.
    pub(crate) is_still: bool,
}

/// Whether those who were started by a process can be told by it when it is gone: here they get another parent.
pub(in crate::stop) const DEAD_PARENTS_ARE_KNOWN: bool = false;

/// What the system says of everybody, and since when that is said.
#[derive(Debug)]
pub(in crate::stop) struct Snapshot {
    began: u64,
    everybody: Vec<Entry>,
}

impl Snapshot {
    /// As [`everybody`].
    pub(in crate::stop) fn take() -> io::Result<Snapshot> {
        Ok(Snapshot {
            began: handle::now(),
            everybody: everybody()?,
        })
    }
}

/// Those who come from the known processes and whom nobody knew yet, each behind the one that it was found by. A known number
/// counts only for as long as it is still that of the process which was started then.
///
/// A process counts if its parent does, or if its session is that of a member who leads it: then it, or whoever it comes
/// from, was started by that member, wherever it hangs now. Those in the group that the enclosure is count as well.
pub(in crate::stop) fn descendants(
    Snapshot { began, everybody }: &Snapshot,
    known: &HashMap<u32, Option<u64>>,
    enclosure: Option<&Enclosure>,
) -> Survey {
    let joined = in_group(everybody, enclosure).filter(|entry| !known.contains_key(&entry.pid));
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
        child.start >= of.start && (child.start < *began || is_same())
    };
    let still_known = |pid: u32| match (known.get(&pid), by_number.get(&pid)) {
        (Some(start), Some(entry)) => start.is_none_or(|start| start == entry.start) && !entry.has_exited,
        // It has joined.
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let from = known.keys().copied().chain(joined.iter().map(|entry| entry.pid));
    let found = descent::descend(links, from, still_known, is_child);
    let spared = spared();
    let entries = joined
        .into_iter()
        .chain(found.iter().filter_map(|pid| by_number.get(pid).copied()));
    let newcomers: Vec<Newcomer> = entries.filter_map(|entry| newcomer(entry, &spared)).collect();
    let in_it = known.keys().filter(|pid| still_known(**pid)).copied();
    let in_it = in_it.chain(newcomers.iter().map(|newcomer| newcomer.pid));
    let moving = |pid: &u32| by_number.get(pid).is_some_and(|entry| !entry.is_still);
    Survey {
        moving: in_it.filter(moving).collect(),
        newcomers,
    }
}

/// No picture of one moment: processes come and go while it is taken. Whoever was there all the time is in it; and so is
/// whoever was started by one of those, if he [stands still](Entry::is_still) in it.
pub(crate) fn everybody() -> io::Result<Vec<Entry>> {
    let mut everybody = handle::everybody(&HashSet::new())?;
    // Who came during the first look is found by a second. Whoever comes during that was started by somebody who moves, or who
    // was found by it himself and so does not count as standing still. To look until nobody comes would never end on a
    // busy machine.
    let seen = everybody.iter().map(|entry| entry.pid).collect();
    let later = handle::everybody(&seen)?.into_iter();
    everybody.extend(later.map(|entry| Entry {
        is_still: false,
        ..entry
    }));
    Ok(everybody)
}

fn in_group<'a>(everybody: &'a [Entry], enclosure: Option<&Enclosure>) -> impl Iterator<Item = &'a Entry> {
    let leader = enclosure.map(|enclosure| enclosure.leader().pid().as_raw_nonzero().get().unsigned_abs());
    // If the number is the group's now, it was when they were read.
    let leader = leader.filter(|_| enclosure.is_some_and(|enclosure| enclosure.leader().owns_group()));
    everybody.iter().filter(move |entry| Some(entry.group) == leader)
}

/// Whether a known process can still start somebody.
pub(in crate::stop) fn is_moving(pid: u32, start: Option<u64>) -> bool {
    known(pid, start).is_some_and(|entry| !entry.is_still)
}

/// Whether a known process runs, or waits for nothing but a processor, as far as the system tells.
pub(in crate::stop) fn is_running(pid: u32, start: Option<u64>) -> bool {
    known(pid, start).is_some() && handle::is_running(pid)
}

fn known(pid: u32, start: Option<u64>) -> Option<Entry> {
    handle::one(pid).filter(|entry| start.is_none_or(|start| start == entry.start))
}

/// The processes that have these numbers now. Who has exited is left out.
pub(in crate::stop) fn identify(pids: &[u32]) -> io::Result<Vec<Newcomer>> {
    let spared = spared();
    let entries = handle::those(pids)?;
    Ok(entries.iter().filter_map(|entry| newcomer(entry, &spared)).collect())
}

fn newcomer(entry: &Entry, spared: &HashMap<u32, Protection>) -> Option<Newcomer> {
    let pid = Pid::from_raw(i32::try_from(entry.pid).ok()?)?;
    let process = Process {
        handle: Handle::known(pid, entry.start),
    };
    let facts = Facts {
        start: Some(entry.start),
        name: Some(entry.name.clone()),
        protection: spared.get(&entry.pid).copied(),
    };
    (!entry.has_exited).then_some(Newcomer {
        pid: entry.pid,
        process,
        facts,
    })
}
