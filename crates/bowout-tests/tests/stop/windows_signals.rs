//! One meaning for each signal: what no route carries is refused, and never turned into force.

use bowout::Signal;
use bowout::stop::{self, SignalError};
use bowout_tests::Actor;

use super::open;

#[test]
fn what_windows_cannot_say_is_refused_and_nothing_is_done() {
    let mut actor = Actor::ready("sleeper");
    let target = open(&mut actor);
    let can = [Signal::Term, Signal::Int, Signal::Break, Signal::Close, Signal::Kill];
    for signal in bowout::signal::all().filter(|signal| !can.contains(signal)) {
        let refused = stop::signal(&target, signal).unwrap_err();
        assert!(matches!(refused, SignalError::Unsupported(_)), "{signal}: {refused:?}");
        assert!(refused.to_string().contains("BREAK"), "{refused}");
    }
    assert!(actor.is_alive());
}

#[test]
fn a_request_that_no_route_carries_is_an_error_with_each_routes_reason() {
    let mut actor = Actor::ready("sleeper");
    let target = open(&mut actor);
    let refused = stop::signal(&target, "CTRL_BREAK".parse().unwrap()).unwrap_err();
    let text = refused.to_string();
    assert!(
        text.contains("group Ctrl-Break: it leads no process group of ours"),
        "{text}"
    );
    assert!(text.contains("injected event: not asked for"), "{text}");
    assert!(actor.is_alive());
}
