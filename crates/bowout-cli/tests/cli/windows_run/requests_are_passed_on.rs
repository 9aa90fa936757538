use std::process::Stdio;

use bowout_tests::{Actor, Ask};

use super::super::run;
use super::{Ended, ready, running, told};

#[test]
fn a_polite_one_as_term() {
    let mut target = ready("", "exits-on-term");
    let stopped = run(&format!("stop {}", target.pid()));
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    target.expect("heard the event");
    assert_eq!(target.ended(), Ended::Code(7));
}

#[test]
fn as_another_where_that_is_said() {
    let mut target = ready("--map TERM=KILL", "exits-on-term");
    target.ask(Ask::Cooperative);
    assert_eq!(target.ended(), Ended::Code(1));
    assert_eq!(target.rest(), [""; 0]);
}

/// Nobody types at a console that is not standard input, and in a group of its own Ctrl-C is off.
#[test]
fn ctrl_c_as_term_where_the_program_cannot_hear_it() {
    for event in [0, 1] {
        let mut target = ready(if event == 0 { "" } else { "--map BREAK=TERM" }, "exits-on-term");
        target.ask(Ask::Console(event));
        target.expect("heard the event");
        assert_eq!(target.ended(), Ended::Code(7));
    }
}

/// On a shared console the program hears it itself: a second Ctrl-C would mean "at once" to many.
#[test]
fn ctrl_c_not_a_second_time() {
    let mut target = ready("--foreground", "ignores-ctrl-c");
    for count in 1..=2 {
        let sent = run(&format!("signal INT {}", target.pid()));
        assert_eq!(sent.code, Some(0), "{sent:?}");
        target.expect(&format!("heard Ctrl-C {count}"));
    }
    // Had bowout passed one on, it would have been heard before this ends it.
    let stopped = run(&format!("stop --plan KILL {}", target.pid()));
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    assert_eq!(target.rest(), [""; 0]);
}

/// A program that knows nothing of bowout, on the console that bowout is on.
#[test]
fn term_as_ctrl_c_which_bowout_survives() {
    let mut target = ready("--foreground", "exits-on-ctrl-c");
    target.ask(Ask::Cooperative);
    target.expect("heard Ctrl-C");
    assert_eq!(target.ended(), Ended::Code(7));
}

#[test]
fn what_cannot_be_passed_on_is_told() {
    let mut command = running("--map TERM=CLOSE", "ignores-term");
    let mut run = Actor::start(command.stderr(Stdio::piped()));
    run.expect("ready");
    run.ask(Ask::Cooperative);
    let line = told(&mut run).next().expect("a line").expect("it is text");
    assert!(line.starts_with("bowout: CLOSE did not reach process"), "{line}");
    assert!(run.is_alive());
}
