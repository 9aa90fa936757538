//! Work that has a deadline, in a process of its own.

use std::time::Duration;

use bowout::deadline;
use bowout_tests::Gate;

use crate::listeners::listen;
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "deadline-passed" => deadline_passed,
        "deadline-pending" => deadline_pending,
        "deadline-or-request" => deadline_or_request,
        _ => return None,
    })
}

/// Some work that had callbacks is done, and its deadlines pass.
fn deadline_passed() {
    for _ in 0..100 {
        let done = deadline::within(Duration::from_millis(200), |scope| scope.on_elapsed(|| ()));
        assert!(matches!(done, Ok(Ok(()))));
    }
    say("ready");
    Gate::pass();
}

/// Work with a callback that is far off blocks.
fn deadline_pending() {
    let done = deadline::within(Duration::from_secs(3_600), |scope| {
        scope.on_elapsed(|| ()).expect("a thread");
        say("ready");
        Gate::pass();
    });
    assert!(done.is_ok());
}

/// Waits for a request, for so many milliseconds at the most.
fn deadline_or_request() {
    let millis = std::env::args().nth(2).and_then(|text| text.parse().ok());
    let shutdown = listen();
    say("ready");
    let limit = Duration::from_millis(millis.expect("a number"));
    let outcome = deadline::within(limit, |scope| shutdown.wait_timeout(scope.remaining()));
    say(&match outcome {
        Ok(request) => format!("request {}", request.is_some()),
        Err(elapsed) => elapsed.to_string(),
    });
}
