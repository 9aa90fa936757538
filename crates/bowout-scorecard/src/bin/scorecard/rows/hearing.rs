//! Is the request heard, whenever it comes, and understood?

use bowout_scorecard::Scene;
use bowout_tests::Gate;

use super::Row;
use crate::contestant::Contestant;
use crate::play::{LONG, Play};
use crate::system;
use crate::verdict::{Judged, no};
use std::time::{Duration, Instant};

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "no request is lost while it starts",
            system::STARTS.asks,
            "A program that swallowed the request while it started runs until it is killed. This is a race: ✓ says that none of \
             these was lost. tokio sets its handler before it subscribes whoever waits, so that one in some thousands is lost \
             between the two, there and in what is built on it; too rare to be shown as ✗.",
            asked_while_it_begins,
        )
        .note(
            &["signal-hook"],
            "in the order that its documentation shows, the flags first, a request between the two is told to nobody who waits; \
             with the iterator first none is lost",
        ),
        Row::new(
            "asked before it waits",
            "The request comes when the program listens and does not wait for one yet. Then it waits, and must be told.",
            "Programs are busy when they are asked.",
            asked_before_it_waits,
        ),
        Row::new(
            "knows which request it was",
            "Two programs are asked in two ways (SIGTERM and SIGINT; Ctrl-C and Ctrl-Break). Each must be able to say in which.",
            "A log that says why; a daemon that treats a hangup as \"reload\".",
            knows_which,
        )
        .not_offered_by(system::TELL_NOT_WHICH),
    ]
}

/// How a program is asked while it starts.
pub(crate) struct Starts {
    pub(crate) asks: &'static str,
    /// How many programs.
    pub(crate) rounds: u32,
    /// How much later each is asked than the one before.
    pub(crate) step: Duration,
}

fn asked_while_it_begins(contestant: &Contestant) -> Judged {
    for round in 0..system::STARTS.rounds {
        let mut play = Play::start(contestant, Scene::Begins)?;
        play.wait_for("main")?;
        let until = Instant::now() + system::STARTS.step * round;
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        play.ask(system::REQUEST)?;
        play.end()?;
    }
    Ok(())
}

fn asked_before_it_waits(contestant: &Contestant) -> Judged {
    let mut command = contestant.command(Scene::Gate, LONG, Duration::ZERO)?;
    let gate = Gate::before(&mut command);
    let mut play = Play::run(&mut command);
    play.ready()?;
    play.ask(system::REQUEST)?;
    gate.open();
    play.end()?.cleaned_up()
}

fn knows_which(contestant: &Contestant) -> Judged {
    for (ask, name) in system::TWO_REQUESTS {
        let mut play = Play::start(contestant, Scene::Plain)?;
        play.ready()?;
        play.ask(ask)?;
        let end = play.end()?;
        let Some(asked) = end.said.iter().find_map(|line| line.strip_prefix("asked ")) else {
            return Err(no(format!("it did not hear; {}", end.how())));
        };
        if !asked.starts_with(name) {
            return Err(no("it is not told"));
        }
    }
    Ok(())
}
