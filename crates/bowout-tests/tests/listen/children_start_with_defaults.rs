use bowout_tests::Actor;

/// A child that inherited a blocked mask or an ignored signal could not be stopped in its turn. `std` resets SIGPIPE.
#[test]
fn a_child_has_no_signal_blocked_ignored_or_caught() {
    for scenario in ["child-of-main", "child-of-cleanup"] {
        let mut actor = Actor::ready(scenario);
        actor.ask(libc::SIGTERM);
        let report = actor.rest();
        assert_eq!(
            report,
            [
                "INT default",
                "TERM default",
                "HUP default",
                "QUIT default",
                "nothing blocked"
            ],
            "{scenario}"
        );
    }
}
