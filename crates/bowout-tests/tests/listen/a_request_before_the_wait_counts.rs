use bowout_tests::{Actor, sys};

#[test]
fn the_wait_returns_at_once_and_so_does_the_next() {
    let mut actor = Actor::ready("request-before-wait");
    actor.ask(sys::TERMINATE);
    actor.expect("flagged");
    actor.close_stdin();
    let polite = if cfg!(windows) { "cooperative" } else { "terminate" };
    assert_eq!(actor.rest(), [format!("request {polite}"), "again true".to_owned()]);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
