//! Work that is going on, and that the program does not leave before it has ended.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use super::block_on::Crowd;
use super::shared::Shared;

type Name = Cow<'static, str>;

#[derive(Default)]
pub(super) struct Works {
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    next_id: u64,
    going_on: BTreeMap<u64, Name>,
    ended: usize,
    /// Time runs short: nobody waits any more.
    given_up: bool,
    /// Those who wait for the end of all.
    crowd: Crowd,
}

impl Works {
    fn list(&self) -> MutexGuard<'_, List> {
        // No user code runs under this lock, so a poisoned list is a whole one.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, name: Name) -> u64 {
        let mut list = self.list();
        let id = list.next_id;
        list.next_id += 1;
        list.going_on.insert(id, name);
        id
    }

    fn end(&self, id: u64) {
        let mut list = self.list();
        list.going_on.remove(&id);
        list.ended += 1;
        if list.going_on.is_empty() {
            let crowd = list.crowd.take();
            drop(list);
            crowd.wake();
        }
    }

    /// Whether nothing is going on any more, or there is no time left to wait for it.
    pub(super) fn poll_drained(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut list = self.list();
        if list.given_up || list.going_on.is_empty() {
            return Poll::Ready(());
        }
        list.crowd.join(context.waker());
        Poll::Pending
    }

    /// Time runs short: whoever waits goes on.
    pub(super) fn give_up(&self) {
        let mut list = self.list();
        list.given_up = true;
        let crowd = list.crowd.take();
        drop(list);
        crowd.wake();
    }

    /// A number that changes whenever a piece of work ends.
    pub(super) fn progress(&self) -> usize {
        self.list().ended
    }

    /// What is going on, in words; `None` if nothing.
    pub(super) fn undone(&self) -> Option<String> {
        const MOST: usize = 10;
        let list = self.list();
        let mut names: Vec<String> = list
            .going_on
            .values()
            .take(MOST)
            .map(|name| format!("{name:?}"))
            .collect();
        if list.going_on.len() > MOST {
            names.push(format!("{} more", list.going_on.len() - MOST));
        }
        (!names.is_empty()).then(|| format!("work not finished: {}", names.join(", ")))
    }
}

/// A piece of work that is going on: see [`Handle::work`](super::Handle::work). It ends when this is dropped, on whichever
/// thread.
#[must_use = "the work ends when this is dropped"]
pub struct Work {
    shared: Arc<Shared>,
    id: u64,
}

impl Work {
    pub(super) fn begin(shared: Arc<Shared>, name: Name) -> Work {
        let id = shared.works.begin(name);
        Work { shared, id }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // In a child forked without exec the list may be locked for ever, and is nobody's.
        if !self.shared.is_a_parents() {
            self.shared.works.end(self.id);
        }
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("id", &self.id).finish_non_exhaustive()
    }
}
