//! The list of cleanups: last in first out, each once, one at a time, whoever runs them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::block_on::{Crowd, ThreadMark, block_on};

type Name = Cow<'static, str>;

/// What a cleanup does. One that is a plain function is a future that is ready at once.
pub(super) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Entry {
    name: Name,
    task: Task,
}

struct Running {
    id: u64,
    name: Name,
    since: Instant,
    /// Where it is being polled: a cleanup that runs the list itself does not wait for itself.
    thread: Option<ThreadMark>,
    /// Time ran short while it was running: it holds up no other any more.
    overtaken: bool,
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
    /// Those who wait for a running one to end.
    crowd: Crowd,
    /// All have run: one that comes later has nobody to wait for.
    finished: bool,
}

impl List {
    /// Those that are running and are not the caller, which may be one itself.
    fn others_running(&self) -> impl Iterator<Item = &Running> {
        let me = Some(ThreadMark::of_this_thread());
        self.running.iter().filter(move |running| running.thread != me)
    }
}

#[derive(Default)]
pub(super) struct Cleanups {
    list: Mutex<List>,
}

impl Cleanups {
    fn list(&self) -> MutexGuard<'_, List> {
        // No user code runs under this lock, so a poisoned list is a whole one.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a cleanup on top of the list. Once the list was run to its end, it runs at once instead.
    pub(super) fn add(&self, name: Name, task: Task) -> u64 {
        let mut list = self.list();
        let id = list.next_id;
        list.next_id += 1;
        list.waiting.insert(id, Entry { name, task });
        let late = list.finished;
        // Those who wait for one that hangs have something else to do now.
        let crowd = list.crowd.take();
        drop(list);
        crowd.wake();
        if late {
            block_on(self.run());
        }
        id
    }

    /// Takes a cleanup off the list; false if it ran, or runs, already.
    pub(super) fn remove(&self, id: u64) -> bool {
        let removed = self.list().waiting.remove(&id);
        // Dropped here, without the lock: what the closure owns is user code.
        removed.is_some()
    }

    /// Runs what is on the list, the latest first, each when the one before has ended, and ends when all have. A cleanup that
    /// itself leaves the program comes here again: what is left of the list runs then, and it does not wait for itself.
    pub(super) async fn run(&self) {
        while let Some(taken) = poll_fn(|context| self.poll_take(context)).await {
            taken.run().await;
        }
    }

    /// The next one to run, when its turn has come; `None` when all have ended.
    fn poll_take(&self, context: &mut Context<'_>) -> Poll<Option<Taken<'_>>> {
        let mut list = self.list();
        let to_wait_for = if list.waiting.is_empty() {
            list.others_running().count()
        } else {
            list.others_running().filter(|running| !running.overtaken).count()
        };
        if to_wait_for > 0 {
            list.crowd.join(context.waker());
            return Poll::Pending;
        }
        let Some((id, entry)) = list.waiting.pop_last() else {
            list.finished = true;
            return Poll::Ready(None);
        };
        let since = Instant::now();
        list.running.push(Running {
            id,
            name: entry.name.clone(),
            since,
            thread: None,
            overtaken: false,
        });
        Poll::Ready(Some(Taken {
            cleanups: self,
            id,
            since,
            entry: Some(entry),
        }))
    }

    /// Time runs short: one that is running now holds up no other any longer.
    pub(super) fn overtake_running(&self) {
        let mut list = self.list();
        list.running.iter_mut().for_each(|running| running.overtaken = true);
        let crowd = list.crowd.take();
        drop(list);
        crowd.wake();
    }

    /// What was run so far, in the order in which it ended.
    pub(super) fn cleaned(&self) -> Vec<Cleaned> {
        self.list().cleaned.clone()
    }

    /// A number that changes whenever a cleanup begins or ends.
    pub(super) fn progress(&self) -> usize {
        let list = self.list();
        2 * list.cleaned.len() + list.running.len()
    }

    /// What a process leaves undone that ends now, in words.
    pub(super) fn undone(&self) -> Vec<String> {
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
        parts
    }
}

/// A cleanup in the hands of whoever runs it. Dropped before its end, it goes back to the list, for others to finish.
struct Taken<'a> {
    cleanups: &'a Cleanups,
    id: u64,
    since: Instant,
    entry: Option<Entry>,
}

impl Taken<'_> {
    /// Runs it to its end, which may be a panic.
    async fn run(mut self) {
        let outcome = poll_fn(|context| self.poll(context)).await;
        if let Some(entry) = self.entry.take() {
            let Entry { name, task } = entry;
            // What it still owns is user code, and dropped before anybody is told that it has ended.
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(task)));
            self.cleanups.end(
                self.id,
                Some(Cleaned {
                    name,
                    elapsed: self.since.elapsed(),
                    panic: outcome.and(dropped).err().map(message),
                }),
            );
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<std::thread::Result<()>> {
        let Some(entry) = &mut self.entry else {
            return Poll::Ready(Ok(()));
        };
        self.cleanups.set_thread(self.id, Some(ThreadMark::of_this_thread()));
        let polled = catch_unwind(AssertUnwindSafe(|| entry.task.as_mut().poll(context)));
        self.cleanups.set_thread(self.id, None);
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            self.cleanups.list().waiting.insert(self.id, entry);
            self.cleanups.end(self.id, None);
        }
    }
}

impl Cleanups {
    fn set_thread(&self, id: u64, thread: Option<ThreadMark>) {
        let mut list = self.list();
        if let Some(running) = list.running.iter_mut().find(|running| running.id == id) {
            running.thread = thread;
        }
    }

    fn end(&self, id: u64, cleaned: Option<Cleaned>) {
        let mut list = self.list();
        list.running.retain(|running| running.id != id);
        list.cleaned.extend(cleaned);
        let crowd = list.crowd.take();
        drop(list);
        crowd.wake();
    }
}

/// What a panic says.
pub(super) fn message(panic: Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "(no message)".to_owned())
}

#[cfg(test)]
#[path = "cleanup_orders.rs"]
mod orders;

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, mpsc};

    fn add(cleanups: &Arc<Cleanups>, log: &Arc<Mutex<Vec<u32>>>, number: u32) -> u64 {
        let log = log.clone();
        cleanups.add("test".into(), Box::pin(async move { log.lock().unwrap().push(number) }))
    }

    fn poll_once(cleanups: &Cleanups) -> Poll<()> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        std::pin::pin!(cleanups.run()).poll(&mut context)
    }

    #[test]
    fn last_in_first_out_and_once() {
        let (cleanups, log) = (Arc::<Cleanups>::default(), Arc::<Mutex<Vec<u32>>>::default());
        let ids: Vec<u64> = (0..4).map(|number| add(&cleanups, &log, number)).collect();
        assert!(cleanups.remove(ids[1]));
        block_on(cleanups.run());
        block_on(cleanups.run());
        assert_eq!(*log.lock().unwrap(), [3, 2, 0]);
        assert!(!cleanups.remove(ids[0]));
        assert!(cleanups.undone().is_empty());
    }

    #[test]
    fn a_panic_costs_one_cleanup() {
        let (cleanups, log) = (Arc::<Cleanups>::default(), Arc::<Mutex<Vec<u32>>>::default());
        add(&cleanups, &log, 1);
        cleanups.add("bad".into(), Box::pin(async { panic!("broken") }));
        block_on(cleanups.run());
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
            Box::pin(async move {
                entered.send(()).unwrap();
                released.recv().unwrap();
            }),
        );
        let first = std::thread::spawn({
            let cleanups = cleanups.clone();
            move || block_on(cleanups.run())
        });
        inside.recv().unwrap();
        assert!(cleanups.undone()[0].contains("\"hangs\" still running"));
        assert!(
            poll_once(&cleanups).is_pending(),
            "one at a time, as long as there is time"
        );
        cleanups.overtake_running();
        let second = std::thread::spawn({
            let cleanups = cleanups.clone();
            move || block_on(cleanups.run())
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
            Box::pin(async move {
                add(&inner, &inner_log, 2);
                block_on(inner.run());
            }),
        );
        block_on(cleanups.run());
        assert_eq!(*log.lock().unwrap(), [2, 1]);
        add(&cleanups, &log, 3);
        assert_eq!(
            *log.lock().unwrap(),
            [2, 1, 3],
            "one that comes after the end runs at once"
        );
    }
}
