//! What a plan would do, without doing it.

use bowout::Signal;
use bowout::stop::{self, ExitStatus, NotSent, Route};
use bowout_tests::{Actor, Ended};

use super::{TERM_ROUTE, open, plan};

#[test]
fn nothing_is_done() {
    let mut actor = Actor::ready("exits-on-term");
    let target = open(&mut actor);
    let plan = plan("TERM/1h/KILL");
    let stages = plan.preview(&target);
    let routes: Vec<_> = stages.iter().map(|stage| (stage.signal(), stage.route())).collect();
    let force = if cfg!(windows) { Route::Terminate } else { Route::Signal };
    assert_eq!(routes, [(Signal::Term, Some(TERM_ROUTE)), (Signal::Kill, Some(force))]);
    assert!(actor.is_alive());
    let report = stop::stop(target, &plan).unwrap();
    assert_eq!(report.status, ExitStatus::Code(7));
    assert_eq!(
        actor.next_line().map(|line| line.starts_with("heard")),
        Some(true),
        "and nothing was heard before"
    );
    assert_eq!(actor.ended(), Ended::Code(7));
}

#[test]
fn one_that_has_exited_is_told() {
    let mut actor = Actor::ready("sleeper");
    let target = open(&mut actor);
    actor.child().kill().unwrap();
    actor.ended();
    for stage in plan("TERM/1h/KILL").preview(&target) {
        assert_eq!(stage.route(), None);
        assert!(
            stage
                .attempts
                .iter()
                .all(|attempt| attempt.result == Err(NotSent::Exited))
        );
    }
}
