use bowout_tests::{Actor, Ask, sys};

#[cfg(unix)]
const IGNORED: [Ask; 3] = [libc::SIGINT, libc::SIGHUP, libc::SIGQUIT];
#[cfg(windows)]
const IGNORED: [Ask; 2] = [Ask::Console(0), Ask::Console(1)];

/// All of them in one breath: handlers that interrupt each other would overflow the alternate stack.
#[test]
fn what_is_ignored_is_swallowed_and_what_is_handled_is_still_heard() {
    let mut actor = Actor::ready("ignore-all");
    for ask in IGNORED {
        actor.ask(ask);
    }
    actor.ask(sys::TERMINATE);
    let polite = if cfg!(windows) { "cooperative" } else { "terminate" };
    actor.expect(&format!("request {polite}"));
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

/// Left to the default, a trigger ends the program as if it did not listen.
#[cfg(unix)]
#[test]
fn what_is_left_to_the_default_takes_its_default_action() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        let mut actor = Actor::ready("default-all");
        actor.ask(signal);
        assert_eq!(actor.ended(), sys::Ended::Signal(signal));
        assert_eq!(actor.next_line(), None);
    }
}
