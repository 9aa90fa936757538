use bowout_tests::{Actor, actor, sys};

/// Handlers on Unix are chained: one that was there before is called, and one that comes later and chains calls ours. ctrlc
/// does not chain: whoever begins to wait goes on top of it.
fn both_hear(peer: &str, order: &str) {
    let mut actor = Actor::start(actor("coexist").args([peer, order]));
    actor.expect("ready");
    actor.ask(libc::SIGINT);
    let mut heard = [actor.next_line(), actor.next_line()];
    heard.sort();
    assert_eq!(
        heard.map(Option::unwrap_or_default),
        ["bowout heard".to_owned(), format!("{peer} heard")]
    );
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGINT));
}

#[test]
fn signal_hook_before() {
    both_hear("signal-hook", "before");
}

#[test]
fn signal_hook_after() {
    both_hear("signal-hook", "after");
}

#[test]
fn tokio_before() {
    both_hear("tokio", "before");
}

#[test]
fn tokio_after() {
    both_hear("tokio", "after");
}

#[test]
fn ctrlc_before() {
    both_hear("ctrlc", "before");
}

#[test]
fn ctrlc_after() {
    both_hear("ctrlc", "after");
}

#[test]
fn signal_hook_before_and_after_one_listener_and_the_next() {
    both_hear("signal-hook", "twice");
}

/// The same for a signal that is no request to stop.
fn both_hear_the_event(order: &str) {
    let mut actor = Actor::start(actor("subscribe-coexist").args(["USR1", order]));
    actor.expect("ready");
    actor.ask(libc::SIGUSR1);
    let mut heard = [actor.next_line(), actor.next_line()].map(Option::unwrap_or_default);
    heard.sort();
    assert_eq!(heard, ["bowout heard", "signal-hook heard"]);
    actor.ask(libc::SIGTERM);
    actor.expect("request terminate");
    actor.expect("removed");
    actor.ask(libc::SIGUSR1);
    actor.expect("signal-hook heard");
}

#[test]
fn signal_hook_before_a_subscription() {
    both_hear_the_event("before");
}

#[test]
fn signal_hook_after_a_subscription() {
    both_hear_the_event("after");
}
