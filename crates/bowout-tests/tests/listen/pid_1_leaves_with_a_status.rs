use bowout_tests::{Actor, actor, skip, sys};

/// The kernel does not deliver a signal to PID 1 whose action is the default one, so dying by it is not possible there.
#[test]
fn the_status_is_128_and_the_signal_as_a_shell_has_it() {
    for (signal, status) in [(libc::SIGTERM, 143), (libc::SIGINT, 130)] {
        let mut command = actor("as-pid-1");
        let mut actor = Actor::start(command.args([signal.to_string(), "wait".to_owned()]));
        let first = actor.next_line().unwrap_or_default();
        if let Some(reason) = first.strip_prefix("cannot: ") {
            return skip(&format!("no pid namespace: {reason}"));
        }
        assert_eq!(first, "init: ready");
        assert_eq!(
            actor.rest()[..3],
            [
                format!(
                    "init: request {}",
                    if signal == libc::SIGTERM {
                        "terminate"
                    } else {
                        "interrupt"
                    }
                ),
                "init: cleaned".to_owned(),
                format!("init exited {status}"),
            ]
        );
        assert_eq!(actor.ended(), sys::Ended::Code(0));
    }
}
