use std::time::Duration;

use bowout_tests::{Actor, Gate, actor, sys};

/// As with Ctrl-Z while a program cleans up, and `fg` when its grace would long be over.
#[test]
fn a_stop_longer_than_the_grace_costs_none_of_it() {
    let mut command = actor("slow-cleanup");
    command.arg("2000");
    let gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    actor.ask(libc::SIGTERM);
    actor.expect("cleaning");
    actor.ask(libc::SIGSTOP);
    sys::wait_until_stopped(actor.child());
    std::thread::sleep(Duration::from_millis(2_500));
    actor.ask(libc::SIGCONT);
    // Time enough for a clock that had run on to end the process.
    std::thread::sleep(Duration::from_millis(500));
    assert!(actor.is_alive());
    gate.open();
    actor.expect("cleaned slow");
    actor.expect("cleaned below");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}
