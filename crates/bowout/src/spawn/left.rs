//! Children that nobody holds any more and that still need us: one that runs is a zombie when it ends, unless somebody fetches
//! its exit status; a cgroup waits for being empty; and a job that ends its members when it is closed must stay open.
//!
//! No thread is kept for them. They are looked at when a child is started or let go, so many at a time, those first who were not
//! looked at for longest: zombies do not become more and more.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::sys::Process;

static LEFT: Mutex<VecDeque<Arc<Process>>> = Mutex::new(VecDeque::new());

/// How many of them are looked at at a time. A program may leave thousands running, and start the next one at once.
const AT_A_TIME: usize = 64;

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
            .push_front(Arc::clone(process));
    }
    sweep();
}

/// Forgets those who need us no longer, as far as it looks.
pub(super) fn sweep() {
    let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
    sweep_some(&mut left, |process| process.is_done());
}

fn sweep_some<T>(left: &mut VecDeque<T>, mut is_done: impl FnMut(&T) -> bool) {
    for _ in 0..left.len().min(AT_A_TIME) {
        let needs_us = left.pop_front().filter(|one| !is_done(one));
        left.extend(needs_us);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_looks_at_so_many_and_in_the_end_at_all() {
        let mut left: VecDeque<usize> = (0..1000).collect();
        let mut looks = 0;
        let mut sweep = |left: &mut _| {
            sweep_some(left, |one| {
                looks += 1;
                *one != 7
            });
            std::mem::take(&mut looks)
        };
        assert_eq!(sweep(&mut left), AT_A_TIME);
        while left.len() > 1 {
            assert!(sweep(&mut left) <= AT_A_TIME);
        }
        assert_eq!(sweep(&mut left), 1);
        assert_eq!(left, [7]);
    }
}
