use bowout_tests::{Actor, sys};

const IN_ORDER: [&str; 4] = ["cleaned last", "slept", "cleaned middle", "cleaned first"];

fn cleans_up(scenario: &str) {
    let mut actor = Actor::ready(scenario);
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest(), IN_ORDER);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn on_the_programs_own_executor() {
    cleans_up("async-cleanups");
}

#[test]
fn by_blocking_a_thread_beside_a_runtime() {
    cleans_up("async-cleanups-blocking");
}

#[test]
fn without_any_runtime() {
    cleans_up("async-cleanups-plain");
}

#[test]
fn one_that_never_ends_is_cut_short_by_the_deadline_and_holds_up_no_other() {
    let mut actor = Actor::ready("async-cleanup-hangs");
    actor.ask(sys::TERMINATE);
    actor.expect("cleaned below");
    assert_eq!(actor.next_line(), None);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn one_whose_runner_is_cancelled_is_finished_by_the_next() {
    let mut actor = Actor::ready("async-cleanup-cancelled");
    actor.ask(sys::TERMINATE);
    actor.expect("begun");
    actor.expect("cancelled");
    actor.expect("finished");
    actor.expect("cleaned below");
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
