use bowout_tests::{Actor, actor, sys};

fn is_given_back(found: &str) {
    let mut actor = Actor::start(actor("restores").args(["USR1", found]));
    assert_eq!(actor.rest(), ["removed: true", "dropped: true"]);
    assert_eq!(actor.ended(), sys::Ended::Code(0));
}

#[test]
fn another_handler_with_its_flags_and_mask() {
    is_given_back("handler");
}

#[test]
fn ignore() {
    is_given_back("ignore");
}

#[test]
fn the_default_action() {
    is_given_back("default");
}

/// Taking ours out from under it would take it out too. So ours stays, and does nothing but call what it found.
#[test]
fn a_handler_on_top_of_ours_stays() {
    let mut actor = Actor::start(actor("stays-covered").arg("USR1"));
    assert_eq!(actor.rest(), ["theirs stays: true", "theirs", "alive"]);
    assert_eq!(actor.ended(), sys::Ended::Code(0));
}
