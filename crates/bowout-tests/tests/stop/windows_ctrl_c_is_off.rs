//! Who leads a new group has Ctrl-C off from birth: no Ctrl-C on his console is a request to him.

use bowout_tests::{Actor, actor};

use super::stopper;

/// One that leaves at Ctrl-C, and the number of another beside it that has Ctrl-C off. They speak on one output.
fn beside(scenario: &str) -> (Actor, u32) {
    let mut first = Actor::start(actor("beside-a-group").arg(scenario));
    let mut lines: Vec<String> = (0..3).map_while(|_| first.next_line()).collect();
    lines.sort();
    let other = lines[0].strip_prefix("other ").and_then(|pid| pid.parse().ok());
    assert_eq!(lines[1..], ["ready", "ready"]);
    (first, other.expect("a number"))
}

#[test]
fn who_does_not_hear_the_ctrl_c_to_another_is_asked_himself() {
    let (mut first, other) = beside("exits-on-term");
    let mut stopper = stopper("tree-stopper", "TERM/2s/KILL", &[first.pid()]);
    let told = stopper.rest();
    let by_event = format!("step {other} TERM CooperativeEvent");
    assert!(told.contains(&by_event), "{told:?}");
    let mut heard = first.rest();
    heard.sort();
    assert_eq!(heard, ["heard Ctrl-C", "heard the event"], "{told:?}");
}

#[test]
fn who_cannot_be_asked_by_it_is_told_so_and_nobody_else_is_asked_for_him() {
    let (mut first, other) = beside("exits-on-ctrl-c");
    for signal in ["TERM", "INT"] {
        let mut stopper = stopper("stopper", &format!("{signal}/1h"), &[other]);
        let missed = stopper.next_line().expect("a line");
        assert!(missed.starts_with(&format!("missed {other} {signal} ")), "{missed}");
        assert!(missed.contains("ConsoleCtrlC=CtrlCOff"), "{missed}");
        stopper.expect(&format!("ended {other} Unreachable exit status unknown"));
    }
    stopper("tree-stopper", "KILL/5s", &[first.pid()]).rest();
    assert_eq!(first.rest(), [""; 0]);
}
