//! What is asked of a contestant on Unix only, and how.

#[path = "unix/family.rs"]
mod family;
#[path = "unix/neighbours.rs"]
mod neighbours;
#[path = "unix/triggers.rs"]
mod triggers;
#[path = "unix/wrappers.rs"]
mod wrappers;

use std::io;
use std::process::Command;
use std::time::Duration;

use bowout::Signal;
use bowout_scorecard::Scene;
use bowout_tests::{Actor, Ask, Ended};
pub(crate) use neighbours::neighbours;
pub(crate) use triggers::triggers;
pub(crate) use wrappers::facts;

use crate::contestant::Contestant;
use crate::play::Play;
use crate::rows::{Row, cleanups::ends_by_itself, hearing::Starts};
use crate::verdict::{Verdict, no};

/// The request that every contestant knows.
pub(crate) const REQUEST: Ask = libc::SIGTERM;

pub(crate) const TWO_REQUESTS: [(Ask, &str); 2] = [(libc::SIGTERM, "terminate"), (libc::SIGINT, "interrupt")];

/// Those that do not tell the two apart, by their documentation.
pub(crate) const TELL_NOT_WHICH: &[&str] = &["ctrlc", "tokio-graceful-shutdown", "safe-exit"];

pub(crate) const STARTS: Starts = Starts {
    asks: "Two hundred programs are asked by SIGTERM, each in another moment of the first two milliseconds of its `main`. Each \
           ends: before it listens by the signal, after that by itself.",
    rounds: 200,
    step: Duration::from_micros(10),
};

/// Unix gives a process all the time in the world.
pub(crate) struct Limit;

impl Limit {
    pub(crate) fn has_passed(&self) -> bool {
        false
    }
}

pub(crate) fn ask(actor: &mut Actor, ask: Ask) -> io::Result<Option<Limit>> {
    bowout_tests::sys::ask(actor.child(), ask).map(|()| None)
}

pub(crate) fn in_words(ended: Ended) -> String {
    match ended {
        Ended::Code(code) => format!("it ended with status {code}"),
        Ended::Signal(number) => {
            format!("it was ended by {}", signal_name(number))
        }
    }
}

fn signal_name(number: i32) -> String {
    Signal::from_number(number).map_or_else(|_| number.to_string(), |signal| signal.to_string())
}

/// A member of the family that wrappers run.
pub(crate) fn be_member(arguments: &[&str]) -> io::Result<()> {
    match arguments {
        [which, port] => family::be(which, port),
        _ => Err(io::Error::other("which member, and where to call")),
    }
}

pub(crate) fn leaving() -> Vec<Row> {
    vec![
        Row::new(
            "the parent sees that the signal ended it",
            "A SIGTERM comes. The cleanups run, and then the parent sees the program die of SIGTERM (wait(2), `WIFSIGNALED`).",
            "A shell stops its loop at Ctrl-C only if the program in it died of it; supervisors tell a stop from a crash by it.",
            |contestant| {
                let mut play = Play::start(contestant, Scene::Plain)?;
                play.ready()?;
                play.ask(libc::SIGTERM)?;
                let end = play.end()?;
                end.cleaned_up()?;
                if end.ended == Ended::Signal(libc::SIGTERM) {
                    Ok(())
                } else {
                    Err(no(end.how()))
                }
            },
        )
        .note(
            &["ctrlc", "tokio", "tokio-graceful-shutdown", "safe-exit"],
            "resetting the signal to its default and raising it is for its user to write; signal-hook has a function for that",
        )
        .not_offered_by(&["ctrlc", "tokio", "tokio-graceful-shutdown"]),
        Row::new(
            "PID 1 can be stopped",
            "The program is PID 1 of a container (a pid namespace). A SIGTERM comes. The cleanups run, and it ends.",
            "PID 1 gets no signal that it does not handle: an unprepared program ignores `docker stop` for ten seconds.",
            |contestant| as_pid_1(contestant).map(drop),
        ),
        Row::new(
            "PID 1 leaves with the right status",
            "The same. The status is 143, as a shell reports a death by SIGTERM; to die of it is not possible there.",
            "`docker stop` and Kubernetes show this status. 139 is reported as a segmentation fault.",
            |contestant| match as_pid_1(contestant)?.as_str() {
                "exited 143" => Ok(()),
                other => Err(no(format!("it {other}"))),
            },
        )
        .note(
            &["signal-hook", "async-signal"],
            "signal-hook's `emulate_default_handler` raises the signal, which does nothing to a PID 1, and then aborts",
        )
        .not_offered_by(&["ctrlc", "tokio", "tokio-graceful-shutdown"]),
        Row::new(
            "cleanup at `std::process::exit`",
            "Something in the program calls `std::process::exit` (in Python, `sys.exit`). The cleanups run.",
            "Argument parsers do that, and error paths that somebody wrote in a hurry.",
            |contestant| ends_by_itself(contestant, Scene::Exits),
        )
        .not_offered_by(&["ctrlc", "signal-hook", "tokio", "async-signal", "tokio-graceful-shutdown"]),
    ]
}

/// Runs the contestant as PID 1, asks it to stop, and tells how it ended.
fn as_pid_1(contestant: &Contestant) -> Result<String, Verdict> {
    let mut wrapper = contestant.under_the_judge("as-pid-1", Scene::Plain)?;
    let mut play = Play::run(&mut wrapper);
    let end = match play.end() {
        Ok(end) => end,
        Err(Verdict::No(why)) if why.starts_with("no pid namespace") => return Err(Verdict::NotRun(why)),
        Err(other) => return Err(other),
    };
    let cleaned = end.said.iter().filter(|line| line.starts_with("init: cleaned")).count();
    let how = end.said.last().and_then(|line| line.strip_prefix("init"));
    let how = how.unwrap_or(" did not start").trim_start();
    if cleaned == 3 {
        Ok(how.to_owned())
    } else {
        Err(no(format!("no cleanup ran; it {how}")))
    }
}

/// Runs a program as PID 1, and asks it to stop when it is ready.
pub(crate) fn run_as_pid_1(command: &[String]) {
    let Some((program, arguments)) = command.split_first() else {
        return;
    };
    let mut init = Command::new(program);
    if let Err(error) = bowout_tests::sys::as_pid_1(init.args(arguments), REQUEST, bowout_scorecard::say) {
        bowout_scorecard::say(&format!("cannot: no pid namespace can be made: {error}"));
    }
}
