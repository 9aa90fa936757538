//! What the console tells a program, and what another program can.

use std::time::Duration;

use bowout_scorecard::Scene;
use bowout_tests::Ask;

use super::{CTRL_BREAK, CTRL_C, CTRL_CLOSE, CTRL_LOGOFF, CTRL_SHUTDOWN};
use crate::contestant::{Contestant, PEERS};
use crate::play::{LONG, Play};
use crate::rows::Row;
use crate::verdict::Judged;

/// Those whose documentation speaks of no more than this.
fn not_heard_by(event: Ask) -> &'static [&'static str] {
    match event {
        CTRL_C => &[],
        CTRL_BREAK => &["async-signal"],
        CTRL_LOGOFF => &["async-signal", "ctrlc", "tokio-graceful-shutdown"],
        _ => &["async-signal", "ctrlc"],
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = [
        (CTRL_C, "Ctrl-C", "The most common way to ask."),
        (
            CTRL_BREAK,
            "Ctrl-Break",
            "The one that can be sent to a process group; Python's and Node's tools do.",
        ),
    ]
    .into_iter()
    .map(|(event, title, why)| {
        let asks = "The event comes. The three cleanups run, and the program ends.";
        Row::new(title, asks, why, move |contestant| {
            hears(contestant, event, Duration::ZERO)
        })
        .not_offered_by(not_heard_by(event))
    })
    .collect();
    rows.extend(
        [
            (CTRL_CLOSE, "the console window is closed", "It is how people end programs."),
            (CTRL_LOGOFF, "the user logs off", "Whatever runs in a console of that session ends."),
            (CTRL_SHUTDOWN, "the system shuts down", "Also what `docker stop` sends on Windows."),
        ]
        .into_iter()
        .map(|(event, title, why)| {
            let asks = "The event comes, and finishing the work takes half a second. It is finished, the three cleanups run, \
                        and the program ends. The system ends it as soon as its handler returns.";
            Row::new(title, asks, why, move |contestant| {
                hears(contestant, event, Duration::from_millis(500))
            })
            .not_offered_by(not_heard_by(event))
        }),
    );
    rows.extend([
        Row::new(
            "uses the 5 s that closing leaves",
            "The console window is closed, and finishing the work takes 3 s of the 5 s that the system allows.",
            "A database that flushes needs them.",
            |contestant| hears(contestant, CTRL_CLOSE, Duration::from_secs(3)),
        )
        .not_offered_by(not_heard_by(CTRL_CLOSE)),
        Row::new(
            "another program asks politely",
            "Another program sets the event that bowout documents for this (docs/cooperative.md), since Windows itself has no \
             SIGTERM. The cleanups run, and the program ends.",
            "A supervisor on Windows has no other way to ask a program without a window that is not in its console.",
            |contestant| hears(contestant, Ask::Cooperative, Duration::ZERO),
        )
        .not_offered_by(&PEERS),
    ]);
    rows
}

fn hears(contestant: &Contestant, event: Ask, drain: Duration) -> Judged {
    let mut play = Play::start_with(contestant, Scene::Plain, LONG, drain)?;
    play.ready()?;
    play.ask(event)?;
    play.end()?.cleaned_up()
}
