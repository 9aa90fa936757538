use bowout_tests::{Actor, sys};

#[test]
fn an_event_loop_sees_the_request_and_one_that_comes_late_sees_it_too() {
    let mut actor = Actor::ready("pollable");
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest(), ["lit", "late lit"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
