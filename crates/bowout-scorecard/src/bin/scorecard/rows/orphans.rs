//! Does the program notice that nobody is left to work for?

use std::process::Stdio;
use std::time::Duration;

use bowout_scorecard::Scene;
use bowout_tests::Gate;
use bowout_tests::sys::without_console;

use super::Row;
use crate::contestant::{Contestant, PEERS};
use crate::play::{LONG, Play};
use crate::verdict::{Judged, no};

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "standard input is closed",
            "The program was started with a pipe as its standard input, does not read it, and asked to be told if its library can. \
             The other end is closed. The cleanups run, and the program ends.",
            "Language servers and other helpers of an editor outlive it by the hundred.",
            standard_input_closed,
        )
        .not_offered_by(&PEERS),
        Row::new(
            "the parent is gone",
            "The program's parent is killed; the program asked to be told if its library can. Its cleanups run within 3 s.",
            "What a tool has started goes on without it, and holds its ports and its locks.",
            parent_gone,
        )
        .not_offered_by(&PEERS),
    ]
}

fn standard_input_closed(contestant: &Contestant) -> Judged {
    let mut command = contestant.command(Scene::Orphan, LONG, Duration::ZERO)?;
    without_console(&mut command);
    let _gate = Gate::before(&mut command);
    let mut play = Play::run_with(&mut command, Stdio::piped());
    play.ready()?;
    play.close_standard_input();
    play.end()?.cleaned_up()
}

fn parent_gone(contestant: &Contestant) -> Judged {
    let mut command = contestant.under_the_judge("as-parent", Scene::Orphan)?;
    // The contestant ends when this is dropped.
    let _gate = Gate::before(&mut command);
    let mut play = Play::run(&mut command);
    play.ready()?;
    play.kill();
    // What the parent is heard saying by now, its child says.
    match play.end()?.cleaned_up() {
        Ok(()) => Ok(()),
        Err(_) => Err(no("no cleanup ran within 3 s")),
    }
}
