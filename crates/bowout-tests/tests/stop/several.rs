//! Several at once, under one deadline.

use std::time::{Duration, Instant};

use bowout::stop::{Event, Next, Outcome, Stopping, Target};
use bowout_tests::{Actor, PATIENCE};

use super::{open, plan};

#[test]
fn all_are_asked_at_once_and_the_stubborn_share_one_grace() {
    let scenarios = [
        "ignores-term",
        "exits-on-term",
        "ignores-term",
        "ignores-term",
        "exits-on-term",
        "ignores-term",
    ];
    let mut actors = scenarios.map(Actor::ready);
    let targets: Vec<_> = actors.iter_mut().map(open).collect();
    let (grace, began) = (Duration::from_secs(2), Instant::now());
    let reports = Stopping::begin(targets, &plan("TERM/2s/KILL"))
        .unwrap()
        .finish()
        .unwrap();
    // One after the other it would be four times the grace.
    assert!(
        began.elapsed() >= grace && began.elapsed() < 3 * grace,
        "{:?}",
        began.elapsed()
    );
    for ((report, scenario), actor) in reports.iter().zip(scenarios).zip(&mut actors) {
        assert_eq!(report.id.pid(), actor.pid(), "in the order of the targets");
        assert_eq!(report.outcome, Outcome::Stopped);
        assert_eq!(report.was_forced(), scenario == "ignores-term", "{report:?}");
        if scenario == "exits-on-term" {
            assert!(report.elapsed < grace, "it was held up by the others: {report:?}");
        }
        actor.ended();
    }
}

#[test]
fn each_exit_is_told_when_it_happens() {
    let mut patient = Actor::ready("ignores-term");
    let mut quick = Actor::ready("exits-on-term");
    let targets = vec![open(&mut patient), open(&mut quick)];
    let mut stopping = Stopping::begin(targets, &plan("TERM/1h/KILL")).unwrap();
    let mut told = Vec::new();
    while let Next::Event(event) = stopping.next(PATIENCE).unwrap() {
        match event {
            Event::Step { id, .. } => told.push(("asked", id.pid())),
            Event::Ended(report) => {
                told.push(("ended", report.id.pid()));
                break;
            }
        }
    }
    assert_eq!(
        told,
        [("asked", patient.pid()), ("asked", quick.pid()), ("ended", quick.pid())]
    );
    assert_eq!(stopping.waiting().count(), 1);
    assert_eq!(stopping.reports().len(), 1);
}

#[test]
fn one_that_is_named_twice_is_asked_once() {
    let mut actor = Actor::ready("ignores-term");
    let targets = vec![open(&mut actor), open(&mut actor)];
    let reports = Stopping::begin(targets, &plan("TERM/50ms/KILL"))
        .unwrap()
        .finish()
        .unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].steps.len(), 2);
}

#[test]
fn nobody_at_all_is_done_at_once() {
    let stopping = Stopping::begin(Vec::<Target>::new(), &plan("TERM/1h")).unwrap();
    assert!(stopping.finish().unwrap().is_empty());
}
