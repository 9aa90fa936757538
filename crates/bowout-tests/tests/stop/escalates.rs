//! Ask, wait, and only then use force.

use std::time::{Duration, Instant};

use bowout::Signal;
use bowout::stop::{self, Event, ExitStatus, Next, Outcome, Stopping};
use bowout_tests::{Actor, Ended, PATIENCE};

use super::{TERM_ROUTE, killed, killed_status, open, plan};

#[test]
fn one_that_listens_leaves_by_itself() {
    let mut actor = Actor::ready("exits-on-term");
    let report = stop::stop(open(&mut actor), &plan("TERM/30s/KILL")).unwrap();
    assert_eq!(report.outcome, Outcome::Stopped);
    assert_eq!(report.status, ExitStatus::Code(7));
    assert!(!report.was_forced());
    assert_eq!(report.steps.len(), 1, "{report:?}");
    assert_eq!(report.steps[0].signal, Signal::Term);
    assert_eq!(report.steps[0].route(), Some(TERM_ROUTE));
    assert!(
        report.elapsed < Duration::from_secs(20),
        "it was noticed at the deadline only"
    );
    assert!(actor.next_line().is_some_and(|line| line.starts_with("heard")));
    assert_eq!(actor.ended(), Ended::Code(7));
}

#[test]
fn one_that_does_not_is_forced_after_its_grace_and_not_before() {
    let mut actor = Actor::ready("ignores-term");
    let grace = Duration::from_millis(300);
    let began = Instant::now();
    let report = stop::stop(open(&mut actor), &plan("TERM/300ms/KILL")).unwrap();
    assert!(began.elapsed() >= grace);
    assert_eq!(report.outcome, Outcome::Stopped);
    assert!(report.was_forced());
    assert_eq!(report.status, killed_status());
    let sent: Vec<Signal> = report.steps.iter().map(|step| step.signal).collect();
    assert_eq!(sent, [Signal::Term, Signal::Kill]);
    assert!(report.steps[1].elapsed >= grace, "{report:?}");
    assert_eq!(actor.ended(), killed());
}

#[test]
fn one_that_refuses_to_die_is_a_result_and_not_a_hang() {
    let mut actor = Actor::ready("ignores-term");
    let report = stop::stop(open(&mut actor), &plan("TERM/50ms/TERM/50ms")).unwrap();
    assert_eq!(report.outcome, Outcome::Survived);
    assert_eq!(report.status, ExitStatus::Unknown);
    assert_eq!(report.steps.len(), 2);
    assert!(report.elapsed >= Duration::from_millis(100));
    assert!(!report.was_forced());
    assert!(actor.is_alive());
}

#[test]
fn force_now_cuts_the_grace_short_from_another_thread() {
    let mut actor = Actor::ready("ignores-term");
    let mut stopping = Stopping::begin(vec![open(&mut actor)], &plan("TERM/1h/KILL/1h")).unwrap();
    let step = stopping.next(PATIENCE).unwrap();
    assert!(matches!(step, Next::Event(Event::Step { .. })), "{step:?}");
    let force = stopping.force_handle();
    let other = std::thread::spawn(move || force.force());
    let step = stopping.next(PATIENCE).unwrap();
    let Next::Event(Event::Step { step, .. }) = step else {
        panic!("{step:?}")
    };
    assert_eq!(step.signal, Signal::Kill);
    let reports = stopping.finish().unwrap();
    assert_eq!(reports[0].outcome, Outcome::Stopped);
    assert!(reports[0].was_forced());
    other.join().unwrap();
}

#[test]
fn force_asked_for_before_the_start_goes_straight_to_the_last_stage() {
    let mut actor = Actor::ready("exits-on-term");
    let stopping = Stopping::begin(vec![open(&mut actor)], &plan("TERM/1h/KILL/1h")).unwrap();
    stopping.force_handle().force();
    let reports = stopping.finish().unwrap();
    assert_eq!(reports[0].steps.len(), 1);
    assert!(reports[0].was_forced());
}

#[test]
fn the_wait_can_be_watched() {
    let mut actor = Actor::ready("ignores-term");
    let mut stopping = Stopping::begin(vec![open(&mut actor)], &plan("TERM/1h/KILL")).unwrap();
    assert!(stopping.waiting().next().is_none(), "nobody was asked yet");
    assert!(matches!(
        stopping.next(PATIENCE).unwrap(),
        Next::Event(Event::Step { .. })
    ));
    let (timeout, began) = (Duration::from_millis(30), Instant::now());
    assert!(matches!(stopping.next(timeout).unwrap(), Next::TimedOut));
    assert!(began.elapsed() >= timeout);
    let left: Vec<_> = stopping.waiting().collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id.pid(), actor.pid());
    assert_eq!((left[0].signal, left[0].next), (Signal::Term, Some(Signal::Kill)));
    let hour = Duration::from_secs(3600);
    assert!(left[0].remaining <= hour - timeout && left[0].remaining > hour / 2);
    assert_eq!(left[0].name.as_deref(), Some("actor"));
}

#[test]
fn one_that_is_built_on_bowout_hears_it_on_every_system() {
    let mut actor = Actor::ready("wait-exit-7");
    let report = stop::stop(open(&mut actor), &plan("TERM/30s/KILL")).unwrap();
    assert_eq!(report.steps[0].route(), Some(TERM_ROUTE));
    assert_eq!(report.steps.len(), 1, "{report:?}");
    assert_eq!(report.status, ExitStatus::Code(7));
    assert_eq!(actor.ended(), Ended::Code(7));
}
