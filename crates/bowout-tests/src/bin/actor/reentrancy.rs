//! Signals that land in the middle of what the threads of a program are doing.

use std::os::unix::thread::JoinHandleExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, spawn, yield_now};
use std::time::{Duration, Instant};

use bowout::listen::{Builder, REPEAT_WINDOW, SecondRequest};

use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    (name == "signals-in-malloc").then_some(signals_in_malloc)
}

const SIGNALS: [i32; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT];

static DONE: AtomicBool = AtomicBool::new(false);

/// Sends its own threads as many signals as the first argument says, each to the next thread, while they allocate.
fn signals_in_malloc() {
    let count = std::env::args()
        .nth(2)
        .and_then(|text| text.parse().ok())
        .expect("a count");
    let shutdown = Builder::new()
        .second_request(SecondRequest::Note)
        .grace(Duration::MAX)
        .listen()
        .expect("it listens");
    let workers: Vec<JoinHandle<usize>> = (0..4).map(|_| spawn(allocate)).collect();
    let targets = workers.iter().map(JoinHandleExt::as_pthread_t).enumerate();
    let began = Instant::now();
    for (number, (at, thread)) in targets.cycle().enumerate() {
        // Long enough for requests that are not the first one told again.
        if number >= count && began.elapsed() > 3 * REPEAT_WINDOW {
            break;
        }
        // Each thread gets every kind in turn.
        let signal = SIGNALS[(number / workers.len() + at) % SIGNALS.len()];
        // SAFETY: the thread was not joined, so its number is its own; pthread_kill(3) takes two numbers.
        let sent = unsafe { libc::pthread_kill(thread, signal) };
        assert_eq!(sent, 0);
        // This thread is one of those that take in what came.
        shutdown.request();
        yield_now();
    }
    DONE.store(true, Ordering::Relaxed);
    let rounds: usize = workers.into_iter().map(|worker| worker.join().expect("it ends")).sum();
    assert!(rounds > 0);
    assert!(shutdown.wait_repeat());
    say("ready");
    shutdown.leave();
}

/// Allocates in small and in large pieces, formats, starts a thread and joins it, frees in another order.
fn allocate() -> usize {
    let mut kept: Vec<String> = Vec::new();
    for round in 0.. {
        if DONE.load(Ordering::Relaxed) {
            return round;
        }
        let size = 1 << (round % 16);
        kept.push(format!("{round:>size$} {:?}", vec![round; size / 64]));
        if round % 64 == 63 {
            let carried = std::mem::take(&mut kept);
            kept = spawn(move || carried.into_iter().step_by(5).collect())
                .join()
                .expect("it ends");
        }
    }
    unreachable!("it counts for ever")
}
