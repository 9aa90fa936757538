use bowout_tests::{Actor, Ended, Gate, actor, sys};

#[test]
fn cleanups_run_when_the_work_has_ended() {
    let mut command = actor("work");
    let gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    actor.expect("request");
    assert!(actor.is_alive());
    gate.open();
    actor.expect("work done");
    actor.expect("cleaned");
    assert_eq!(actor.next_line(), None);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn work_that_takes_too_long_costs_the_cleanups_nothing() {
    let mut actor = Actor::ready("work-without-end");
    actor.ask(sys::TERMINATE);
    actor.expect("cleaned");
    assert_eq!(actor.next_line(), None);
    assert_eq!(
        actor.ended(),
        Ended::Code(7),
        "it left by itself, after the time for the work was over"
    );
}

#[test]
fn exit_waits_for_no_work() {
    let mut actor = Actor::start(&mut actor("work-and-exit"));
    if cfg!(unix) {
        actor.expect("cleaned");
    }
    assert_eq!(actor.next_line(), None);
    assert_eq!(actor.ended(), Ended::Code(3));
}
