//! The list of cleanups itself, in every order of what may happen to it: two run it, one of them may give up in the middle
//! (a future that is dropped), cleanups are taken back and added, time runs short, and one cleanup has to wait for something.
//! Each step takes the list's lock and gives it back; between two of them anything may happen.
//!
//! Whoever runs the list is polled only when it was woken, so that a forgotten waking shows as one that sleeps for ever. Each
//! of these was tried, and is found: a waking left out in `add`, `end` or `overtake_running`; a cleanup whose runner gives up
//! not put back, or still counted as running; one that hangs waited for after time has run short; the last one not waited
//! for; no waiting at all; the first in first out.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};

use super::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// One of those who run the list goes on.
    Poll(usize),
    /// The first of them gives up.
    GiveUp,
    /// This cleanup is taken back.
    Remove(usize),
    /// One more is registered.
    Add,
    /// Time runs short.
    Overtake,
    /// What the slow cleanup waits for happens.
    Open,
}

/// What happens once, at some time.
const ONCE: [Event; 6] = [
    Event::GiveUp,
    Event::Remove(0),
    Event::Remove(SLOW),
    Event::Add,
    Event::Overtake,
    Event::Open,
];

/// The cleanup that waits for something.
const SLOW: usize = 1;

/// What the cleanups see.
#[derive(Default)]
struct Scene {
    open: bool,
    /// The slow one's.
    waker: Option<Waker>,
    /// Who is being polled.
    runner: usize,
    /// Neither begun nor taken back.
    waiting: BTreeSet<usize>,
    /// Begun and not ended, and by whom.
    inside: BTreeMap<usize, usize>,
    overtaken: BTreeSet<usize>,
    done: Vec<usize>,
    removed: Vec<usize>,
    wrong: Option<String>,
}

impl Scene {
    fn poll(&mut self, cleanup: usize, waker: &Waker) -> Poll<()> {
        if self.waiting.contains(&cleanup) && self.waiting.pop_last() != Some(cleanup) {
            self.wrong = Some(format!("{cleanup} is not the latest"));
        }
        self.inside.insert(cleanup, self.runner);
        let others = self.inside.keys().filter(|other| **other != cleanup);
        if others.filter(|other| !self.overtaken.contains(other)).count() > 0 {
            self.wrong = Some(format!("two at a time: {:?}", self.inside));
        }
        if cleanup == SLOW && !self.open {
            self.waker = Some(waker.clone());
            return Poll::Pending;
        }
        self.inside.remove(&cleanup);
        self.done.push(cleanup);
        Poll::Ready(())
    }
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Runner {
    /// `None` when it has ended or given up.
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    woken: Arc<Woken>,
}

struct Play {
    cleanups: Arc<Cleanups>,
    scene: Arc<Mutex<Scene>>,
    ids: Vec<u64>,
    runners: [Runner; 2],
    to_come: Vec<Event>,
}

impl Play {
    fn new() -> Play {
        let cleanups = Arc::<Cleanups>::default();
        let runner = || {
            let list = cleanups.clone();
            let woken = Arc::new(Woken(AtomicBool::new(true)));
            let future = Some(Box::pin(async move { list.run().await }) as Pin<Box<dyn Future<Output = ()>>>);
            Runner { future, woken }
        };
        let runners = [runner(), runner()];
        let mut play = Play {
            cleanups,
            scene: Arc::default(),
            ids: Vec::new(),
            runners,
            to_come: ONCE.to_vec(),
        };
        (0..3).for_each(|_| play.add());
        play
    }

    fn scene(&self) -> MutexGuard<'_, Scene> {
        self.scene.lock().unwrap()
    }

    fn add(&mut self) {
        let (number, scene) = (self.ids.len(), self.scene.clone());
        self.scene().waiting.insert(number);
        let task = poll_fn(move |context| scene.lock().unwrap().poll(number, context.waker()));
        self.ids.push(self.cleanups.add("test".into(), Box::pin(task)));
    }

    fn possible(&self) -> Vec<Event> {
        let ready = |runner: &Runner| runner.future.is_some() && runner.woken.0.load(Ordering::Relaxed);
        let polls = (0..2).filter(|at| ready(&self.runners[*at])).map(Event::Poll);
        polls.chain(self.to_come.iter().copied()).collect()
    }

    fn happens(&mut self, event: Event) {
        self.to_come.retain(|other| *other != event);
        match event {
            Event::Poll(at) => {
                self.scene().runner = at;
                let runner = &mut self.runners[at];
                runner.woken.0.store(false, Ordering::Relaxed);
                let waker = Waker::from(runner.woken.clone());
                let future = runner.future.as_mut().unwrap();
                if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                    runner.future = None;
                }
            }
            Event::GiveUp => {
                self.runners[0].future = None;
                self.scene().inside.retain(|_, runner| *runner != 0);
            }
            Event::Remove(number) => {
                if self.cleanups.remove(self.ids[number]) {
                    self.scene().waiting.remove(&number);
                    self.scene().removed.push(number);
                }
            }
            Event::Add => self.add(),
            Event::Overtake => {
                self.cleanups.overtake_running();
                let mut scene = self.scene();
                scene.overtaken = scene.inside.keys().copied().collect();
            }
            Event::Open => {
                self.scene().open = true;
                let waker = self.scene().waker.take();
                waker.into_iter().for_each(Waker::wake);
            }
        }
    }

    /// Time has run short, and one that hangs keeps another runner from the rest all the same.
    fn is_held_up(&self) -> bool {
        let scene = self.scene();
        let only_hanging = scene.inside.keys().all(|cleanup| scene.overtaken.contains(cleanup));
        let sleeps = |(at, runner): (usize, &Runner)| {
            let is_inside = scene.inside.values().any(|inside| *inside == at);
            runner.future.is_some() && !runner.woken.0.load(Ordering::Relaxed) && !is_inside
        };
        !scene.waiting.is_empty() && only_hanging && self.runners.iter().enumerate().any(sleeps)
    }

    /// Nothing more can happen.
    fn judge(&self) -> Option<String> {
        let scene = self.scene();
        if self.runners.iter().any(|runner| runner.future.is_some()) {
            return Some("one sleeps for ever".to_owned());
        }
        let mut ended = [scene.done.as_slice(), &scene.removed].concat();
        ended.sort_unstable();
        (ended != [0, 1, 2, 3]).then(|| format!("run {:?}, taken back {:?}", scene.done, scene.removed))
    }
}

/// Plays these events again, and then everything that may follow; returns how many orders there are.
fn explore(events: &mut Vec<Event>) -> usize {
    let mut play = Play::new();
    events.iter().for_each(|event| play.happens(*event));
    let possible = play.possible();
    let wrong = play.scene().wrong.take();
    let wrong = wrong.or_else(|| play.is_held_up().then(|| "held up by one that hangs".to_owned()));
    let wrong = wrong.or_else(|| possible.is_empty().then(|| play.judge()).flatten());
    assert_eq!(wrong, None, "{events:?}");
    if possible.is_empty() {
        return 1;
    }
    let mut orders = 0;
    for event in possible {
        events.push(event);
        orders += explore(events);
        events.pop();
    }
    orders
}

#[test]
fn in_no_order_of_events_is_one_lost_or_run_twice_or_slept_through() {
    println!("{} orders", explore(&mut Vec::new()));
}
