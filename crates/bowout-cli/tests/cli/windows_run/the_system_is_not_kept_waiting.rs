//! Under Wine it is the thread put into the process that stands for the system's: the system ends the process as soon as it
//! comes back, or after 5 s.

use std::time::{Duration, Instant};

use bowout_tests::sys::ends_by;
use bowout_tests::{Actor, Ask, Gate};

use super::{Ended, other, ready, running, start};

#[test]
fn it_is_held_until_the_program_has_left() {
    for event in [2, 5, 6] {
        let mut command = running("--foreground", "slow-cleanup");
        let gate = Gate::before(&mut command);
        let mut run = Actor::start(&mut command);
        run.expect("ready");
        let handler = run.ask_and_watch(event);
        run.expect("cleaning");
        assert!(!handler.has_returned(), "event {event}");
        gate.open();
        run.expect("cleaned slow");
        run.expect("cleaned below");
        assert_eq!(run.ended(), ends_by(Ask::Cooperative));
    }
}

#[test]
fn nor_is_it_waited_longer_than_the_system_does() {
    // The program itself, and one that it has left behind.
    let (mut run, asked) = (ready("--foreground", "ignores-ctrl-c"), Instant::now());
    run.ask(Ask::Console(2));
    run.expect("heard Ctrl-C 1");
    assert_eq!(run.ended(), Ended::Code(1));
    assert!(asked.elapsed() >= Duration::from_secs(4), "{:?}", asked.elapsed());

    let mut run = start(
        "--foreground --plan TERM/1h/KILL",
        "starts-another-and-leaves ignores-ctrl-c",
    );
    let (other, asked) = (other(&mut run), Instant::now());
    run.ask(Ask::Console(2));
    assert_eq!(run.ended(), Ended::Code(3));
    assert!(asked.elapsed() >= Duration::from_secs(4), "{:?}", asked.elapsed());
    assert!(other.0.has_exited());
}
