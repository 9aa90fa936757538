use bowout_tests::{Actor, actor};

/// A child that inherited a blocked mask or an ignored signal could not be stopped in its turn. `std` resets SIGPIPE.
#[test]
fn a_child_has_no_signal_blocked_ignored_or_caught() {
    for scenario in ["child-of-main", "child-of-cleanup"] {
        let mut actor = Actor::ready(scenario);
        actor.ask(libc::SIGTERM);
        reports_defaults(&mut actor, scenario);
    }
}

#[test]
fn nor_has_one_that_an_action_starts() {
    let mut actor = Actor::start(actor("subscribe-child").arg("HUP"));
    actor.expect("ready");
    actor.ask(libc::SIGHUP);
    reports_defaults(&mut actor, "subscribe-child");
}

fn reports_defaults(actor: &mut Actor, scenario: &str) {
    let report = [(); 5].map(|()| actor.next_line().unwrap_or_default());
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
