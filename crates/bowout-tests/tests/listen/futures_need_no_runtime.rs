use bowout_tests::{Actor, sys};

#[test]
fn a_tiny_executor_made_by_hand_is_woken() {
    let mut actor = Actor::ready("future");
    actor.ask(sys::INTERRUPT);
    assert_eq!(actor.rest(), ["request interrupt", "again interrupt"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}

#[test]
fn tokio_can_await_it_too() {
    let mut actor = Actor::ready("future-in-tokio");
    actor.ask(sys::INTERRUPT);
    assert_eq!(actor.rest(), ["request interrupt"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}
