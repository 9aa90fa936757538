//! Whom bowout leaves alone, and what it finds in place of a process.

use bowout::Signal;
use bowout::stop::{
    self, ExitStatus, NotSent, OpenError, Outcome, ProcessId, Protection, SignalError, StopError, Stopping, Target,
};
use bowout_tests::{Actor, Ended};

use super::{open, plan, stopper};

#[test]
fn oneself_unless_named() {
    let refused = Target::open(ProcessId::own()).unwrap_err();
    assert!(
        matches!(
            refused,
            OpenError::Protected {
                why: Protection::OwnProcess,
                ..
            }
        ),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("this very process"), "{refused}");
    let other = Target::options().allow(Protection::Ancestor).open(ProcessId::own());
    assert!(other.is_err(), "another protection was lifted, not this one");
    let own = Target::options()
        .allow(Protection::OwnProcess)
        .open(ProcessId::own())
        .unwrap();
    assert!(!own.has_exited());
}

#[test]
fn a_parent() {
    let mut stopper = stopper("stopper", "TERM/5s", &[std::process::id()]);
    stopper.expect(&format!("refused {} Ancestor", std::process::id()));
    stopper.expect("done");
}

#[test]
fn another_process_than_was_meant() {
    let mut actor = Actor::ready("sleeper");
    let target = open(&mut actor);
    let start = target.id().start().expect("this system tells start times");
    let stale = ProcessId::new(actor.pid()).unwrap().started(start - 1);
    let refused = Target::open(stale).unwrap_err();
    let OpenError::PidReused { expected, found, .. } = &refused else {
        panic!("{refused:?}")
    };
    assert_eq!((*expected, *found), (stale, target.id()));
    let again: ProcessId = target.id().to_string().parse().unwrap();
    assert_eq!(Target::open(again).unwrap().id(), target.id());
    assert!(actor.is_alive());
}

#[test]
fn nobody() {
    let mut actor = Actor::ready("sleeper");
    let id = open(&mut actor).id();
    actor.child().kill().unwrap();
    // On Windows the number is taken as long as the child's handle is there, which the harness keeps.
    actor.ended();
    let refused = Target::open(id).unwrap_err();
    let gone = matches!(refused, OpenError::NoSuchProcess { .. } | OpenError::PidReused { .. });
    let exited = matches!(refused, OpenError::AlreadyExited { .. });
    assert!(if cfg!(windows) { exited } else { gone }, "{refused:?}");
}

/// Kills the actor and waits until it has exited, but does not fetch its status.
fn leave_a_zombie(actor: &mut Actor) -> ProcessId {
    let report = stop::stop(open(actor), &plan("KILL/30s")).unwrap();
    assert_eq!(report.outcome, Outcome::Stopped);
    report.id
}

#[test]
fn one_that_has_exited_and_is_not_waited_for() {
    let mut actor = Actor::ready("sleeper");
    let id = leave_a_zombie(&mut actor);
    let refused = Target::open(id).unwrap_err();
    let OpenError::AlreadyExited { parent, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(parent, cfg!(unix).then(std::process::id));
    assert_eq!(
        actor.ended(),
        super::killed(),
        "the status is still there for the parent"
    );
}

#[test]
fn one_that_exits_between_the_opening_and_the_request() {
    for waited_for in [false, true] {
        let mut actor = Actor::ready("sleeper");
        let (one, other) = (open(&mut actor), open(&mut actor));
        leave_a_zombie(&mut actor);
        if waited_for {
            actor.ended();
        }
        let refused = stop::signal(&one, Signal::Term).unwrap_err();
        let SignalError::NotSent { attempts, .. } = &refused else {
            panic!("{refused:?}")
        };
        assert_eq!(attempts[0].result, Err(NotSent::Exited));
        let report = stop::stop(other, &plan("TERM/30s/KILL")).unwrap();
        assert_eq!(report.outcome, Outcome::AlreadyGone);
        assert!(report.steps.is_empty(), "{report:?}");
    }
}

#[test]
fn a_signal_that_does_not_exist_here_before_anything_is_done() {
    let mut actor = Actor::ready("exits-on-term");
    let foreign = if cfg!(windows) { "HUP" } else { "BREAK" };
    let refused = Stopping::begin(vec![open(&mut actor)], &plan(&format!("TERM/1s/{foreign}"))).unwrap_err();
    assert!(matches!(refused, StopError::Unsupported(_)), "{refused:?}");
    assert!(refused.to_string().contains(foreign), "{refused}");
    assert!(actor.is_alive());
    let report = stop::stop(open(&mut actor), &plan("TERM/30s")).unwrap();
    assert_eq!(report.status, ExitStatus::Code(7));
    assert_eq!(actor.ended(), Ended::Code(7));
}
