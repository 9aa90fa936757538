use std::process::Stdio;

use bowout_tests::{Actor, Ask};

use super::super::finish;
use super::{Ended, is_gone, other, running, start, told};

#[test]
fn whom_the_program_leaves_behind_is_stopped_by_the_plan() {
    let ran = finish(&mut running(
        "-v --plan TERM/1h/KILL",
        "starts-another-and-leaves exits-on-term",
    ));
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.stderr
            .ends_with("others behind: they are stopped\nbowout: TERM sent\n"),
        "{ran:?}"
    );
    assert!(is_gone(&ran), "{ran:?}");
}

#[test]
fn by_force_at_last() {
    let ran = finish(&mut running(
        "-v --plan TERM/100ms/KILL",
        "starts-another-and-leaves ignores-term",
    ));
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.stderr.ends_with("bowout: TERM sent\nbowout: KILL sent\n"),
        "{ran:?}"
    );
    assert!(is_gone(&ran), "{ran:?}");
}

#[test]
fn a_second_request_does_not_wait_for_them() {
    let mut command = running("--plan TERM/1h/KILL -v", "starts-another-and-leaves ignores-term");
    let mut run = Actor::start(command.stderr(Stdio::piped()));
    let other = other(&mut run);
    // The first request is the plan's own.
    assert!(
        told(&mut run)
            .map_while(Result::ok)
            .any(|line| line == "bowout: TERM sent")
    );
    run.ask(Ask::Cooperative);
    assert_eq!(run.ended(), Ended::Code(3));
    assert!(other.0.has_exited());
}

#[test]
fn unless_they_are_to_be_waited_for() {
    let mut run = start("--leftovers wait", "starts-another-and-leaves exits-on-term");
    let other = other(&mut run);
    assert_eq!(run.ended_within(std::time::Duration::from_millis(500)), None);
    assert!(!other.0.has_exited());
    bowout::stop::signal(&other.0, bowout::Signal::Term).expect("it listens");
    assert_eq!(run.ended(), Ended::Code(3));
}

#[test]
fn or_left_alone() {
    let mut run = start("--leftovers leave", "starts-another-and-leaves");
    let other = other(&mut run);
    assert_eq!(run.ended(), Ended::Code(3));
    assert!(!other.0.has_exited());
}

#[test]
fn not_even_when_bowout_is_killed() {
    let mut run = start("", "starts-another");
    let other = other(&mut run);
    run.child().kill().expect("it is our child");
    other.is_awaited();
    // The actor itself has held its output open: the end of it is the end of both.
    assert_eq!(run.rest(), [""; 0]);
}
