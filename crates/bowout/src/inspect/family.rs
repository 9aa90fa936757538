//! Who is above a process, and who is below it. A pure core.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::stop::ProcessId;

/// A process above or below the one that is inspected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Relative {
    /// The process, with its start time where the system tells it.
    pub id: ProcessId,
    /// Its name, where the system tells it.
    pub name: Option<String>,
    /// Its parent's number; `None` where it has none that can be seen.
    pub parent: Option<u32>,
    /// Whether it is the program that Windows runs behind every console. It is a child of whoever had the console made, and
    /// leaves with the console's last program, so a [`Tree`](crate::stop::Tree) does not take it.
    pub is_console_host: bool,
}

/// A process as it stands in a list of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kin {
    pub(super) id: ProcessId,
    pub(super) name: Option<String>,
    /// A number that may mean somebody else by now.
    pub(super) parent: u32,
    /// Its process group, on Unix.
    pub(super) group: Option<u32>,
    /// Windows runs it behind a console.
    pub(super) is_console_host: bool,
}

impl Kin {
    /// Nobody is younger than his child: where start times are told, a number that was given out again is noticed.
    fn is_child_of(&self, parent: &Kin) -> bool {
        let younger = matches!((self.id.start(), parent.id.start()), (Some(child), Some(of)) if of > child);
        self.parent == parent.id.pid() && self.id.pid() != parent.id.pid() && !younger
    }

    fn relative(&self, parent: Option<u32>) -> Relative {
        Relative {
            id: self.id,
            name: self.name.clone(),
            parent,
            is_console_host: self.is_console_host,
        }
    }
}

/// The parent, its parent, and so on.
pub(super) fn above(everybody: &[Kin], pid: u32) -> Vec<Relative> {
    let mut line: Vec<&Kin> = Vec::new();
    let mut at = find(everybody, pid);
    while let Some(kin) = at {
        line.push(kin);
        // Stale numbers could close a ring.
        at = parent(everybody, kin).filter(|parent| !line.contains(parent));
    }
    let line = line.split_off(line.len().min(1));
    let parents = line.iter().skip(1).map(|kin| Some(kin.id.pid())).chain([None]);
    line.iter()
        .zip(parents)
        .map(|(kin, parent)| kin.relative(parent))
        .collect()
}

/// Everybody who comes from it, each behind its parent and the brothers' descendants that were found before.
pub(super) fn below(everybody: &[Kin], pid: u32) -> Vec<Relative> {
    let mut children: HashMap<u32, Vec<&Kin>> = HashMap::new();
    for kin in everybody {
        children.entry(kin.parent).or_default().push(kin);
    }
    let mut found = Vec::new();
    let mut at: Vec<&Kin> = find(everybody, pid).into_iter().collect();
    while let Some(of) = at.pop() {
        if of.id.pid() != pid {
            found.push(of.relative(Some(of.parent)));
        }
        // They are taken out, so that stale numbers in a ring come to an end.
        let mut next = children.remove(&of.id.pid()).unwrap_or_default();
        next.retain(|kin| kin.is_child_of(of) && kin.id.pid() != pid);
        // The last is taken up first.
        next.sort_by_key(|kin| Reverse(kin.id.pid()));
        at.extend(next);
    }
    found
}

/// Who is in a process group, without this one.
pub(super) fn in_group(everybody: &[Kin], group: u32, pid: u32) -> Vec<u32> {
    let others = everybody
        .iter()
        .filter(|kin| kin.group == Some(group) && kin.id.pid() != pid);
    others.map(|kin| kin.id.pid()).collect()
}

fn find(everybody: &[Kin], pid: u32) -> Option<&Kin> {
    everybody.iter().find(|kin| kin.id.pid() == pid)
}

fn parent<'a>(everybody: &'a [Kin], of: &Kin) -> Option<&'a Kin> {
    find(everybody, of.parent).filter(|parent| of.is_child_of(parent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kin(pid: u32, parent: u32, start: u64) -> Kin {
        Kin {
            id: format!("{pid}:{start}").parse().unwrap(),
            name: None,
            parent,
            group: Some(parent),
            is_console_host: false,
        }
    }

    fn pids(relatives: &[Relative]) -> Vec<u32> {
        relatives.iter().map(|relative| relative.id.pid()).collect()
    }

    #[test]
    fn the_line_of_parents_and_the_tree_below() {
        let all = [
            kin(1, 0, 0),
            kin(5, 1, 1),
            kin(6, 5, 2),
            kin(8, 6, 4),
            kin(7, 6, 3),
            kin(9, 7, 5),
            kin(10, 5, 9),
        ];
        assert_eq!(pids(&above(&all, 6)), [5, 1]);
        assert_eq!(above(&all, 6)[0].parent, Some(1));
        assert_eq!(above(&all, 6)[1].parent, None);
        assert_eq!(pids(&below(&all, 6)), [7, 9, 8], "each behind its parent");
        assert_eq!(below(&all, 6)[1].parent, Some(7));
        assert_eq!(in_group(&all, 6, 7), [8]);
        assert_eq!((above(&all, 77), below(&all, 77)), (vec![], vec![]));
    }

    #[test]
    fn nobody_is_younger_than_his_child() {
        let all = [kin(5, 1, 9), kin(6, 5, 2)];
        assert_eq!((above(&all, 6), below(&all, 5)), (vec![], vec![]));
    }

    proptest! {
        #[test]
        fn circles_come_to_an_end(parents in proptest::collection::vec(1_u32..20, 20), pid in 1_u32..20) {
            let all: Vec<Kin> = (1..).zip(&parents).map(|(pid, parent)| kin(pid, *parent, 0)).collect();
            let mut found = pids(&below(&all, pid));
            prop_assert!(!found.contains(&pid) && above(&all, pid).len() < 20);
            let count = found.len();
            found.sort_unstable();
            found.dedup();
            prop_assert_eq!(found.len(), count);
        }
    }
}
