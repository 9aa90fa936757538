use std::time::Duration;

use bowout::listen::REPEAT_WINDOW;
use bowout_tests::{Actor, Gate, actor, sys};

/// Lets the window pass in which two requests are one: this is the spacing that the test is about, not a wait for luck.
fn let_the_window_pass() {
    std::thread::sleep(REPEAT_WINDOW + Duration::from_millis(50));
}

#[test]
fn a_second_request_ends_the_program_at_once_even_while_it_is_busy() {
    let mut actor = Actor::ready("busy");
    actor.ask(sys::INTERRUPT);
    actor.expect("request interrupt");
    let_the_window_pass();
    actor.ask(sys::INTERRUPT);
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
    assert_eq!(actor.next_line(), None, "the cleanups are left undone");
}

#[test]
fn a_second_request_ends_a_program_that_hangs_in_a_cleanup() {
    let mut command = actor("slow-cleanup");
    let gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    actor.expect("cleaning");
    let_the_window_pass();
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    drop(gate);
}

/// `timeout`, systemd and `npm run` tell one thing twice; nobody presses a key ten times in no time.
#[test]
fn ten_requests_in_one_breath_are_one() {
    let mut command = actor("slow-cleanup");
    let gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    for _ in 0..10 {
        actor.ask(sys::INTERRUPT);
    }
    actor.expect("cleaning");
    gate.open();
    actor.expect("cleaned slow");
    actor.expect("cleaned below");
    assert_eq!(actor.next_line(), None);
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}

#[test]
fn a_program_may_take_note_of_it_instead() {
    let mut actor = Actor::ready("note-second");
    actor.ask(sys::INTERRUPT);
    actor.expect("first");
    let_the_window_pass();
    actor.ask(sys::INTERRUPT);
    actor.expect("second");
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}
