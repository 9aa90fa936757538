//! What only Windows has, and what it does not tell.

use std::os::windows::process::CommandExt;
use std::process::Command;

use bowout::Signal;
use bowout::inspect::{Console, Inspection, Verdict, Waits};
use bowout::signal::DefaultAction;
use bowout::spawn::Child;
use bowout::stop::{self, ProcessId, Route, Target, Tree};
use bowout_tests::sys::{Ask, service};
use bowout_tests::{Actor, Ended, actor, actor_path, skip, windowed};

const DETACHED_PROCESS: u32 = 8;

/// Looks with the actor as the helper.
fn look(pid: u32) -> Inspection {
    stop::set_helper(actor_path());
    bowout::inspect::inspect(ProcessId::new(pid).expect("not 0")).expect("it runs")
}

fn verdict(found: &Inspection, signal: Signal) -> (Verdict, Option<Route>) {
    let request = found.request(signal).expect("a request to stop");
    (request.verdict, request.route())
}

#[test]
fn its_console_and_who_shares_it() {
    let mut first = Actor::start(&mut actor("two-on-a-console"));
    let other = first.number("other");
    first.expect("ready");
    let found = look(first.pid());
    let windows = found.windows.as_ref().expect("this is Windows");
    assert_eq!(windows.console, Some(Console::SharedWith(vec![other])), "{found:?}");
    // Whether it has a handler nobody tells.
    assert_eq!(
        verdict(&found, Signal::Int),
        (Verdict::Untold, Some(Route::ConsoleCtrlC))
    );
    assert_eq!(found.collateral()[0].to_string(), format!("heard by {other} as well"));
}

#[test]
fn and_that_it_does_not_hear_the_ctrl_c_there() {
    let mut first = Actor::start(actor("beside-a-group").arg("exits-on-ctrl-c"));
    let mut lines: Vec<String> = (0..3).map_while(|_| first.next_line()).collect();
    lines.sort();
    let other = lines[0].strip_prefix("other ").and_then(|pid| pid.parse().ok());
    let found = look(other.expect("a number"));
    let by_first = look(first.pid());
    let target = Target::open(found.id).expect("it runs");
    stop::signal(&target, Signal::Kill).expect("it is ours");
    let windows = found.windows.as_ref().expect("this is Windows");
    assert_eq!(
        windows.console,
        Some(Console::SharedWith(vec![first.pid()])),
        "{found:?}"
    );
    assert_eq!(verdict(&found, Signal::Int), (Verdict::Unreachable, None));
    // And is not hit by one to its neighbour.
    assert!(by_first.collateral().is_empty(), "{by_first:?}");
}

#[test]
fn the_host_of_its_console_is_not_in_its_tree() {
    let actor = Actor::ready("exits-on-ctrl-c");
    let found = look(actor.pid());
    let (hosts, others): (Vec<_>, Vec<_>) = found.descendants.iter().partition(|one| one.is_console_host);
    assert_eq!(hosts.len(), 1, "{found:?}");
    let tree = Tree::of(Target::open(found.id).expect("it runs"));
    let members = tree.members().expect("they can be listed");
    let mut below: Vec<u32> = members.iter().map(|one| one.id.pid()).collect();
    below.retain(|pid| *pid != actor.pid());
    below.sort_unstable();
    let mut told: Vec<u32> = others.iter().map(|one| one.id.pid()).collect();
    told.sort_unstable();
    assert_eq!(told, below, "{found:?}");
}

#[test]
fn one_without_console_window_and_event_can_only_be_ended() {
    let mut actor = Actor::start(actor("exits-on-ctrl-c").creation_flags(DETACHED_PROCESS));
    actor.expect("ready");
    let found = look(actor.pid());
    let windows = found.windows.as_ref().expect("this is Windows");
    assert_eq!(
        (&windows.console, &windows.windows),
        (&Some(Console::None), &Some(vec![]))
    );
    assert_eq!(windows.cooperative_event, Some(false));
    assert_eq!(windows.services.as_deref(), Some(&[][..]));
    assert_eq!(verdict(&found, Signal::Term), (Verdict::Unreachable, None));
    let kill = verdict(&found, Signal::Kill);
    assert_eq!(
        kill,
        (Verdict::Default(DefaultAction::Terminate), Some(Route::Terminate))
    );
}

#[test]
fn the_cooperative_event_is_heard() {
    let mut actor = Actor::ready("exits-on-term");
    let found = look(actor.pid());
    let windows = found.windows.as_ref().expect("this is Windows");
    assert_eq!(windows.cooperative_event, Some(true));
    let term = verdict(&found, Signal::Term);
    assert_eq!(
        term,
        (Verdict::Awaited(Waits::CooperativeEvent), Some(Route::CooperativeEvent))
    );
    actor.ask(Ask::Cooperative);
    actor.expect("heard the event");
    assert_eq!(actor.ended(), Ended::Code(7));
}

#[test]
fn its_windows() {
    for (kind, is_visible) in [("visible", true), ("hidden", false)] {
        let mut program = Actor::start(&mut windowed(kind));
        let said = program.next_line().expect("a line");
        if said != "window" {
            return skip(&said);
        }
        let found = look(program.pid());
        let windows = found.windows.as_ref().expect("this is Windows").windows.as_ref();
        let seen = windows
            .expect("there is a helper")
            .iter()
            .find(|window| window.title == "of a test");
        assert_eq!(seen.map(|window| window.is_visible), Some(is_visible), "{found:?}");
    }
}

#[test]
fn its_services() {
    let Some(mut service) = service("service-without-event") else {
        return;
    };
    let found = look(service.pid());
    let windows = found.windows.as_ref().expect("this is Windows");
    assert_eq!(windows.services.as_ref().map(Vec::len), Some(1), "{found:?}");
    let term = verdict(&found, Signal::Term);
    assert_eq!(
        term,
        (Verdict::Awaited(Waits::ServiceControl), Some(Route::ServiceStop))
    );
    let target = stop::Target::open(found.id).expect("it runs");
    stop::signal(&target, Signal::Term).expect("it is asked");
    service.expect("request service stop");
    service.ended();
}

#[test]
fn its_job_architecture_and_integrity() {
    let mut command = Command::new(actor_path());
    let child = Child::options().spawn(command.arg("sleeper")).expect("it starts");
    let found = look(child.id());
    let windows = found.windows.as_ref().expect("this is Windows");
    assert_eq!(windows.in_job, Some(true));
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "x86-64",
        "aarch64" => "ARM64",
        other => other,
    };
    assert_eq!(windows.architecture.as_deref(), Some(architecture));
    assert!(windows.integrity.is_some() && windows.session.is_some(), "{found:?}");
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
}
