//! A storm of signals: a program that begins to listen and leaves, again and again, while several processes send it signals as
//! fast as they can and several of its threads register cleanups and take them back. Both sides of it, for the test of
//! everyday length and for the benchmark of a million.

use std::collections::VecDeque;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bowout::listen::{Builder, Handle, Handling, SecondRequest, Trigger};
use rustix::process::{Pid, Signal, kill_process};

use crate::{Actor, Ended, Gate, sys};

/// The scenarios, as the program has to call [`play`] with them.
const TARGET: &str = "storm-target";
const SENDER: &str = "storm-sender";

/// How many processes send, and how many threads register cleanups.
const SENDERS: u64 = 4;
const WORKERS: usize = 4;

/// What the senders send; TERM is sent one at a time by whoever runs the storm.
const NOISE: [Signal; 3] = [Signal::INT, Signal::HUP, Signal::QUIT];

/// After how many stops the memory is looked at first.
const EARLY: u64 = 20;

/// A storm that is over, and that lost nothing.
#[derive(Clone, Debug)]
pub struct Storm {
    /// How many signals the senders sent.
    pub signals: u64,
    /// How many times TERM was sent once, and heard.
    pub stops: u64,
    /// How many listeners began and ended.
    pub listeners: u64,
    /// How many cleanups were registered: each was taken back or ran, once.
    pub cleanups: u64,
    /// How many of them ran.
    pub ran: u64,
    /// The resident memory in KiB, early on and at the end, where the system tells.
    pub resident: Option<(u64, u64)>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Whips one up: `program` gives the command that runs a scenario. Panics where a promise is broken.
pub fn run(program: impl Fn(&str) -> Command, signals: u64) -> Storm {
    let began = Instant::now();
    let mut command = program(TARGET);
    let gate = Gate::before(&mut command);
    let mut target = Actor::start(&mut command);
    // The listener that has no noise around it yet, so that every signal finds a handler.
    target.expect("listening");
    let mut senders: Vec<Actor> = (0..SENDERS)
        .map(|_| {
            let mut command = program(SENDER);
            command.args([target.pid().to_string(), (signals / SENDERS).to_string()]);
            Actor::start(&mut command)
        })
        .collect();
    let (mut stops, mut gate, mut early) = (0, Some(gate), None);
    loop {
        // There is no other request that the target could have heard, and it waits until it has heard this one.
        target.ask(sys::TERMINATE);
        target.expect("told");
        stops += 1;
        if stops == EARLY {
            early = resident(target.pid());
        }
        // A short storm may be over before the target came to much.
        if stops >= EARLY && senders.iter_mut().all(|sender| !sender.is_alive()) {
            if let Some(gate) = gate.take() {
                gate.open();
            }
        }
        match target.next_line().as_deref() {
            Some("listening") => {}
            Some("done") => break,
            other => panic!("it says {other:?}"),
        }
    }
    senders
        .iter_mut()
        .for_each(|sender| assert_eq!(sender.ended(), Ended::Code(0)));
    let late = resident(target.pid());
    let numbers = target.next_line().expect("it gives its numbers");
    let numbers: Vec<u64> = numbers
        .split(' ')
        .map(|number| number.parse().expect("a number"))
        .collect();
    let [listeners, cleanups, removed, ran] = numbers[..] else {
        panic!("{numbers:?}")
    };
    assert_eq!(cleanups, removed + ran, "every cleanup is taken back or runs, once");
    target.expect("last");
    target.ask(sys::TERMINATE);
    assert_eq!(target.ended(), sys::ends_by(sys::TERMINATE));
    Storm {
        signals,
        stops,
        listeners,
        cleanups,
        ran,
        resident: early.zip(late),
        elapsed: began.elapsed(),
    }
}

/// The resident memory of a process in KiB, where `/proc` tells.
fn resident(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// What the program does in these scenarios.
pub fn play(scenario: &str) -> Option<fn()> {
    match scenario {
        TARGET => Some(target),
        SENDER => Some(sender),
        _ => None,
    }
}

/// Sends as many signals to a process as it is told to.
fn sender() {
    let mut numbers = std::env::args().rev().filter_map(|text| text.parse::<i32>().ok());
    let (count, pid) = (numbers.next().expect("a count"), numbers.next().and_then(Pid::from_raw));
    let pid = pid.expect("a process");
    for signal in NOISE.iter().cycle().take(count as usize) {
        kill_process(pid, *signal).expect("it is still there");
        // A signal that is still on its way swallows the next one of its kind; so most of them get there.
        std::thread::yield_now();
    }
}

static DONE: AtomicBool = AtomicBool::new(false);
static REGISTERED: AtomicU64 = AtomicU64::new(0);
static REMOVED: AtomicU64 = AtomicU64::new(0);
static RAN: AtomicU64 = AtomicU64::new(0);
/// The listener that there is at the moment, for the workers.
static PRESENT: Mutex<Option<Handle>> = Mutex::new(None);

/// What hears the signals between two listeners, and is below them all the time.
static HEARD_BELOW: AtomicBool = AtomicBool::new(false);

fn target() {
    for signal in NOISE.into_iter().chain([Signal::TERM]) {
        signal_hook::flag::register(signal.as_raw(), &HEARD_BELOW).expect("it is installed");
    }
    std::thread::spawn(|| {
        Gate::pass();
        DONE.store(true, Ordering::Relaxed);
    });
    let workers: Vec<_> = (0..WORKERS).map(|_| std::thread::spawn(register_and_remove)).collect();
    let mut listeners = 0;
    while !DONE.load(Ordering::Relaxed) {
        // One that must hear the one request that is made, in a storm of signals that it swallows.
        listen_once(Handling::Ignore, |handle| {
            println!("listening");
            let request = match listeners % 3 {
                0 => handle.wait(),
                1 => loop {
                    if let Some(request) = handle.request() {
                        break request;
                    }
                    std::thread::yield_now();
                },
                _ => loop {
                    if let Err(request) = handle.sleep(Duration::from_millis(1)) {
                        break request;
                    }
                },
            };
            assert_eq!(request.trigger(), Trigger::Terminate);
            println!("told");
        });
        // And one to which every signal is a request; it may end before it was told of any.
        listen_once(Handling::Handle, |handle| {
            handle.wait_timeout(Duration::from_millis(1));
        });
        listeners += 2;
    }
    for worker in workers {
        worker.join().expect("no worker fails");
    }
    let numbers = [&REGISTERED, &REMOVED, &RAN].map(|number| number.load(Ordering::Relaxed));
    println!("done\n{listeners} {} {} {}", numbers[0], numbers[1], numbers[2]);
    // A request that the listener before was told of too late is repeated, and may arrive only now.
    let shutdown = builder(Handling::Ignore).listen().expect("it listens");
    println!("last");
    shutdown.wait();
    shutdown.leave();
}

fn builder(noise: Handling) -> Builder {
    let builder = Builder::new().second_request(SecondRequest::Note).grace(Duration::MAX);
    [Trigger::Interrupt, Trigger::Hangup, Trigger::Quit]
        .into_iter()
        .fold(builder, |builder, trigger| builder.on(trigger, noise))
}

fn listen_once(noise: Handling, wait: impl FnOnce(&Handle)) {
    let shutdown = builder(noise).listen().expect("it listens");
    *PRESENT.lock().expect("nobody fails") = Some(shutdown.handle());
    wait(&shutdown);
    for cleaned in shutdown.run_cleanups() {
        assert_eq!(cleaned.panic, None);
    }
}

/// Registers cleanups at the listener that there is, and takes most of them back later, when they may have run.
fn register_and_remove() {
    let mut present = VecDeque::new();
    while !DONE.load(Ordering::Relaxed) {
        let handle = PRESENT.lock().expect("nobody fails").clone();
        let Some(handle) = handle else { continue };
        REGISTERED.fetch_add(1, Ordering::Relaxed);
        present.push_back(handle.cleanup("storm", || {
            RAN.fetch_add(1, Ordering::Relaxed);
        }));
        if present.len() > 16 {
            let removed = present.pop_front().is_some_and(|oldest| oldest.remove());
            REMOVED.fetch_add(removed.into(), Ordering::Relaxed);
            // The others are to have the processors too.
            std::thread::sleep(Duration::from_micros(20));
        }
    }
    let removed = present
        .into_iter()
        .filter_map(|rest| rest.remove().then_some(()))
        .count();
    REMOVED.fetch_add(removed as u64, Ordering::Relaxed);
}
