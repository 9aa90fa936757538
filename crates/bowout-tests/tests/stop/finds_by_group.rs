//! By the process group that it is in.

use std::num::NonZeroU32;
use std::os::unix::process::CommandExt;

use bowout::stop::{FindProblem, Query};
use bowout_tests::{Actor, actor};

use super::finding::{found, sorted};

fn group(number: u32) -> Query {
    Query::ProcessGroup(NonZeroU32::new(number).unwrap())
}

/// An actor in this group, or in one of its own.
fn member(of: u32) -> Actor {
    let mut member = Actor::start(actor("sleeper").process_group(of as i32));
    member.expect("ready");
    member
}

#[test]
fn its_members_are_found_whoever_leads_it() {
    let mut leader = member(0);
    let follower = member(leader.pid());
    let stranger = member(0);
    assert_eq!(
        found(&group(leader.pid())).unwrap(),
        sorted([leader.pid(), follower.pid()])
    );
    assert_eq!(found(&group(stranger.pid())).unwrap(), [stranger.pid()]);
    leader.ask(libc::SIGKILL);
    leader.ended();
    assert_eq!(found(&group(leader.pid())).unwrap(), [follower.pid()]);
}

#[test]
fn our_own_shows_us_too() {
    let own = rustix::process::getpgrp().as_raw_nonzero().get().unsigned_abs();
    let members = found(&group(own)).unwrap();
    assert!(members.contains(&std::process::id()), "{members:?}");
}

#[test]
fn one_that_is_not_there() {
    for nobody in [2_000_000_000, u32::MAX] {
        let error = found(&group(nobody)).unwrap_err();
        assert!(matches!(error.problem(), FindProblem::NoMatch { spared } if spared.is_empty()));
        assert_eq!(error.to_string(), format!("process group {nobody}: no process matches"));
    }
}
