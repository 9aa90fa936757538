use bowout_tests::{Actor, actor, sys};

fn says(scenario: &str, lines: &[&str]) -> Actor {
    let mut actor = Actor::start(&mut actor(scenario));
    for line in lines {
        actor.expect(line);
    }
    actor
}

#[test]
fn twice_is_one_listener_with_two_owners() {
    let mut actor = says("install-twice", &["first dropped", "ready"]);
    actor.ask(sys::INTERRUPT);
    assert_eq!(actor.rest(), ["request interrupt", "cleaned"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}

#[test]
fn twice_with_other_wishes_is_refused_and_changes_nothing() {
    says(
        "install-differs",
        &[
            "the program listens already, and the grace period differs: set it where it listens first",
            "the program listens already, and the handling of hangup differs: set it where it listens first",
            "ready",
        ],
    );
}

/// The one that is leaving has heard what it leaves for: what comes now is for the other.
#[test]
fn while_the_one_before_still_cleans_up() {
    let mut actor = says("install-while-leaving", &["ready"]);
    actor.ask(sys::INTERRUPT);
    actor.expect("listens again");
    actor.ask(sys::TERMINATE);
    let rest = actor.rest();
    assert!(
        ["request terminate", "request cooperative"].contains(&rest[0].as_str()),
        "{rest:?}"
    );
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn from_a_thread_is_the_same_as_from_main() {
    let mut actor = says("install-from-thread", &["ready"]);
    actor.ask(sys::INTERRUPT);
    assert_eq!(actor.rest(), ["request interrupt"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}

#[test]
fn dropped_and_installed_again_listens_again() {
    let mut actor = says(
        "install-again",
        &["cleaned", "old handle sees program", "fresh true", "ready"],
    );
    actor.ask(sys::INTERRUPT);
    assert_eq!(actor.rest(), ["request interrupt"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}

#[cfg(unix)]
#[test]
fn dropped_gives_the_default_action_back() {
    let mut actor = says("install-dropped", &["ready"]);
    actor.ask(libc::SIGTERM);
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}

#[test]
fn a_request_that_nobody_was_told_of_is_not_lost_when_the_listener_is_dropped() {
    let mut actor = says("install-unseen", &["cleaned"]);
    assert_eq!(actor.rest(), Vec::<String>::new());
    assert_eq!(actor.ended(), sys::ends_by(sys::INTERRUPT));
}

/// Wherever in the beginning or ending of a listener it falls, the one SIGTERM ends the program, which never looks.
#[cfg(unix)]
#[test]
fn a_request_is_not_lost_between_one_listener_and_the_next() {
    for round in 0..300 {
        let mut actor = says("install-churn", &["ready"]);
        // Another moment each time: the search is for the worst one.
        let until = std::time::Instant::now() + std::time::Duration::from_micros(round % 50 * 40);
        while std::time::Instant::now() < until {
            std::hint::spin_loop();
        }
        actor.ask(libc::SIGTERM);
        assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
    }
}

#[test]
fn a_request_made_by_the_program_itself_needs_no_system() {
    let mut actor = says("trigger", &["request terminate", "cleaned"]);
    assert_eq!(actor.ended(), sys::ends_by(sys::TERMINATE));
}
