use bowout_tests::{Actor, sys};

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
