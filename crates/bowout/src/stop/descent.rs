//! Who comes from whom? The pure core of every walk through a tree.

use std::collections::{HashMap, HashSet, VecDeque};

/// What the system says of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) pid: u32,
    pub(super) parent: u32,
    /// The process that leads its session, on Unix.
    pub(super) session: Option<u32>,
}

/// Those who come from the `known`, without these, each behind the one that it was found by.
///
/// Numbers are given out again, so a link is a claim: `still_known` tells whether a number is still that of the process that
/// is known, `is_child` whether the first is truly the child of the second. Links that lead in a circle, as stale numbers of
/// parents can, end where they began.
pub(super) fn descend(
    links: impl Iterator<Item = Link>,
    known: impl Iterator<Item = u32>,
    still_known: impl Fn(u32) -> bool,
    is_child: impl Fn(u32, u32) -> bool,
) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut in_session: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut leads = HashSet::new();
    for link in links {
        children.entry(link.parent).or_default().push(link.pid);
        match link.session {
            Some(session) if session == link.pid => {
                leads.insert(session);
            }
            Some(session) => in_session.entry(session).or_default().push(link.pid),
            None => {}
        }
    }
    let mut seen: HashSet<u32> = HashSet::new();
    let mut at: VecDeque<u32> = VecDeque::new();
    for pid in known {
        if seen.insert(pid) && still_known(pid) {
            at.push_back(pid);
        }
    }
    let mut found = Vec::new();
    let none = Vec::new();
    while let Some(pid) = at.pop_front() {
        let in_its_session = in_session.get(&pid).filter(|_| leads.contains(&pid)).unwrap_or(&none);
        for child in children.get(&pid).unwrap_or(&none).iter().chain(in_its_session) {
            if !seen.contains(child) && is_child(*child, pid) {
                seen.insert(*child);
                found.push(*child);
                at.push_back(*child);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link(pid: u32, parent: u32) -> Link {
        Link {
            pid,
            parent,
            session: None,
        }
    }

    fn descend_from(links: &[Link], known: &[u32]) -> Vec<u32> {
        descend(links.iter().copied(), known.iter().copied(), |_| true, |_, _| true)
    }

    #[test]
    fn parents_come_before_their_children() {
        let links = [link(5, 4), link(4, 3), link(3, 2), link(9, 8), link(6, 3)];
        assert_eq!(descend_from(&links, &[2]), [3, 4, 6, 5]);
        assert_eq!(descend_from(&links, &[5]), []);
        assert_eq!(
            descend_from(&links, &[3, 2]),
            [4, 6, 5],
            "the known are not found again"
        );
    }

    #[test]
    fn stale_parents_in_a_circle_come_to_an_end() {
        let links = [link(2, 4), link(3, 2), link(4, 3), link(7, 7)];
        assert_eq!(descend_from(&links, &[2]), [3, 4]);
        assert_eq!(descend_from(&links, &[7]), []);
    }

    #[test]
    fn a_claim_that_does_not_hold_leads_nowhere() {
        let links = [link(3, 2), link(4, 3), link(5, 2), link(6, 5)];
        let found = descend(links.iter().copied(), [2].into_iter(), |_| true, |child, _| child != 3);
        assert_eq!(found, [5, 6]);
        let found = descend(links.iter().copied(), [2, 5].into_iter(), |pid| pid != 2, |_, _| true);
        assert_eq!(found, [6], "2 is somebody else by now");
    }

    #[test]
    fn a_session_belongs_to_whoever_leads_it() {
        let of = |pid, parent, session| Link {
            session: Some(session),
            ..link(pid, parent)
        };
        // 20 has lost its parent; 30 is in the session of the root's parent; 40 leads one of its own.
        let links = [
            of(10, 5, 10),
            of(20, 1, 10),
            of(30, 1, 5),
            of(40, 10, 40),
            of(50, 1, 40),
        ];
        assert_eq!(descend_from(&links, &[10]), [40, 20, 50]);
        let moved = [of(10, 5, 5), of(20, 1, 10)];
        assert_eq!(descend_from(&moved, &[10]), [], "a number that leads no session");
    }

    proptest! {
        #[test]
        fn everybody_is_found_once_and_nobody_else(
            parents in proptest::collection::vec(0u32..40, 40),
            known in proptest::collection::hash_set(0u32..40, 1..4),
        ) {
            let links: Vec<Link> = (0u32..).zip(&parents).map(|(pid, parent)| link(pid, *parent)).collect();
            let known: Vec<u32> = known.into_iter().collect();
            let found = descend_from(&links, &known);
            let comes_from_known = |pid: u32| {
                let mut at = pid;
                for _ in 0..=parents.len() {
                    if known.contains(&at) {
                        return true;
                    }
                    at = parents[at as usize];
                }
                false
            };
            let expected: HashSet<u32> = (0..40).filter(|pid| !known.contains(pid) && comes_from_known(*pid)).collect();
            prop_assert_eq!(found.len(), expected.len());
            prop_assert_eq!(found.into_iter().collect::<HashSet<_>>(), expected);
        }
    }
}
