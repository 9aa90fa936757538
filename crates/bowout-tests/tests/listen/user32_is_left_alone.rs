use bowout_tests::{Actor, actor};

/// A process that has it gets no logoff and shutdown events from the console any more.
#[test]
fn it_is_loaded_when_a_window_is_asked_for_and_not_before() {
    let mut actor = Actor::start(&mut actor("user32"));
    actor.expect("loaded false");
    actor.expect("loaded false");
    actor.expect("window Handled");
    actor.expect("loaded true");
}
