use std::time::{Duration, Instant};

use bowout_tests::{Actor, actor, sys};

#[test]
fn the_cleanups_run_before_the_deadline_and_the_program_ends_though_main_never_looks() {
    let grace = Duration::from_millis(800);
    let mut actor = Actor::start(actor("busy").arg(grace.as_millis().to_string()));
    actor.expect("ready");
    let asked = Instant::now();
    actor.ask(sys::TERMINATE);
    let polite = if cfg!(windows) { "cooperative" } else { "terminate" };
    actor.expect(&format!("request {polite}"));
    actor.expect("cleaned");
    assert!(
        asked.elapsed() >= grace / 2,
        "the program had most of its grace to itself"
    );
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
