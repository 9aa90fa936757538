use bowout_tests::{Actor, sys};

#[test]
fn a_request_cuts_a_sleep_short() {
    let mut actor = Actor::ready("sleep");
    actor.ask(sys::INTERRUPT);
    actor.expect("cut short true");
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}
