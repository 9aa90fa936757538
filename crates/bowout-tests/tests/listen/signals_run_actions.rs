use std::process::Stdio;

use bowout_tests::{Actor, actor, sys};

#[cfg(unix)]
#[test]
fn every_kind_of_signal_reaches_its_own_action() {
    let names = ["USR1", "USR2", "WINCH", "CHLD", "TSTP", "CONT", "ALRM", "PIPE", "URG"];
    let mut actor = Actor::start(actor("subscriber").args(names));
    actor.expect("ready");
    for name in names {
        let signal: bowout::Signal = name.parse().expect("a signal");
        actor.ask(signal.number().expect("every Unix has it"));
        actor.expect(&format!("heard {name}"));
    }
    actor.ask(sys::TERMINATE);
    actor.expect("request terminate");
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[cfg(target_os = "linux")]
#[test]
fn real_time_signals_too() {
    let mut actor = Actor::start(actor("subscriber").args(["RTMIN", "RTMAX"]));
    actor.expect("ready");
    actor.ask(libc::SIGRTMAX());
    actor.expect("heard RTMIN+30");
    actor.ask(libc::SIGRTMIN());
    actor.expect("heard RTMIN");
}

#[test]
fn subscribers_are_told_in_the_order_in_which_they_came() {
    let (name, ask) = sys::RELOAD;
    let mut actor = Actor::start(actor("subscribe-twice").arg(name));
    actor.expect("ready");
    actor.ask(ask);
    for line in ["first", "second", "first removed"] {
        actor.expect(line);
    }
    actor.ask(ask);
    actor.expect("second");
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest().len(), 1);
}

#[test]
fn an_action_may_subscribe_and_take_itself_back() {
    let (name, ask) = sys::RELOAD;
    let mut actor = Actor::start(actor("subscribe-nested").arg(name));
    actor.expect("ready");
    actor.ask(ask);
    actor.expect("first");
    actor.expect("removed Some(true)");
    actor.ask(ask);
    actor.expect(&format!("heard {name}"));
}

#[test]
fn an_action_may_leave_the_program() {
    let (name, ask) = sys::RELOAD;
    let mut actor = Actor::start(actor("subscribe-leaves").arg(name));
    actor.expect("ready");
    actor.ask(ask);
    assert_eq!(actor.rest(), ["cleaned"]);
    assert_eq!(actor.ended(), sys::Ended::Code(4));
}

#[test]
fn a_panic_is_told_and_costs_nothing_else() {
    let (name, ask) = sys::RELOAD;
    let mut actor = Actor::start(actor("subscribe-panics").arg(name).stderr(Stdio::piped()));
    actor.expect("ready");
    for run in 1..=2 {
        actor.ask(ask);
        actor.expect(&format!("run {run}"));
        actor.expect(&format!("heard {name}"));
    }
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest().len(), 1);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
    let told = std::io::read_to_string(actor.child().stderr.take().expect("it was piped")).expect("it is text");
    assert_eq!(
        told.matches(&format!("on {name} panicked: broken")).count(),
        2,
        "{told}"
    );
}

#[test]
fn an_action_that_hangs_holds_up_no_stop() {
    let (name, ask) = sys::RELOAD;
    let mut actor = Actor::start(actor("subscribe-hangs").arg(name));
    actor.expect("ready");
    actor.ask(ask);
    actor.expect("hangs");
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest().len(), 2);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
