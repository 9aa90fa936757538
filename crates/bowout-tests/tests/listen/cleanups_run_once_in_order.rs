use std::process::Stdio;

use bowout_tests::{Actor, actor, sys};

#[test]
fn last_in_first_out_without_the_one_that_was_removed() {
    let mut actor = Actor::ready("cleanups");
    actor.ask(sys::TERMINATE);
    for line in ["cleaned third", "cleaned second", "cleaned first"] {
        actor.expect(line);
    }
    for line in ["report third None", "report second None", "report first None"] {
        actor.expect(line);
    }
    assert_eq!(actor.next_line(), None);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn a_panic_in_one_leaves_the_others() {
    let mut actor = Actor::start(bowout_tests::actor("cleanup-panics").stderr(Stdio::null()));
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    for line in ["cleaned above", "cleaned below", "report above None"] {
        actor.expect(line);
    }
    actor.expect("report panics Some(\"a cleanup fails\")");
    actor.expect("report below None");
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn one_that_hangs_costs_its_own_time_and_the_deadline_ends_the_program() {
    let mut actor = Actor::start(actor("cleanup-hangs").stderr(Stdio::piped()));
    actor.expect("ready");
    actor.ask(sys::TERMINATE);
    actor.expect("hanging");
    actor.expect("cleaned below");
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    let complaint = std::io::read_to_string(actor.child().stderr.take().expect("it was piped")).expect("it is text");
    assert!(complaint.contains("\"hangs\" still running"), "{complaint:?}");
}

#[test]
fn one_that_hangs_at_the_end_of_main_does_not_hang_the_program() {
    let mut actor = Actor::start(actor("cleanup-hangs-at-the-end").stderr(Stdio::null()));
    actor.expect("cleaned below");
    assert_eq!(actor.ended(), sys::Ended::Code(1));
}

#[test]
fn on_an_early_return() {
    let mut actor = Actor::start(&mut actor("early-return"));
    assert_eq!(actor.rest(), ["cleaned"]);
    assert_eq!(actor.ended(), sys::Ended::Code(0));
}

#[test]
fn when_main_panics() {
    let mut actor = Actor::start(actor("main-panics").stderr(Stdio::null()));
    assert_eq!(actor.rest(), ["cleaned"]);
    assert_eq!(actor.ended(), sys::Ended::Code(101));
}

/// Windows offers nothing that runs before `ExitProcess` (PLATFORM.md).
#[test]
fn on_process_exit_where_the_system_can() {
    let mut actor = Actor::start(&mut actor("process-exit"));
    assert_eq!(actor.rest(), if cfg!(unix) { vec!["cleaned"] } else { vec![] });
    assert_eq!(actor.ended(), sys::Ended::Code(3));
}

#[test]
fn a_cleanup_that_leaves_the_program_runs_the_rest_first() {
    let mut actor = Actor::ready("exit-in-cleanup");
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest(), ["cleaned below"]);
    assert_eq!(actor.ended(), sys::Ended::Code(5));
}
