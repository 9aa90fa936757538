use bowout_tests::{Actor, actor, sys};

#[test]
fn a_trigger_is_swallowed_again() {
    let (name, ask) = sys::RELOAD;
    let mut actor = Actor::start(actor("subscribe-removed").arg(name));
    actor.expect("ready");
    actor.ask(ask);
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest().len(), 1);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn it_ends_with_the_listener() {
    let mut actor = Actor::start(actor("subscribe-ended").arg(sys::RELOAD.0));
    assert_eq!(
        actor.rest(),
        [
            "the listener has ended, or is a parent process's: listen first",
            "removed false"
        ]
    );
    assert_eq!(actor.ended(), sys::Ended::Code(0));
}

#[cfg(unix)]
#[test]
fn any_other_signal_does_what_it_did_before() {
    let mut actor = Actor::start(actor("subscribe-removed").arg("USR1"));
    actor.expect("ready");
    actor.ask(libc::SIGUSR1);
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGUSR1));
}

/// Sends one signal at another moment each time; wherever it falls, it must show.
#[cfg(unix)]
fn is_never_lost(scenario: &str, name: &str, signal: i32) {
    let mut heard = 0;
    for round in 0..200 {
        let mut actor = Actor::start(actor(scenario).arg(name));
        actor.expect("ready");
        let until = std::time::Instant::now() + std::time::Duration::from_micros(round % 50 * 20);
        while std::time::Instant::now() < until {
            std::hint::spin_loop();
        }
        actor.ask(signal);
        match actor.ended() {
            sys::Ended::Code(0) => heard += 1,
            ended => assert_eq!(ended, sys::Ended::Signal(signal)),
        }
    }
    println!("{heard} of 200 were heard by an action");
}

#[cfg(unix)]
#[test]
fn a_signal_on_its_way_meanwhile_is_heard_or_does_what_it_did_before() {
    is_never_lost("subscribe-churn", "USR1", libc::SIGUSR1);
}

#[cfg(unix)]
#[test]
fn a_signal_is_not_lost_between_one_listener_and_the_next() {
    is_never_lost("subscribe-listen-churn", "USR1", libc::SIGUSR1);
}
