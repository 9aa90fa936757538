//! What is particular to Unix: stopped processes, and those of others.

use bowout::stop::{self, ExitStatus, OpenError, ProcessId, Protection, Target};
use bowout_tests::{Actor, Ended, skip};
use rustix::process::{Pid, WaitId, WaitIdOptions, getuid, waitid};

use super::{open, plan, stopper};

#[test]
fn one_that_is_stopped_gets_the_request_and_can_act_on_it() {
    let mut actor = Actor::ready("stops-itself");
    let pid = Pid::from_child(actor.child());
    let stopped = waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT).unwrap();
    assert!(stopped.is_some_and(|status| status.stopped()));
    let report = stop::stop(open(&mut actor), &plan("TERM/30s/KILL")).unwrap();
    assert_eq!(report.status, ExitStatus::Code(7), "{report:?}");
    actor.expect("heard 15");
    assert_eq!(actor.ended(), Ended::Code(7));
}

#[test]
fn process_1_is_left_alone() {
    let refused = Target::open(ProcessId::new(1).unwrap()).unwrap_err();
    assert!(
        matches!(
            refused,
            OpenError::Protected {
                why: Protection::Init,
                ..
            }
        ),
        "{refused:?}"
    );
}

#[test]
fn a_number_that_would_turn_negative_is_nobody() {
    for pid in [u32::MAX, u32::MAX - 1, 1 << 31] {
        let refused = Target::open(ProcessId::new(pid).unwrap()).unwrap_err();
        assert!(matches!(refused, OpenError::NoSuchProcess { .. }), "{refused:?}");
    }
}

#[test]
fn one_that_may_not_be_asked_is_told_and_the_others_go_on() {
    if !getuid().is_root() {
        return skip("only root can start processes of another user");
    }
    let mut ours = Actor::ready("sleeper");
    let mut theirs = Actor::ready("sleeper-as-nobody");
    let mut stopper = stopper("stopper-as-nobody", "TERM/30s/KILL", &[ours.pid(), theirs.pid()]);
    let lines = stopper.rest();
    let said = |line: String| lines.contains(&line);
    assert!(
        said(format!("missed {} TERM Signal=PermissionDenied", ours.pid())),
        "{lines:?}"
    );
    assert!(
        said(format!("ended {} PermissionDenied exit status unknown", ours.pid())),
        "{lines:?}"
    );
    assert!(said(format!("step {} TERM Signal", theirs.pid())), "{lines:?}");
    // How it ended is not told: a process that has changed its user keeps that to its parent.
    let stopped = format!("ended {} Stopped", theirs.pid());
    assert!(lines.iter().any(|line| line.starts_with(&stopped)), "{lines:?}");
    assert_eq!(theirs.ended(), Ended::Signal(15));
    assert!(ours.is_alive());
}
