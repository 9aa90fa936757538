//! A server and the workers that it has forked.

use super::super::handle::parent_of;
use super::os::file;
use crate::stop::find::Hit;

/// The place of the one whom all the others descend from, if they all share one socket and run one file: then it is one
/// server. Another program that has handed its socket on, as systemd does, is not taken for the server.
pub(in crate::stop) fn head(hits: &[Hit]) -> Option<usize> {
    let (first, rest) = hits.split_first()?;
    let socket = first.socket?;
    let program = file(first.pid)?;
    let is_akin = |hit: &Hit| hit.socket == Some(socket) && file(hit.pid).as_ref() == Some(&program);
    if !rest.iter().all(is_akin) {
        return None;
    }
    let pids: Vec<u32> = hits.iter().map(|hit| hit.pid).collect();
    root(&pids, parent_of)
}

/// The place of the one from whom all others descend.
fn root(pids: &[u32], parent_of: impl Fn(u32) -> Option<u32>) -> Option<usize> {
    // Parents that exit while we look could make a ring of numbers: the walk is bounded.
    const DEEPEST: usize = 1000;
    let line = |pid| std::iter::successors(parent_of(pid), |pid| parent_of(*pid)).take(DEEPEST);
    pids.iter()
        .position(|root| pids.iter().all(|pid| pid == root || line(*pid).any(|up| up == *root)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_whom_all_others_descend_from() {
        let parent_of = |pid| match pid {
            2 | 3 => Some(1),
            4 => Some(9),
            9 => Some(2),
            5 => Some(6),
            6 => Some(5),
            _ => None,
        };
        assert_eq!(root(&[2, 1, 3], parent_of), Some(1));
        assert_eq!(root(&[4, 2], parent_of), Some(1), "with one between them");
        assert_eq!(root(&[2, 3], parent_of), None, "siblings");
        assert_eq!(root(&[7, 8], parent_of), None);
        assert_eq!(root(&[5, 7], parent_of), None, "a ring ends too");
    }
}
