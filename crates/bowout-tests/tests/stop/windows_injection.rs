//! Events put into a process by a thread, where that was asked for.

use std::os::windows::process::CommandExt;

use bowout_tests::{Actor, Ended, actor};

use super::stopper;

const DETACHED_PROCESS: u32 = 8;

/// It has neither console nor window.
fn unreachable() -> Actor {
    let mut target = Actor::start(actor("tells-console-events").creation_flags(DETACHED_PROCESS));
    target.expect("ready");
    target
}

#[test]
fn each_signal_is_its_own_event() {
    for (signal, event) in [("TERM", 0), ("INT", 0), ("BREAK", 1), ("CLOSE", 2)] {
        let mut target = unreachable();
        let pid = target.pid();
        let mut stopper = stopper("stopper-that-injects", &format!("{signal}/30s/KILL"), &[pid]);
        stopper.expect(&format!("step {pid} {signal} InjectedEvent"));
        stopper.expect(&format!("ended {pid} Stopped exit code 7"));
        target.expect(&format!("heard event {event}"));
        assert_eq!(target.ended(), Ended::Code(7));
    }
}

#[test]
fn not_unless_it_was_asked_for() {
    let mut target = unreachable();
    let pid = target.pid();
    let mut stopper = stopper("stopper", "BREAK/30s", &[pid]);
    stopper.expect(&format!(
        "missed {pid} BREAK GroupCtrlBreak=LeadsNoGroupOfOurs,InjectedEvent=NotOptedIn"
    ));
    stopper.expect(&format!("ended {pid} Unreachable exit status unknown"));
    assert!(target.is_alive());
}

#[test]
fn a_milder_route_is_taken_first() {
    let target = Actor::ready("exits-on-term");
    let pid = target.pid();
    let mut stopper = stopper("stopper-that-injects", "TERM/30s/KILL", &[pid]);
    stopper.expect(&format!("step {pid} TERM CooperativeEvent"));
    stopper.expect(&format!("ended {pid} Stopped exit code 7"));
}
