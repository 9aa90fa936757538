use bowout_tests::{Actor, actor, sys};

/// A pipe that carries the signals' numbers is full after some hundreds; ours carries none.
#[test]
fn sigterm_after_5000_unread_others() {
    for other in [libc::SIGWINCH, libc::SIGHUP] {
        let mut actor = Actor::ready("ignore-all");
        for _ in 0..5_000 {
            actor.ask(other);
        }
        actor.ask(libc::SIGTERM);
        actor.expect("request terminate");
        assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
    }
}

/// A flood of a signal that somebody has subscribed to holds up no request to stop.
#[test]
fn sigterm_after_5000_that_are_subscribed_to() {
    let mut actor = Actor::start(actor("subscriber").arg("WINCH"));
    actor.expect("ready");
    for _ in 0..5_000 {
        actor.ask(libc::SIGWINCH);
    }
    actor.ask(libc::SIGTERM);
    let heard = actor.rest();
    assert!(heard.contains(&"request terminate".to_owned()), "{} lines", heard.len());
    // How many runs the flood is, the scheduler decides; none, if the program got to leave first.
    assert!(heard.len() <= 5_001, "{} lines", heard.len());
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}
