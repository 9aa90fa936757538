use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use bowout::deadline;

/// Thousands of pieces of work that end at the very moment at which their time does: a callback runs while the work is still
/// there, or not at all, and if it ran then the work was not in time.
#[test]
fn none_runs_after_the_work_and_each_that_ran_is_told_of() {
    let (mut in_time, mut late) = (0, 0);
    let enough = Instant::now() + Duration::from_secs(2);
    for round in 0.. {
        let (returned, ran) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let limit = Duration::from_micros(50 + round % 100);
        let outcome = deadline::within(limit, |scope| {
            let (returned, ran) = (returned.clone(), ran.clone());
            let callback = move || {
                assert!(!returned.load(Ordering::SeqCst), "the work has returned");
                ran.store(true, Ordering::SeqCst);
                std::thread::yield_now();
                assert!(!returned.load(Ordering::SeqCst), "the work did not wait");
            };
            scope.on_elapsed(callback).unwrap();
            while scope.remaining() > Duration::from_micros(5) {}
        });
        returned.store(true, Ordering::SeqCst);
        let before = ran.load(Ordering::SeqCst);
        match outcome {
            Ok(()) => {
                assert!(!before, "a callback ran in work that was done in time");
                in_time += 1;
            }
            Err(_) => late += 1,
        }
        assert_eq!(Arc::strong_count(&returned), 1, "the callback is gone with its scope");
        if Instant::now() > enough {
            break;
        }
    }
    println!("{in_time} in time, {late} late");
}

#[test]
fn one_that_is_running_is_waited_for() {
    let (begin, begun) = channel();
    let ended = Arc::new(AtomicBool::new(false));
    let outcome = deadline::within(Duration::from_millis(5), |scope| {
        let ended = ended.clone();
        scope
            .on_elapsed(move || {
                begin.send(()).unwrap();
                std::thread::sleep(Duration::from_millis(50));
                ended.store(true, Ordering::SeqCst);
            })
            .unwrap();
        begun.recv().unwrap();
    });
    assert!(outcome.is_err() && ended.load(Ordering::SeqCst));
}

#[test]
fn a_panic_of_the_work_takes_them_back() {
    let alive = Arc::new(());
    let held = alive.clone();
    let outcome = std::panic::catch_unwind(|| {
        deadline::within(Duration::from_secs(3_600), |scope| {
            scope.on_elapsed(move || drop(held)).unwrap();
            panic!("the work fails");
        })
    });
    assert!(outcome.is_err());
    assert_eq!(Arc::strong_count(&alive), 1);
}
