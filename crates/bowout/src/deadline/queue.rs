//! What is to be done when, without a clock or a thread: it is told the time and says what is due.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// When an entry is due, and its number, which no other entry of the process ever has.
pub(super) type Key = (Instant, u64);

/// An entry waits, then runs, then is gone; or it is removed while it waits. It is never in two of these states.
#[derive(Debug)]
pub(super) struct Queue<T> {
    next: u64,
    waiting: BTreeMap<Key, T>,
    running: BTreeSet<Key>,
}

impl<T> Queue<T> {
    pub(super) const fn new() -> Queue<T> {
        Queue {
            next: 0,
            waiting: BTreeMap::new(),
            running: BTreeSet::new(),
        }
    }

    pub(super) fn add(&mut self, at: Instant, entry: T) -> Key {
        let key = (at, self.next);
        self.next += 1;
        self.waiting.insert(key, entry);
        key
    }

    /// Takes the earliest entry, if it is due. It runs until its [`end`](Queue::end).
    pub(super) fn begin(&mut self, now: Instant) -> Option<(Key, T)> {
        let entry = self.waiting.first_entry().filter(|entry| entry.key().0 <= now)?;
        let (key, entry) = entry.remove_entry();
        self.running.insert(key);
        Some((key, entry))
    }

    pub(super) fn end(&mut self, key: Key) {
        self.running.remove(&key);
    }

    /// Takes out an entry that has not begun.
    pub(super) fn remove(&mut self, key: Key) -> Option<T> {
        self.waiting.remove(&key)
    }

    pub(super) fn is_running(&self, key: Key) -> bool {
        self.running.contains(&key)
    }

    /// When the earliest entry is due; `None` if none waits.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.waiting.keys().next().map(|(at, _)| *at)
    }

    /// Gives up everything, as a forked child has to: the entries waiting are the parent's, and so is what they own.
    pub(super) fn forget(&mut self) {
        std::mem::forget(std::mem::take(&mut self.waiting));
        self.running.clear();
    }
}
