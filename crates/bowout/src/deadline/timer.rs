//! The one thread of the process that waits for deadlines.
//!
//! The promise to keep: once [`cancel`] has returned, that callback does not run and never will. Everything that is known of
//! a callback is in the queue, under one lock. Only [`watch`] makes it run, by moving it from waiting to running, and it says
//! so when it has ended. `cancel` takes the lock: either the callback still waits, and is taken out, so that nobody can begin
//! it; or it is running, and `cancel` sleeps until it is not; or it has ended. Nothing leads back to waiting.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread::Builder;
use std::time::Instant;

use super::queue::{Key, Queue};
use crate::sys::fork::around_forks;

pub(super) type Callback = Box<dyn FnOnce() + Send>;

struct State {
    queue: Queue<Callback>,
    /// Some thread is in [`watch`], or about to be, and looks at the queue before it sleeps.
    watched: bool,
    /// Until when it sleeps, while it does.
    asleep_until: Option<Instant>,
    /// The process that all this is about.
    process: u32,
}

static STATE: Mutex<State> = Mutex::new(State {
    queue: Queue::new(),
    watched: false,
    asleep_until: None,
    process: 0,
});
static EARLIER: Condvar = Condvar::new();
static ENDED: Condvar = Condvar::new();

fn state() -> MutexGuard<'static, State> {
    // No user code runs under this lock, so a poisoned state is a whole one.
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if state.process != process {
        // The first use, or the first in a forked child, where the thread is not.
        state.queue.forget();
        state.watched = false;
        state.asleep_until = None;
        state.process = process;
    }
    state
}

thread_local! {
    /// The lock, held by a thread that forks: the child has it as this thread left it, and not as the timer's thread did, of
    /// which no program knows that it is there.
    static FORKING: Cell<Option<MutexGuard<'static, State>>> = const { Cell::new(None) };
}

extern "C" fn before_fork() {
    let state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    // A thread that has given up its locals already forks as it would without this.
    let _ = FORKING.try_with(|held| held.set(Some(state)));
}

extern "C" fn after_fork() {
    let _ = FORKING.try_with(Cell::take);
}

/// Has `callback` run at that time.
pub(super) fn set(at: Instant, callback: Callback) -> io::Result<Key> {
    static AROUND_FORKS: Once = Once::new();
    AROUND_FORKS.call_once(|| around_forks(before_fork, after_fork));
    let mut state = state();
    if !state.watched {
        start()?;
        state.watched = true;
    }
    let key = state.queue.add(at, callback);
    if state.asleep_until.is_some_and(|until| at < until) {
        EARLIER.notify_one();
    }
    Ok(key)
}

/// Takes a callback back, and waits for it if it is running. What comes back is to be dropped: that runs user code.
///
/// The thread is not woken for this: it wakes up once when it would have, and many short pieces of work in turn cost no switch
/// of threads.
pub(super) fn cancel(key: Key) -> Option<Callback> {
    let mut state = state();
    let removed = state.queue.remove(key);
    while state.queue.is_running(key) {
        state = ENDED.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    removed
}

fn start() -> io::Result<()> {
    Builder::new().name("bowout-deadline".to_owned()).spawn(watch).map(drop)
}

/// The life of the thread. It runs one callback at the most, then ends: before it begins, another one takes its place, since
/// nobody knows how long a callback takes. Where there is no thread left for that, the others wait for this callback.
fn watch() {
    let mut state = state();
    loop {
        let now = Instant::now();
        if let Some((key, callback)) = state.queue.begin(now) {
            state.watched = state.queue.next_at().is_some() && start().is_ok();
            drop(state);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(callback)) {
                // The panic has been reported by its hook. What it carries may panic again when it is dropped.
                std::mem::forget(panic);
            }
            state = self::state();
            state.queue.end(key);
            ENDED.notify_all();
            if state.watched {
                return;
            }
            state.watched = true;
        } else if let Some(at) = state.queue.next_at() {
            state.asleep_until = Some(at);
            let sleep = at.saturating_duration_since(now);
            (state, _) = EARLIER
                .wait_timeout(state, sleep)
                .unwrap_or_else(PoisonError::into_inner);
            state.asleep_until = None;
        } else {
            state.watched = false;
            return;
        }
    }
}
