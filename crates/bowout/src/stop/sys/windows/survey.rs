//! Who belongs to a tree: what a snapshot says, held against what is known.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;

use crate::stop::descent::{self, Link};
use crate::sys::enclosure::Enclosure;
use crate::sys::process::{Entry, all};

use super::super::{Facts, Newcomer, Survey};
use super::{Process, errand};

/// Whether those who were started by a process can be told by it when it is gone: Windows leaves its number with them.
pub(in crate::stop) const DEAD_PARENTS_ARE_KNOWN: bool = true;

/// What the system says of everybody.
#[derive(Debug)]
pub(in crate::stop) struct Snapshot(Vec<Entry>);

impl Snapshot {
    pub(in crate::stop) fn take() -> io::Result<Snapshot> {
        Ok(Snapshot(all()?))
    }
}

/// Those who come from the known processes and whom nobody knew yet, each behind the one that it was found by. The caller holds
/// handles of the known, so that their numbers have not passed to anybody else.
///
/// Nobody leaves an enclosure here, and then only who is in it counts.
///
/// A number that a process has for its parent may be older than the parent: nobody is younger than his child.
pub(in crate::stop) fn descendants(
    Snapshot(processes): &Snapshot,
    known: &HashMap<u32, Option<u64>>,
    _: Option<&Enclosure>,
) -> Survey {
    let links = processes.iter().map(|entry| Link {
        pid: entry.pid,
        parent: entry.parent,
        session: None,
    });
    let opened: RefCell<HashMap<u32, (Process, Facts)>> = RefCell::default();
    let started = |pid| known.get(&pid).copied().flatten();
    let is_child = |pid: u32, parent: u32| {
        if errand::is_helper(pid) {
            return false;
        }
        // Who may not be opened cannot be told from one that has a stale number for its parent.
        let Ok((process, facts)) = Process::open_among(pid, processes) else {
            return false;
        };
        let of = started(parent).or_else(|| opened.borrow().get(&parent)?.1.start);
        let is_younger = matches!((facts.start, of), (Some(child), Some(of)) if child >= of);
        // The list is older than the handle, and the number may have passed on in between.
        if is_younger && process.opened.parent() == Some(parent) {
            opened.borrow_mut().insert(pid, (process, facts));
        }
        opened.borrow().contains_key(&pid)
    };
    let found = descent::descend(links, known.keys().copied(), |_| true, is_child);
    let mut opened = opened.into_inner();
    let newcomers = found.into_iter().filter_map(|pid| {
        let (process, facts) = opened.remove(&pid)?;
        // The host of a console is a child of whoever had it made, or the parent of the program that it was to start. It leaves
        // with the console's last program, and all of them are lost if it leaves before.
        (!process.opened.is_console_host()).then_some(Newcomer { pid, process, facts })
    });
    Survey {
        newcomers: newcomers.collect(),
        moving: Vec::new(),
    }
}

/// Nobody is stopped here before he is ended.
pub(in crate::stop) fn is_moving(_: u32, _: Option<u64>) -> bool {
    false
}

/// See [`is_moving`].
pub(in crate::stop) fn is_running(_: u32, _: Option<u64>) -> bool {
    false
}

/// The processes that have these numbers now. Who has exited is left out.
pub(in crate::stop) fn identify(pids: &[u32]) -> io::Result<Vec<Newcomer>> {
    // Without a list of all it is not known whom to spare.
    let processes = all()?;
    let open = |pid: &u32| {
        let (process, facts) = Process::open_among(*pid, &processes).ok()?;
        // See above: the host of its console is in a job too.
        (!process.opened.is_console_host()).then_some(Newcomer {
            pid: *pid,
            process,
            facts,
        })
    };
    Ok(pids.iter().filter_map(open).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// It ends with its standard input, so with the test.
    pub(in super::super) fn sleeper() -> std::process::Child {
        let mut command = Command::new("cmd");
        command
            .args(["/c", "pause"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        command.spawn().expect("it starts")
    }

    /// Between the list and the opening a child has exited, and a stranger has got its number.
    #[test]
    fn a_number_that_has_passed_on_since_the_list_is_no_child() {
        let (mut root, mut stranger) = (sleeper(), sleeper());
        let (_held, facts) = Process::open(root.id()).expect("it runs");
        let mut processes = all().unwrap();
        processes.retain(|entry| entry.pid != stranger.id());
        processes.push(Entry {
            pid: stranger.id(),
            parent: root.id(),
            program: "gone.exe".to_owned(),
        });
        let known = HashMap::from([(root.id(), facts.start)]);
        let survey = descendants(&Snapshot(processes), &known, None);
        let found: Vec<u32> = survey.newcomers.iter().map(|one| one.pid).collect();
        for child in [&mut root, &mut stranger] {
            child.kill().and_then(|()| child.wait()).expect("it is ours");
        }
        assert!(!found.contains(&stranger.id()), "a stranger is in the tree: {found:?}");
    }
}
