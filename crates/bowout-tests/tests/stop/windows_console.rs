//! Ctrl-C to another console, by a helper process.

use std::os::windows::process::CommandExt;

use bowout_tests::{Actor, Ended, actor};

use super::stopper;

const DETACHED_PROCESS: u32 = 8;

#[test]
fn term_reaches_a_stranger_as_ctrl_c() {
    for signal in ["TERM", "INT"] {
        let mut target = Actor::ready("exits-on-ctrl-c");
        let pid = target.pid();
        let mut stopper = stopper("stopper", &format!("{signal}/30s/KILL"), &[pid]);
        stopper.expect(&format!("step {pid} {signal} ConsoleCtrlC"));
        stopper.expect(&format!("ended {pid} Stopped exit code 7"));
        target.expect("heard Ctrl-C");
        assert_eq!(target.ended(), Ended::Code(7));
    }
}

#[test]
fn one_that_takes_no_notice_is_terminated_after_its_grace() {
    let target = Actor::ready("ignores-ctrl-c");
    let pid = target.pid();
    let mut stopper = stopper("stopper", "TERM/200ms/KILL", &[pid]);
    stopper.expect(&format!("step {pid} TERM ConsoleCtrlC"));
    stopper.expect(&format!("step {pid} KILL Terminate"));
    stopper.expect(&format!("ended {pid} Stopped exit code 1 forced"));
}

#[test]
fn one_without_a_console_is_not_waited_for() {
    let mut target = Actor::start(actor("exits-on-ctrl-c").creation_flags(DETACHED_PROCESS));
    target.expect("ready");
    let pid = target.pid();
    let mut stopper = stopper("stopper", "TERM/1h/KILL", &[pid]);
    stopper.expect(&format!(
        "missed {pid} TERM CooperativeEvent=NotListening,ServiceStop=NotAService,GroupCtrlBreak=LeadsNoGroupOfOurs,\
         WindowClose=NoWindow,ConsoleCtrlC=NoConsole,InjectedEvent=NotOptedIn"
    ));
    stopper.expect(&format!("step {pid} KILL Terminate"));
    stopper.expect(&format!("ended {pid} Stopped exit code 1 forced"));
}

#[test]
fn the_senders_own_console_is_spared() {
    let mut stopper = Actor::start(actor("stopper-of-neighbour").arg("INT/1h/KILL"));
    let missed = stopper.next_line().expect("a line");
    let own = stopper.pid();
    assert!(
        missed.ends_with(&format!(
            "INT ConsoleCtrlC=SharedConsole {{ with: {own}, why: OwnProcess }},InjectedEvent=NotOptedIn"
        )),
        "{missed}"
    );
    assert!(stopper.next_line().is_some_and(|line| line.ends_with("KILL Terminate")));
    assert!(
        stopper
            .next_line()
            .is_some_and(|line| line.ends_with("exit code 1 forced"))
    );
    stopper.expect("done");
}

#[test]
fn two_on_one_console_hear_one_ctrl_c() {
    let mut first = Actor::start(&mut actor("two-on-a-console"));
    let other = first.number("other");
    first.expect("ready");
    let mut stopper = stopper("stopper", "TERM/1s/KILL", &[first.pid(), other]);
    stopper.expect(&format!("step {} TERM ConsoleCtrlC", first.pid()));
    stopper.expect(&format!("step {other} TERM ConsoleCtrlC"));
    let rest = stopper.rest();
    assert_eq!(
        rest.iter().filter(|line| line.ends_with("forced")).count(),
        2,
        "{rest:?}"
    );
    assert_eq!(first.rest(), ["heard Ctrl-C 1"]);
}
