use bowout_tests::{Actor, actor, sys};

/// 200,000 signals from four threads. However many of them are one run, the action runs once more after the last.
#[test]
fn the_last_of_a_storm_is_not_lost() {
    let mut actor = Actor::start(actor("subscribe-storm").arg("USR1"));
    actor.expect("ready");
    actor.expect("the last was seen");
    actor.ask(libc::SIGTERM);
    actor.expect("request terminate");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}
