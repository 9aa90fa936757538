//! `bowout signal --probe`: what `kill -0` asks.

use bowout::Signal;
use bowout::stop::{NotSent, Plan, Target};

use crate::exit::Delivery;
use crate::json::{Process, Signalled, Tried};
use crate::open;

/// Finds out whether it is still there, and could be sent a signal. Where it depends on the signal, on Windows, TERM stands for
/// all.
pub(super) fn probe(target: &Target) -> (Delivery, Signalled) {
    let preview = Plan::new(Signal::Term).preview(target);
    let attempts = preview.iter().flat_map(|stage| &stage.attempts);
    let label = open::label(target.id(), target.name());
    let way = attempts
        .clone()
        .find_map(|attempt| Some((attempt.route, attempt.result.as_ref().ok()?)));
    let gone = attempts.clone().any(|attempt| attempt.result == Err(NotSent::Exited));
    let (delivery, outcome, message) = match way {
        Some((route, reached)) if reached.is_target_alone() => (
            Delivery::Sent,
            "reachable",
            format!("{label}: is there, and can be signalled by {route}"),
        ),
        Some((route, reached)) => (
            Delivery::Sent,
            "reachable",
            format!("{label}: is there, and can be signalled by {route}; {reached}"),
        ),
        None if gone => (Delivery::Missing, "already_gone", format!("{label}: has exited")),
        None => (
            Delivery::Failed,
            "unreachable",
            format!(
                "{label}: is there, and cannot be signalled: {}",
                open::reasons(attempts.clone())
            ),
        ),
    };
    let described = Signalled {
        process: Process::new(target.id(), target.name()),
        signal: None,
        outcome,
        route: way.map(|(route, _)| route.to_string()),
        attempts: attempts.map(Tried::from).collect(),
        message,
    };
    (delivery, described)
}
