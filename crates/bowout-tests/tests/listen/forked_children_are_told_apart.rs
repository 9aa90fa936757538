use bowout_tests::{Actor, actor, sys};

/// It neither steals the parent's request nor runs the parent's cleanups, and a signal does to it what it does to a program
/// that does not listen.
#[test]
fn a_child_forked_without_exec_dies_of_its_signal_and_the_parent_hears_nothing() {
    let mut actor = Actor::start(&mut actor("fork"));
    actor.expect("child killed by 15");
    actor.expect("child exited 0");
    actor.expect("parent requested false");
    actor.ask(libc::SIGTERM);
    actor.expect("request terminate");
    actor.expect("cleaned");
    assert_eq!(actor.next_line(), None);
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}

#[test]
fn a_child_that_listens_for_itself_hears_its_own_requests() {
    let mut actor = Actor::start(&mut actor("fork-listens"));
    assert_eq!(
        actor.rest(),
        [
            "child request terminate",
            "child cleaned",
            "child killed by 15",
            "parent requested false",
            "parent cleaned",
        ]
    );
    assert_eq!(actor.ended(), sys::Ended::Code(0));
}

#[test]
fn a_child_that_listens_for_itself_has_not_inherited_a_request() {
    let mut actor = Actor::start(&mut actor("fork-after-a-request"));
    actor.expect("0 children have inherited a request");
    actor.expect("request terminate");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}

/// Nor does it hear the signals that the parent subscribed to. One that had been ignored before stays ignored in it.
#[test]
fn a_child_has_no_subscriptions_of_its_parents() {
    let mut actor = Actor::start(actor("subscribe-fork").arg("USR1"));
    actor.expect("SIGPIPE is ignored");
    actor.expect(&format!("child killed by {}", libc::SIGUSR1));
    actor.expect("the listener has ended, or is a parent process's: listen first");
    actor.expect("child heard USR2");
    actor.expect(&format!("child killed by {}", libc::SIGUSR1));
    actor.expect("ready");
    actor.ask(libc::SIGUSR1);
    actor.expect("heard USR1");
    actor.ask(libc::SIGTERM);
    assert_eq!(actor.rest(), ["request terminate"]);
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}
