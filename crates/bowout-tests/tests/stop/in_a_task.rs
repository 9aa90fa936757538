//! Stopping in a task of tokio's.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use bowout::stop::{Event, Next, Outcome, Plan, Stopping, Target};
use bowout_tests::{Actor, PATIENCE};
use tokio::time::timeout;

use super::{open, plan};

/// One thread does everything: whoever blocks it is found out.
fn in_a_task<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async { timeout(PATIENCE, work).await.expect("it hangs") })
}

#[test]
fn several_at_once_while_other_tasks_go_on() {
    let mut actors = ["exits-on-term", "ignores-term", "exits-on-term"].map(Actor::ready);
    let targets: Vec<Target> = actors.iter_mut().map(open).collect();
    in_a_task(async {
        let stopping = Stopping::begin(targets, &plan("TERM/500ms/KILL/30s")).unwrap();
        // It goes back to sleep then.
        stopping.force_handle().wake();
        let stopping = tokio::spawn(stopping.finish_async());
        let mut turns = 0;
        while !stopping.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            turns += 1;
        }
        assert!(turns > 10, "the thread was held up: {turns}");
        let reports = stopping.await.unwrap().unwrap();
        let forced: Vec<bool> = reports.iter().map(|report| report.was_forced()).collect();
        assert_eq!(forced, [false, true, false], "{reports:?}");
    });
}

#[test]
fn a_wait_that_is_given_up_loses_nothing() {
    let mut actor = Actor::ready("ignores-term");
    let target = open(&mut actor);
    in_a_task(async {
        let mut stopping = Stopping::begin([target], &plan("TERM/inf/KILL/30s")).unwrap();
        let first = stopping.next_async().await.unwrap();
        assert!(matches!(first, Next::Event(Event::Step { .. })), "{first:?}");
        for _ in 0..3 {
            timeout(Duration::from_millis(10), stopping.next_async())
                .await
                .expect_err("nothing happens");
        }
        actor.child().kill().unwrap();
        let Next::Event(Event::Ended(report)) = stopping.next_async().await.unwrap() else {
            panic!("it has ended");
        };
        assert_eq!(report.outcome, Outcome::Stopped);
        assert!(matches!(stopping.next_async().await.unwrap(), Next::Done));
    });
}

/// At whatever moment it comes: before the task sleeps, or while it is about to.
#[test]
fn force_from_another_thread_wakes_the_task() {
    for turn in 0..40 {
        let mut actor = Actor::ready("ignores-term");
        let target = open(&mut actor);
        in_a_task(async {
            let mut stopping = Stopping::begin([target], &plan("TERM/inf/KILL/30s")).unwrap();
            let force = stopping.force_handle();
            stopping.next_async().await.unwrap();
            let ready = Arc::new(Barrier::new(2));
            let forcer = std::thread::spawn({
                let ready = Arc::clone(&ready);
                move || {
                    ready.wait();
                    (0..turn * 25).for_each(|_| std::hint::spin_loop());
                    force.force();
                }
            });
            ready.wait();
            let reports = stopping.finish_async().await.unwrap();
            assert!(reports[0].was_forced(), "{reports:?}");
            forcer.join().unwrap();
        });
    }
}

#[test]
fn many_exits_at_once_are_all_told() {
    let mut actors: Vec<Actor> = (0..20).map(|_| Actor::ready("sleeper")).collect();
    let targets: Vec<Target> = actors.iter_mut().map(open).collect();
    in_a_task(async {
        let stopping = Stopping::begin(targets, &Plan::new(bowout::Signal::Kill)).unwrap();
        let reports = stopping.finish_async().await.unwrap();
        assert_eq!(reports.len(), 20);
        assert!(reports.iter().all(|report| report.was_forced()), "{reports:?}");
    });
}
