use bowout_tests::{Actor, Gate, actor, sys};

#[test]
fn the_wait_returns_at_once_and_so_does_the_next() {
    let mut command = actor("request-before-wait");
    let gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    actor.expect("flagged");
    gate.open();
    let polite = if cfg!(windows) { "cooperative" } else { "terminate" };
    assert_eq!(actor.rest(), [format!("request {polite}"), "again true".to_owned()]);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
