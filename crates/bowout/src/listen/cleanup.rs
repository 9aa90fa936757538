//! The list of cleanups: last in, first out, each once, whoever runs them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

type Name = Cow<'static, str>;

struct Entry {
    name: Name,
    work: Box<dyn FnOnce() + Send>,
}

struct Running {
    id: u64,
    name: Name,
    since: Instant,
    thread: ThreadId,
}

/// How one cleanup went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The name it was registered under.
    pub name: Cow<'static, str>,
    /// How long it took.
    pub elapsed: Duration,
    /// The message it panicked with, if it did.
    pub panic: Option<String>,
}

#[derive(Default)]
struct List {
    next_id: u64,
    waiting: BTreeMap<u64, Entry>,
    running: Vec<Running>,
    cleaned: Vec<Cleaned>,
    /// All have run: one that comes later has nobody to wait for.
    finished: bool,
}

#[derive(Default)]
pub(super) struct Cleanups {
    list: Mutex<List>,
    one_ended: Condvar,
}

impl Cleanups {
    fn list(&self) -> MutexGuard<'_, List> {
        // No user code runs under this lock, so a poisoned list is a whole one.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a cleanup on top of the list. Once the list was run to its end, it runs at once instead.
    pub(super) fn add(&self, name: Name, work: Box<dyn FnOnce() + Send>) -> u64 {
        let mut list = self.list();
        let id = list.next_id;
        list.next_id += 1;
        list.waiting.insert(id, Entry { name, work });
        let late = list.finished;
        drop(list);
        if late {
            self.run();
        }
        id
    }

    /// Takes a cleanup off the list; false if it ran, or runs, already.
    pub(super) fn remove(&self, id: u64) -> bool {
        let removed = self.list().waiting.remove(&id);
        // Dropped here, without the lock: what the closure owns is user code.
        removed.is_some()
    }

    /// Runs what is on the list, the latest first, then waits for those that other threads are still running. A cleanup
    /// that itself leaves the program comes here again: what is left of the list runs then, and it does not wait for itself.
    pub(super) fn run(&self) {
        while let Some((id, entry)) = self.take() {
            let since = Instant::now();
            let panic = catch_unwind(AssertUnwindSafe(entry.work)).err().map(message);
            self.note(
                id,
                Cleaned {
                    name: entry.name,
                    elapsed: since.elapsed(),
                    panic,
                },
            );
        }
        let me = std::thread::current().id();
        let mut list = self.list();
        while list.running.iter().any(|running| running.thread != me) {
            list = self.one_ended.wait(list).unwrap_or_else(PoisonError::into_inner);
        }
        list.finished = list.waiting.is_empty();
    }

    fn take(&self) -> Option<(u64, Entry)> {
        let mut list = self.list();
        let (id, entry) = list.waiting.pop_last()?;
        let (name, thread) = (entry.name.clone(), std::thread::current().id());
        list.running.push(Running {
            id,
            name,
            since: Instant::now(),
            thread,
        });
        Some((id, entry))
    }

    fn note(&self, id: u64, cleaned: Cleaned) {
        let mut list = self.list();
        list.running.retain(|running| running.id != id);
        list.cleaned.push(cleaned);
        self.one_ended.notify_all();
    }

    /// What was run so far, in the order in which it ended.
    pub(super) fn cleaned(&self) -> Vec<Cleaned> {
        self.list().cleaned.clone()
    }

    /// What a process leaves undone that ends now, in words; `None` if nothing.
    pub(super) fn undone(&self) -> Option<String> {
        let list = self.list();
        let mut parts: Vec<String> = list
            .running
            .iter()
            .map(|running| {
                format!(
                    "cleanup {:?} still running after {:.1?}",
                    running.name,
                    running.since.elapsed()
                )
            })
            .collect();
        let names: Vec<String> = list
            .waiting
            .values()
            .rev()
            .map(|entry| format!("{:?}", entry.name))
            .collect();
        if !names.is_empty() {
            parts.push(format!("not run: {}", names.join(", ")));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

fn message(panic: Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "(no message)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, mpsc};

    fn add(cleanups: &Arc<Cleanups>, log: &Arc<Mutex<Vec<u32>>>, number: u32) -> u64 {
        let log = log.clone();
        cleanups.add("test".into(), Box::new(move || log.lock().unwrap().push(number)))
    }

    #[test]
    fn last_in_first_out_and_once() {
        let (cleanups, log) = (Arc::<Cleanups>::default(), Arc::<Mutex<Vec<u32>>>::default());
        let ids: Vec<u64> = (0..4).map(|number| add(&cleanups, &log, number)).collect();
        assert!(cleanups.remove(ids[1]));
        cleanups.run();
        cleanups.run();
        assert_eq!(*log.lock().unwrap(), [3, 2, 0]);
        assert!(!cleanups.remove(ids[0]));
        assert_eq!(cleanups.undone(), None);
    }

    #[test]
    fn a_panic_costs_one_cleanup() {
        let (cleanups, log) = (Arc::<Cleanups>::default(), Arc::<Mutex<Vec<u32>>>::default());
        add(&cleanups, &log, 1);
        cleanups.add("bad".into(), Box::new(|| panic!("broken")));
        cleanups.run();
        assert_eq!(*log.lock().unwrap(), [1]);
        assert_eq!(cleanups.cleaned()[0].panic.as_deref(), Some("broken"));
    }

    #[test]
    fn one_that_hangs_leaves_the_rest_to_another_thread() {
        let (cleanups, log) = (Arc::<Cleanups>::default(), Arc::<Mutex<Vec<u32>>>::default());
        add(&cleanups, &log, 1);
        let (entered, inside) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        cleanups.add(
            "hangs".into(),
            Box::new(move || {
                entered.send(()).unwrap();
                released.recv().unwrap();
            }),
        );
        let first = std::thread::spawn({
            let cleanups = cleanups.clone();
            move || cleanups.run()
        });
        inside.recv().unwrap();
        assert!(cleanups.undone().unwrap().contains("\"hangs\" still running"));
        let second = std::thread::spawn({
            let cleanups = cleanups.clone();
            move || cleanups.run()
        });
        while log.lock().unwrap().is_empty() {
            std::thread::yield_now();
        }
        release.send(()).unwrap();
        first.join().unwrap();
        second.join().unwrap();
        assert_eq!(*log.lock().unwrap(), [1]);
    }

    #[test]
    fn a_cleanup_may_register_another_and_may_run_the_list_itself() {
        let (cleanups, log) = (Arc::<Cleanups>::default(), Arc::<Mutex<Vec<u32>>>::default());
        add(&cleanups, &log, 1);
        let (inner, inner_log) = (cleanups.clone(), log.clone());
        cleanups.add(
            "nested".into(),
            Box::new(move || {
                add(&inner, &inner_log, 2);
                inner.run();
            }),
        );
        cleanups.run();
        assert_eq!(*log.lock().unwrap(), [2, 1]);
        add(&cleanups, &log, 3);
        assert_eq!(
            *log.lock().unwrap(),
            [2, 1, 3],
            "one that comes after the end runs at once"
        );
    }
}
