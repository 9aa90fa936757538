//! A process of another user's: what can be read is told, and why the rest cannot.

use bowout_tests::{Actor, actor, skip};

#[test]
fn the_masks_are_told_and_what_is_hidden_is_named() {
    let target = Actor::ready("catches-term");
    let mut inspector = Actor::start(actor("inspector-as-nobody").arg(target.pid().to_string()));
    let said = inspector.rest();
    if said.first().is_some_and(|line| line.starts_with("cannot")) {
        return skip(&said[0]);
    }
    assert_eq!(said[0], "TERM Caught Err(PermissionDenied)", "{said:?}");
    assert_eq!(said[1], "KILL Default(Terminate) Err(PermissionDenied)", "{said:?}");
    for what in ["its signalfds", "its pid namespace"] {
        assert!(said.contains(&format!("untold {what}")), "{said:?}");
    }
}

/// It sleeps in sigwait, which is not to be seen: it must not be said that TERM ends it.
#[test]
fn what_may_be_waited_for_is_not_guessed() {
    let target = Actor::ready("waits-for-term");
    // Until it waits.
    while super::look_at(&target)
        .signals
        .unwrap()
        .sigwait
        .is_none_or(|set| set.is_empty())
    {
        std::thread::yield_now();
    }
    let mut inspector = Actor::start(actor("inspector-as-nobody").arg(target.pid().to_string()));
    let said = inspector.rest();
    if said.first().is_some_and(|line| line.starts_with("cannot")) {
        return skip(&said[0]);
    }
    assert_eq!(said[0], "TERM Untold Err(PermissionDenied)", "{said:?}");
    assert!(said.iter().any(|line| line.contains("sigwait")), "{said:?}");
}
