//! What all handles of one listener share, and the thread that keeps its promises.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime};

use super::block_on::block_on;
use super::cleanup::Cleanups;
use super::core::{Arrival, Core, Due, Verdict};
use super::events::Events;
use super::request::{Hearing, Request, Sender, Trigger};
use super::sys::{self, Hit};
use super::work::Works;

pub(super) struct Shared {
    core: Mutex<Core>,
    pub(super) works: Works,
    pub(super) cleanups: Cleanups,
    pub(super) events: Events,
    /// The program has begun to leave by itself.
    leaving: AtomicBool,
    told_stopping: Once,
    pub(super) hearing: BTreeMap<Trigger, Hearing>,
    wakers: Mutex<Wakers>,
    #[cfg(feature = "tokio")]
    pub(super) token: std::sync::OnceLock<tokio_util::sync::CancellationToken>,
    /// There is a request. Only ever set after the core knows it.
    requested: AtomicBool,
    /// Somebody was told of a request that came from outside.
    seen: AtomicBool,
    /// The process that listens.
    process: u32,
    /// What the system notes from here on is for another listener. Set under the lock of the core.
    superseded: AtomicBool,
    /// The listener has ended, and its thread ends.
    closed: AtomicBool,
}

#[derive(Default)]
struct Wakers {
    next_key: u64,
    tasks: BTreeMap<u64, Waker>,
    pollables: Vec<sys::Flare>,
}

/// A lock whose holder never runs user code, and so never leaves it half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(core: Core, hearing: BTreeMap<Trigger, Hearing>, events: Events) -> Shared {
        Shared {
            core: Mutex::new(core),
            works: Works::default(),
            cleanups: Cleanups::default(),
            events,
            leaving: AtomicBool::new(false),
            told_stopping: Once::new(),
            hearing,
            wakers: Mutex::default(),
            #[cfg(feature = "tokio")]
            token: std::sync::OnceLock::new(),
            requested: AtomicBool::new(false),
            seen: AtomicBool::new(false),
            process: std::process::id(),
            superseded: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }
    }

    /// The request, if there is one; whoever asks has been told.
    pub(super) fn request(&self) -> Option<Request> {
        if self.requested.load(Ordering::Acquire) || sys::anything_noted() {
            self.look()
        } else {
            None
        }
    }

    /// The same for whoever was just woken: another thread may be about to take in what the bell was rung for, and is waited
    /// for.
    pub(super) fn look(&self) -> Option<Request> {
        let first = self.absorb();
        if first.is_some() && self.leaves_for().is_some() {
            self.seen.store(true, Ordering::Relaxed);
        }
        first
    }

    pub(super) fn repeats(&self) -> u32 {
        self.absorb();
        lock(&self.core).repeats()
    }

    pub(super) fn leaves_for(&self) -> Option<Trigger> {
        lock(&self.core).leaves_for()
    }

    /// What came from outside and was not told to anybody.
    pub(super) fn unseen(&self) -> Option<Trigger> {
        self.leaves_for().filter(|_| !self.seen.load(Ordering::Relaxed))
    }

    /// Takes in what the system has noted since the last time, and gives the request. Any thread may do it; the first one
    /// does, and the others wait for it.
    fn absorb(&self) -> Option<Request> {
        let mut core = lock(&self.core);
        let verdict = if self.superseded.load(Ordering::Relaxed) {
            None
        } else {
            sys::take_hits().map(|hit| note(&mut core, hit)).max()
        };
        let first = core.first();
        self.requested.store(first.is_some(), Ordering::Release);
        drop(core);
        self.act_on(verdict);
        first
    }

    /// A request that did not come through the system's handlers, and so has rung no bell. It means nothing to a listener
    /// that has ended.
    pub(super) fn ask(&self, trigger: Trigger, sender: Option<Sender>) {
        let mut core = lock(&self.core);
        if self.is_closed() {
            return;
        }
        let verdict = note(&mut core, Hit { trigger, sender });
        self.requested.store(true, Ordering::Release);
        drop(core);
        sys::ring();
        self.act_on(Some(verdict));
    }

    fn act_on(&self, verdict: Option<Verdict>) {
        match verdict {
            Some(Verdict::LeaveNow) => self.leave_now("second request"),
            Some(Verdict::Begin) => {
                self.wake_all();
                self.tell_stopping();
            }
            Some(Verdict::Repeat | Verdict::Coalesced) | None => {}
        }
    }

    /// A supervisor hears that we are leaving, before we do. Not so while the program leaves by itself and nobody has asked:
    /// it may only have ended its listener and go on, and telling would have the supervisor end it after a while.
    fn tell_stopping(&self) {
        if !self.leaving.load(Ordering::Relaxed) || self.leaves_for().is_some() {
            self.told_stopping.call_once(|| sys::tell_stopping(self.remaining()));
        }
    }

    /// What is left until the deadline, if there is one.
    fn remaining(&self) -> Option<Duration> {
        lock(&self.core).first().and_then(|request| request.remaining())
    }

    fn wake_all(&self) {
        let mut wakers = lock(&self.wakers);
        let (tasks, pollables) = (std::mem::take(&mut wakers.tasks), std::mem::take(&mut wakers.pollables));
        drop(wakers);
        pollables.iter().for_each(sys::Flare::light);
        tasks.into_values().for_each(Waker::wake);
    }

    /// Has `waker` woken when there is a request; false if there is one already.
    pub(super) fn register(&self, key: &mut Option<u64>, waker: &Waker) -> bool {
        let mut wakers = lock(&self.wakers);
        let key = *key.get_or_insert_with(|| {
            wakers.next_key += 1;
            wakers.next_key
        });
        wakers.tasks.insert(key, waker.clone());
        drop(wakers);
        // Asked after registering: a request in between has either seen the waker or is seen here.
        self.absorb().is_none()
    }

    pub(super) fn unregister(&self, key: u64) {
        let waker = lock(&self.wakers).tasks.remove(&key);
        drop(waker);
    }

    /// Has the flare lit when there is a request, or now if there is one.
    pub(super) fn light_on_request(&self, flare: sys::Flare) {
        let mut wakers = lock(&self.wakers);
        wakers.pollables.push(flare);
        drop(wakers);
        if self.absorb().is_some() {
            self.wake_all();
        }
    }

    /// Ends the listening; what the system noted up to here has been taken in.
    pub(super) fn close(&self) {
        self.absorb();
        self.supersede();
        self.closed.store(true, Ordering::Relaxed);
        sys::ring();
    }

    /// Another listener begins while this one is still leaving: what comes from here on is for that one.
    pub(super) fn supersede(&self) {
        let _core = lock(&self.core);
        self.superseded.store(true, Ordering::Relaxed);
    }

    /// Whether this is the listener of a process that ours was forked from: then its cleanups and handlers are not ours.
    pub(super) fn is_a_parents(&self) -> bool {
        self.process != std::process::id()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Leaves in order, as far as there is time: awaits the work that is going on, then runs the cleanups.
    pub(super) async fn run_cleanups(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.ask(Trigger::Program, None);
        // Whoever took in the request may be about to tell; the process is not to end before that.
        self.tell_stopping();
        poll_fn(|context| self.works.poll_drained(context)).await;
        self.cleanups.run().await;
    }

    /// The same where the program ends now: for the work that is going on, it does not wait.
    pub(super) fn run_cleanups_at_exit(&self) {
        if !self.is_a_parents() {
            self.works.give_up();
            block_on(self.run_cleanups());
        }
    }

    /// The end that is not asked for: says what is left undone, and ends the process as the request would have.
    fn leave_now(&self, why: &str) -> ! {
        let mut undone = self.cleanups.undone();
        undone.extend(self.works.undone());
        if !undone.is_empty() {
            sys::complain(&format!("bowout: {why}: leaving now; {}\n", undone.join("; ")));
        }
        sys::end_at_once(self.leaves_for())
    }

    /// The life of the thread `bowout`: takes in what comes, and sees to it that the deadline is kept. It runs no user code
    /// but wakers.
    fn watch(self: &Arc<Shared>) {
        let mut told = None;
        while !self.is_closed() {
            let seen = sys::watcher_epoch();
            self.absorb();
            let (due, wake_at) = {
                let mut core = lock(&self.core);
                (core.due(Instant::now()), core.wake_at())
            };
            match due {
                Due::Nothing => {
                    self.tell_progress(&mut told);
                    sys::watch(seen, wake_at);
                }
                Due::RunCleanups => self.run_cleanups_elsewhere(),
                Due::LeaveNow => self.leave_now("out of time"),
            }
        }
    }

    /// A supervisor that waits for our end hears of every step towards it, though not more than once a second.
    fn tell_progress(&self, told: &mut Option<Told>) {
        const AT_MOST_EVERY: Duration = Duration::from_secs(1);
        if self.requested.load(Ordering::Acquire) {
            self.tell_stopping();
        }
        if !self.told_stopping.is_completed() {
            return;
        }
        let progress = self.cleanups.progress() + self.works.progress();
        // That the leaving begins, it was told already.
        let last = told.get_or_insert_with(|| Told::now(progress));
        if progress != last.progress && last.at.elapsed() >= AT_MOST_EVERY {
            sys::tell_progress(self.remaining());
            *last = Told::now(progress);
        }
    }

    /// The program did not get to its cleanups in time, or hangs in one: another thread runs what is left and ends the
    /// process, while this one still keeps the deadline.
    fn run_cleanups_elsewhere(self: &Arc<Shared>) {
        self.works.give_up();
        self.cleanups.overtake_running();
        let shared = self.clone();
        let spawned = sys::spawn_for_user_code("bowout-cleanup", move || {
            block_on(shared.cleanups.run());
            // One that is on its way out by itself gets there now; the deadline holds for it all the same.
            if !shared.leaving.load(Ordering::Relaxed) {
                shared.leave_now("out of time");
            }
        });
        if let Err(error) = spawned {
            sys::complain(&format!("bowout: no thread for the cleanups: {error}\n"));
        }
    }

    /// Starts the thread.
    pub(super) fn start(self: &Arc<Shared>) -> std::io::Result<()> {
        let shared = self.clone();
        sys::spawn_watcher("bowout", move || shared.watch())
    }
}

/// What a supervisor was told last.
struct Told {
    progress: usize,
    at: Instant,
}

impl Told {
    fn now(progress: usize) -> Told {
        let at = Instant::now();
        Told { progress, at }
    }
}

fn note(core: &mut Core, hit: Hit) -> Verdict {
    core.request(Arrival {
        trigger: hit.trigger,
        sender: hit.sender,
        limit: sys::time_limit(hit.trigger),
        now: Instant::now(),
        time: SystemTime::now(),
    })
}
