use std::process::Stdio;

use bowout::stop::Target;
use bowout_tests::Actor;

use super::super::finish;
use super::{Ended, Other, is_gone, ready, running, told};

#[test]
fn by_a_plan() {
    let mut run = ready("--timeout 300ms", "exits-on-term");
    run.expect("heard the event");
    assert_eq!(run.ended(), Ended::Code(124));
}

#[test]
fn the_programs_own_code_is_to_be_had() {
    let mut run = ready("--timeout 300ms --preserve-status", "exits-on-term");
    run.expect("heard the event");
    assert_eq!(run.ended(), Ended::Code(7));
}

#[test]
fn for_the_whole_tree() {
    let ran = finish(&mut running(
        "--timeout 2s --plan TERM/100ms/KILL",
        "starts-another ignores-term",
    ));
    assert_eq!(ran.code, Some(124), "{ran:?}");
    assert!(is_gone(&ran), "{ran:?}");
}

/// Nothing is waited for where nobody could be asked.
#[test]
fn one_who_cannot_be_asked_gets_no_grace() {
    let ran = finish(&mut running("--timeout 100ms --plan CLOSE/1h/KILL", "ignores-term"));
    assert_eq!(ran.code, Some(124), "{ran:?}");
    assert!(ran.stderr.contains("the time is over"), "{ran:?}");
    assert!(ran.stderr.contains("CLOSE did not reach"), "{ran:?}");
}

/// A plan without KILL is no force: whoever outlives it lives on.
#[test]
fn not_by_force_where_the_plan_has_none() {
    let mut command = running("--timeout 100ms --plan TERM/100ms", "ignores-term");
    let mut run = Actor::start(command.stderr(Stdio::piped()));
    let mut lines = told(&mut run).map_while(Result::ok);
    let survivor = lines.find_map(|line| Some(line.strip_suffix(" is still there")?.to_owned()));
    assert_eq!(run.ended(), Ended::Code(124));
    let survivor = survivor.expect("one is told").replace("bowout: ", "");
    Other(Target::open(survivor.parse().expect("an id")).expect("it runs"));
}

#[test]
fn nobody_is_asked_twice() {
    let ran = finish(&mut running(
        "--foreground --timeout 2s --plan TERM/1s/KILL",
        "family hears-both-ways exits-on-ctrl-c",
    ));
    let requests = ran.stdout.lines().filter(|line| line.starts_with("request by")).count();
    assert_eq!(requests, 1, "{ran:?}");
}
