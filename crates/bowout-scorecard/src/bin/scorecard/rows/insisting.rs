//! Can the program be made to end when it does not get there by itself?

use std::time::Duration;

use bowout_scorecard::Scene;

use super::Row;
use crate::contestant::Contestant;
use crate::play::{GRACE, LONG, Play};
use crate::system;
use crate::verdict::Judged;

/// Long enough after a first request that a second one is no repetition of it.
const A_MOMENT: Duration = Duration::from_millis(400);

const WATCHDOG: &str = "a watchdog thread would do: a sleep and an exit, some lines of its user's own";

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "second request ends a shutdown that hangs",
            "The program has been asked, and finishing its work takes for ever. A second request comes 0.4 s later. It ends.",
            "The second Ctrl-C. Without it there is only SIGKILL, and for that a second terminal.",
            |contestant| second_request(contestant, Scene::Plain),
        )
        .not_offered_by(&["tokio-graceful-shutdown", "safe-exit"]),
        Row::new(
            "second request ends a program that is stuck",
            "The same, when every thread that works for the program is blocked, those of its runtime included.",
            "The program that hangs is the one that people want to stop.",
            |contestant| second_request(contestant, Scene::Stuck),
        )
        .not_offered_by(&["tokio-graceful-shutdown", "safe-exit"]),
        Row::new(
            "the deadline ends a shutdown that hangs",
            "The grace period is 1 s, and finishing the work takes for ever. The program ends by itself, its cleanups done.",
            "Whoever asked kills it sooner or later, cleanups undone: Docker after 10 s.",
            |contestant| deadline(contestant, Scene::Plain),
        )
        .note(&["ctrlc", "signal-hook"], WATCHDOG)
        .not_offered_by(&["ctrlc", "signal-hook", "safe-exit"]),
        Row::new(
            "the deadline ends a program that is stuck",
            "The same, when every thread that works for the program is blocked, those of its runtime included.",
            "A deadline kept by the runtime that it is meant to end is not one.",
            |contestant| deadline(contestant, Scene::Stuck),
        )
        .note(
            &["ctrlc", "signal-hook", "tokio", "async-signal", "tokio-graceful-shutdown"],
            "a watchdog thread that is also told of the request outside of the runtime would end it; the cleanups, which the \
             stuck threads own, it could not run",
        )
        .not_offered_by(&["ctrlc", "signal-hook", "safe-exit"]),
        Row::new(
            "can be stopped though the code that heard panicked",
            "What the program does first when it is asked panics. It ends, or at the latest does so at a second request.",
            "A bug in the shutdown code must not make the program immortal.",
            reaction_panics,
        ),
    ]
}

/// One thing hangs at a time.
fn drain_of(scene: Scene) -> Duration {
    if scene == Scene::Plain { LONG } else { Duration::ZERO }
}

fn second_request(contestant: &Contestant, scene: Scene) -> Judged {
    let mut play = Play::start_with(contestant, scene, LONG, drain_of(scene))?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    if scene == Scene::Plain {
        play.wait_for("draining")?;
    }
    if play.ends_within(A_MOMENT) {
        // No second request was needed. That is as good, if it was an end in order.
        return play.end()?.cleaned_up();
    }
    play.ask(system::REQUEST)?;
    play.end().map(drop)
}

fn deadline(contestant: &Contestant, scene: Scene) -> Judged {
    let mut play = Play::start_with(contestant, scene, GRACE, drain_of(scene))?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    play.end()?.cleaned_up()
}

fn reaction_panics(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::ReactionPanics)?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    play.wait_for("asked")?;
    if !play.ends_within(A_MOMENT) {
        play.ask(system::REQUEST)?;
    }
    play.end().map(drop)
}
