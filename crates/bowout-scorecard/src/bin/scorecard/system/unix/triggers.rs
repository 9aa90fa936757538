//! What asks a program on Unix to stop, and whether it hears that, whatever the circumstances.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use bowout_scorecard::{Scene, sys};
use bowout_tests::{Ask, Gate};

use crate::contestant::{Contestant, PEERS};
use crate::play::{LONG, Play};
use crate::rows::Row;
use crate::verdict::{Judged, Verdict, no};

/// Those that are for any signal, and leave it to their users what a request to stop is.
const GENERAL: [&str; 3] = ["signal-hook", "tokio", "async-signal"];

pub(crate) fn triggers() -> Vec<Row> {
    let mut rows: Vec<Row> = [
        (
            libc::SIGTERM,
            "SIGTERM",
            "What `kill`, systemd, Docker and Kubernetes send.",
        ),
        (libc::SIGINT, "SIGINT", "Ctrl-C."),
        (
            libc::SIGHUP,
            "SIGHUP",
            "A terminal window that is closed, an SSH connection that breaks.",
        ),
        (libc::SIGQUIT, "SIGQUIT", "Ctrl-\\, for those whose Ctrl-C did nothing."),
    ]
    .into_iter()
    .map(|(signal, title, why)| {
        Row::new(
            title,
            "The signal comes. The three cleanups run, and the program ends.",
            why,
            move |contestant| hears(contestant, signal),
        )
        .not_offered_by(match signal {
            libc::SIGHUP => &["tokio-graceful-shutdown"],
            libc::SIGQUIT => &["ctrlc", "tokio-graceful-shutdown"],
            _ => &[],
        })
    })
    .collect();
    rows.extend([
        Row::new(
            "`nohup` keeps its meaning",
            "The program was started with SIGHUP ignored, as `nohup` does it. A SIGHUP comes. A second later the program is \
             still at work.",
            "That is all that `nohup` is for.",
            survives_nohup,
        )
        .note(
            &["ctrlc", "signal-hook", "tokio", "async-signal", "tokio-graceful-shutdown", "safe-exit"],
            "asking sigaction(2) first and leaving SIGHUP out is for its user to write",
        )
        .not_offered_by(&GENERAL),
        Row::new(
            "hears though its parent left SIGTERM blocked",
            "The parent blocked SIGTERM, and so the program starts with it blocked. A SIGTERM comes before the program \
             listens. The cleanups run, and the program ends.",
            "Programs that wait by sigwait or signalfd leave their children such a mask.",
            asked_while_blocked,
        )
        .note(
            &["ctrlc", "signal-hook", "tokio", "async-signal", "tokio-graceful-shutdown", "safe-exit"],
            "unblocking the signal first, by pthread_sigmask(3), is for its user to write",
        )
        .not_offered_by(&GENERAL),
        Row::new(
            "hears SIGTERM behind 5,000 other signals",
            "Before the program looks, it gets 5,000 SIGWINCH, which it listens to if it can, and then one SIGTERM. It must \
             be told of that.",
            "A pipe that carries the signals' numbers is full after some hundreds.",
            behind_thousands,
        ),
        Row::new(
            "knows who asked",
            "A SIGTERM comes. The program must be able to say which process of which user sent it.",
            "\"Who keeps stopping my server?\"",
            knows_who,
        )
        .not_offered_by(&["ctrlc", "tokio", "async-signal", "tokio-graceful-shutdown", "safe-exit"]),
        Row::new(
            "tells its supervisor that it stops",
            "The program has a socket in `NOTIFY_SOCKET`, as a service of systemd has, and gets a SIGTERM. The socket gets \
             `STOPPING=1` (sd_notify(3)).",
            "systemd then shows that it stops, and gives it more time while it makes progress.",
            tells_its_supervisor,
        )
        .note(&PEERS, "the crate sd-notify sends it, in a line of its user's")
        .not_offered_by(&PEERS),
    ]);
    rows
}

fn hears(contestant: &Contestant, signal: Ask) -> Judged {
    let mut play = Play::start(contestant, Scene::Plain)?;
    play.ready()?;
    play.ask(signal)?;
    play.end()?.cleaned_up()
}

fn survives_nohup(contestant: &Contestant) -> Judged {
    let mut command = contestant.command(Scene::Plain, LONG, Duration::ZERO)?;
    sys::start_ignoring(&mut command, libc::SIGHUP);
    let mut play = Play::run(&mut command);
    play.ready()?;
    play.ask(libc::SIGHUP)?;
    if play.stays_silent(Duration::from_secs(1)) {
        Ok(())
    } else {
        Err(no("it stopped"))
    }
}

fn asked_while_blocked(contestant: &Contestant) -> Judged {
    let mut command = contestant.command(Scene::Plain, LONG, Duration::ZERO)?;
    sys::start_blocking(&mut command, libc::SIGTERM);
    let mut play = Play::run(&mut command);
    play.ask(libc::SIGTERM)?;
    play.end()?.cleaned_up()
}

fn behind_thousands(contestant: &Contestant) -> Judged {
    let mut command = contestant.command(Scene::Flood, LONG, Duration::ZERO)?;
    let gate = Gate::before(&mut command);
    let mut play = Play::run(&mut command);
    play.ready()?;
    play.ask(libc::SIGTERM)?;
    gate.open();
    play.end()?.cleaned_up()
}

fn knows_who(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::Plain)?;
    play.ready()?;
    play.ask(libc::SIGTERM)?;
    let end = play.end()?;
    let who = format!(" by {} {}", std::process::id(), sys::user());
    match end.said.iter().find(|line| line.starts_with("asked")) {
        Some(asked) if asked.ends_with(&who) => Ok(()),
        Some(_) => Err(no("it is not told")),
        None => Err(no(format!("it did not hear; {}", end.how()))),
    }
}

fn tells_its_supervisor(contestant: &Contestant) -> Judged {
    let not_run = |error: std::io::Error| Verdict::NotRun(format!("no datagram socket can be had: {error}"));
    let folder = tempfile::tempdir().map_err(not_run)?;
    let path = folder.path().join("notify");
    let supervisor = UnixDatagram::bind(&path).map_err(not_run)?;
    let mut command = contestant.command(Scene::Plain, LONG, Duration::ZERO)?;
    // The judge may be a service itself.
    command.env("NOTIFY_SOCKET", path).env_remove("SYSTEMD_EXEC_PID");
    let mut play = Play::run(&mut command);
    play.ready()?;
    play.ask(libc::SIGTERM)?;
    play.end()?;
    // It has ended, so whatever it said is in the socket.
    supervisor.set_nonblocking(true).map_err(not_run)?;
    let mut message = [0; 4_096];
    while let Ok(length) = supervisor.recv(&mut message) {
        if message[..length]
            .split(|byte| *byte == b'\n')
            .any(|line| line == b"STOPPING=1")
        {
            return Ok(());
        }
    }
    Err(no("the supervisor is told nothing"))
}
