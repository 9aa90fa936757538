//! Ask, wait, and only then use force.

use std::time::{Duration, Instant};

use bowout::Signal;
use bowout::stop::{self, ExitStatus, Outcome, Plan, Route};
use bowout_tests::{Actor, Ended};

use super::open;

fn plan(text: &str) -> Plan {
    text.parse().expect("a plan")
}

#[test]
fn one_that_listens_leaves_by_itself() {
    let mut actor = Actor::ready("exits-on-term");
    let report = stop::stop(open(&mut actor), &plan("TERM/30s/KILL")).unwrap();
    assert_eq!(report.outcome, Outcome::Stopped);
    assert_eq!(report.status, ExitStatus::Code(7));
    assert!(!report.was_forced());
    assert_eq!(report.steps.len(), 1, "{report:?}");
    assert_eq!(report.steps[0].signal, Signal::Term);
    assert_eq!(report.steps[0].route(), Some(Route::Signal));
    assert!(
        report.elapsed < Duration::from_secs(20),
        "it was noticed at once, not at the deadline"
    );
    actor.expect("heard 15");
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
    assert_eq!(
        report.status,
        ExitStatus::Signal {
            number: 9,
            name: Some(Signal::Kill)
        }
    );
    let sent: Vec<Signal> = report.steps.iter().map(|step| step.signal).collect();
    assert_eq!(sent, [Signal::Term, Signal::Kill]);
    assert!(report.steps[1].elapsed >= grace, "{report:?}");
    assert_eq!(actor.ended(), Ended::Signal(9));
}

#[test]
fn one_that_refuses_to_die_is_a_result_and_not_a_hang() {
    let mut actor = Actor::ready("ignores-term");
    let report = stop::stop(open(&mut actor), &plan("INT/50ms/TERM/50ms")).unwrap();
    assert_eq!(report.outcome, Outcome::Survived);
    assert_eq!(report.status, ExitStatus::Unknown);
    assert!(report.elapsed >= Duration::from_millis(100));
    assert!(!report.was_forced());
    assert!(actor.is_alive());
}
