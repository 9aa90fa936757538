//! Does the program clean up, once and in order, whichever way it leaves?

use bowout_scorecard::Scene;

use super::Row;
use crate::contestant::Contestant;
use crate::play::{CLEANUPS, GRACE, LONG, Play};
use crate::system;
use crate::verdict::{Judged, no};
use std::time::Duration;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "ten requests, one cleanup",
            "Nine more requests come in the same breath, when the program has begun to finish its work. The work is finished, \
             and each cleanup runs once.",
            "GNU timeout, systemd, npm and a terminal all tell one thing twice or more; nobody has lost patience.",
            ten_requests,
        )
        .note(
            &["ctrlc", "signal-hook", "tokio", "async-signal"],
            "the price of listening to a second request, which the same program does: without that it passes here and fails \
             there, and telling the two apart by time is for its user to write",
        )
        .note(
            &["tokio-graceful-shutdown"],
            "it listens to the first request only, and on Windows the next one is then the system's",
        ),
        Row::new(
            "work in flight is finished first",
            "Three pieces of work have been begun when the request comes, and take another half second. They are finished \
             before the first cleanup runs.",
            "Requests that are being answered, files that are being written.",
            in_flight,
        ),
        Row::new(
            "async cleanups are awaited, until the deadline",
            "One of the cleanups is a future that takes half a second: it is awaited. In another program it is never ready, \
             and the grace period is 1 s: the other cleanups run all the same, and the program ends.",
            "Connections are closed, and queues flushed, by futures.",
            async_cleanups,
        ),
        Row::new(
            "cleanups in reverse order",
            "Three cleanups, for three things that were built one upon the other, run last in, first out.",
            "What was built last stands on what was built before: a log is closed after those who write to it.",
            in_reverse_order,
        )
        .note(&["safe-exit"], "they run in the order in which they were registered")
        .not_offered_by(&["safe-exit"]),
        Row::new(
            "cleanup when `main` returns",
            "`main` returns without any request. The cleanups run.",
            "One path less on which a temporary file stays behind.",
            |contestant| ends_by_itself(contestant, Scene::Returns),
        ),
        Row::new(
            "cleanup when `main` panics",
            "`main` panics (in Python, an exception is not caught). The cleanups run.",
            "A terminal left in raw mode is worst after a crash.",
            |contestant| ends_by_itself(contestant, Scene::Panics),
        ),
        Row::new(
            "a cleanup that panics costs only itself",
            "The second of three cleanups panics. The other two run, and the program ends.",
            "One broken cleanup must not leave a lock behind that another would have removed.",
            one_panics,
        ),
    ]
}

fn ten_requests(contestant: &Contestant) -> Judged {
    let mut play = Play::start_with(contestant, Scene::Plain, LONG, Duration::from_millis(600))?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    play.wait_for("draining")?;
    for _ in 0..9 {
        play.ask(system::REQUEST)?;
    }
    let end = play.end()?;
    if !end.said("drained") {
        return Err(no(format!("the work was cut off; {}", end.how())));
    }
    end.cleaned_up()
}

fn in_flight(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::InFlight)?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    let end = play.end()?;
    let finished = end.said.iter().take_while(|line| !line.starts_with("cleaned"));
    if finished.filter(|line| *line == "finished a piece").count() != 3 {
        return Err(no(format!("it was not finished; {}", end.how())));
    }
    end.cleaned_up()
}

fn async_cleanups(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::AsyncCleanup)?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    let end = play.end()?;
    if !end.said("cleaned async") {
        return Err(no(format!("it was not awaited; {}", end.how())));
    }
    end.cleaned_up()?;
    let mut play = Play::start_with(contestant, Scene::AsyncCleanupHangs, GRACE, Duration::ZERO)?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    play.end()?.cleaned_up()
}

fn in_reverse_order(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::Plain)?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    let end = play.end()?;
    end.cleaned_up()?;
    let order = end.said.iter().filter_map(|line| line.strip_prefix("cleaned "));
    if order.eq(CLEANUPS.into_iter().rev()) {
        Ok(())
    } else {
        Err(no("in another order"))
    }
}

pub(crate) fn ends_by_itself(contestant: &Contestant, scene: Scene) -> Judged {
    Play::start(contestant, scene)?.end()?.cleaned_up()
}

fn one_panics(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::CleanupPanics)?;
    play.ready()?;
    play.ask(system::REQUEST)?;
    let end = play.end()?;
    if end.said("cleaned first") && end.said("cleaned third") {
        Ok(())
    } else {
        Err(no(format!("the others did not run; {}", end.how())))
    }
}
