use bowout_tests::{Actor, sys};

#[test]
fn by_a_request_and_not_by_each_other() {
    let mut actor = Actor::ready("token");
    actor.ask(sys::TERMINATE);
    actor.expect("cancelled");
    actor.expect("a later one true");
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
