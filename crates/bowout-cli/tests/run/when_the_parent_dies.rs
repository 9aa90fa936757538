use std::process::Command;

use bowout_tests::Actor;

use super::bowout_path;

#[test]
fn everybody_is_ended_where_that_was_asked_for() {
    let mut parent = Command::new("sh");
    // The shell waits, so it does not become bowout itself.
    parent.args(["-c", "\"$0\" run --dies-with-parent sh -c 'setsid sleep 1000 & trap \"echo asked\" TERM; echo ready; wait; wait; exit'; echo no"]);
    let mut parent = Actor::start(parent.arg(bowout_path()));
    parent.expect("ready");
    parent.ask(libc::SIGKILL);
    parent.expect("asked");
    // The trap does not end it: that the shell waits for nobody then does.
    assert_eq!(parent.rest(), [""; 0]);
}

#[test]
fn it_lives_on_otherwise() {
    let mut parent = Command::new("sh");
    parent.args(["-c", "\"$0\" run sh -c 'echo ready; sleep 0.5; echo done'; echo no"]);
    let mut parent = Actor::start(parent.arg(bowout_path()));
    parent.expect("ready");
    parent.ask(libc::SIGKILL);
    parent.expect("done");
    assert_eq!(parent.rest(), [""; 0]);
}
