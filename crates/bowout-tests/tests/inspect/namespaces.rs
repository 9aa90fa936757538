//! The first process of a pid namespace: what it has no handler for does not reach it.

use bowout::Signal;
use bowout::inspect::{Collateral, Verdict, inspect};
use bowout::signal::DefaultAction;
use bowout::stop::ProcessId;
use bowout_tests::{Actor, Lifeline, actor, skip};

/// Starts a program as the first of a namespace, waits until it is ready, and tells its number outside; why it cannot, where
/// there are no namespaces.
fn first(scenario: &str) -> Result<(Actor, ProcessId, Lifeline), String> {
    let mut command = actor("first-of-a-namespace");
    command.arg(scenario);
    let lifeline = Lifeline::around(&mut command);
    let mut parent = Actor::start(&mut command);
    // Both speak on the same output, in either order.
    let (mut ready, mut pid) = (false, None);
    loop {
        let line = parent.next_line().expect("it is not ready yet");
        match line.split_once(' ') {
            None if line == "ready" => ready = true,
            Some(("child", number)) => pid = number.parse().ok(),
            _ => return Err(line),
        }
        if let (true, Some(pid)) = (ready, pid) {
            return Ok((parent, pid, lifeline));
        }
    }
}

#[test]
fn seen_from_outside_only_force_gets_through() {
    let (mut parent, pid, _lifeline) = match first("sleeper") {
        Ok(started) => started,
        Err(why) => return skip(&why),
    };
    let found = inspect(pid).unwrap();
    let linux = found.linux.as_ref().unwrap();
    assert!(linux.is_pid_1() && linux.namespace_pids == [pid.pid(), 1], "{linux:?}");
    assert!(found.collateral().contains(&Collateral::PidNamespace), "{found:?}");
    let verdict = |signal| found.request(signal).unwrap().verdict;
    assert_eq!(verdict(Signal::Term), Verdict::Dropped);
    assert_eq!(verdict(Signal::Kill), Verdict::Default(DefaultAction::Terminate));
    bowout_tests::sys::send(pid.pid(), libc::SIGTERM);
    let again = inspect(found.id).expect("it is still there");
    assert!(again.signals.unwrap().pending.is_empty(), "{again:?}");
    bowout_tests::sys::send(pid.pid(), libc::SIGKILL);
    parent.expect("child left: signal: 9 (SIGKILL)");
}

#[test]
fn one_with_a_handler_hears() {
    let (mut parent, pid, _lifeline) = match first("catches-term") {
        Ok(started) => started,
        Err(why) => return skip(&why),
    };
    let found = inspect(pid).unwrap();
    assert_eq!(found.request(Signal::Term).unwrap().verdict, Verdict::Caught);
    bowout_tests::sys::send(pid.pid(), libc::SIGTERM);
    parent.expect("caught");
    parent.expect("child left: exit status: 7");
}

#[test]
fn seen_from_within_not_even_force() {
    let mut command = actor("inspects-the-first");
    let _lifeline = Lifeline::around(&mut command);
    let mut outside = Actor::start(&mut command);
    let said = outside.rest();
    if said.first().is_some_and(|line| line.starts_with("cannot")) {
        return skip(&said[0]);
    }
    let told = ["TERM Dropped Ok(\"open\")", "KILL Dropped Ok(\"open\")"];
    assert_eq!(said[..2], told, "{said:?}");
    assert_eq!(
        said.last().map(String::as_str),
        Some("still here: true"),
        "both were sent: {said:?}"
    );
}

/// Its `/proc` shows the processes outside, of which one has its number too.
#[test]
fn one_with_a_foreign_proc_says_nothing_of_strangers() {
    let mut command = actor("first-of-a-namespace");
    command.arg("inspects-itself");
    let mut said = Actor::start(&mut command).rest();
    // What its parent says comes in between.
    said.retain(|line| !line.starts_with("child"));
    if said.first().is_some_and(|line| line.starts_with("cannot")) {
        return skip(&said[0]);
    }
    let told = [
        "name None command line None",
        "TERM Untold Ok(\"open\")",
        "KILL Dropped Ok(\"open\")",
        "untold what /proc knows of it",
        "untold parents and children",
        "told",
    ];
    assert_eq!(said, told);
}
