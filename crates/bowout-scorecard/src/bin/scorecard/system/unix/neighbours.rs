//! Does the program get on with what else is in its process, and beside it?

use std::io;
use std::time::{Duration, Instant};

use bowout_scorecard::Scene;
use bowout_tests::Ended;

use crate::contestant::{Contestant, PEERS};
use crate::play::{PATIENCE, Play};
use crate::rows::{Row, STAYS};
use crate::verdict::{Judged, Verdict, no};

/// Those whose documentation has no way to take a handler back.
const NO_WAY_BACK: [&str; 5] = ["ctrlc", "tokio", "async-signal", "tokio-graceful-shutdown", "safe-exit"];

pub(crate) fn neighbours() -> Vec<Row> {
    vec![
        Row::new(
            "deaf to its forked child's signals",
            "The program forks a child without exec, which only waits and gets a SIGTERM. The parent must not take it for its own.",
            "Python's multiprocessing, PostgreSQL and many a daemon fork like that.",
            deaf_to_its_child,
        ),
        Row::new(
            "its forked child can be stopped",
            "The same child must be ended by its SIGTERM within 2 s, without running the cleanups of its parent.",
            "A child with handlers that nobody looks at any more takes a SIGKILL; one that cleans up removes its parent's files.",
            child_can_be_stopped,
        )
        .note(
            &["ctrlc", "signal-hook", "tokio", "async-signal", "tokio-graceful-shutdown"],
            "the child keeps the handler, and has nobody who waits for it; resetting the signal there is for its user to write",
        ),
        Row::new(
            "a program that it starts can be stopped",
            "The program starts another one. In that, SIGTERM is neither ignored nor blocked.",
            "Both go through exec: whoever listens by them makes children that only SIGKILL ends.",
            |contestant| {
                let mut play = Play::start(contestant, Scene::Spawns)?;
                match play.wait_for("the child")?.as_str() {
                    "the child can be stopped" => Ok(()),
                    other => Err(no(other)),
                }
            },
        ),
        Row::new(
            "a handler that was there before still hears",
            "Another handler for SIGTERM was in place before the program listened. A SIGTERM comes. Both hear it.",
            "Plug-ins, embedded runtimes and C libraries have handlers too.",
            |contestant| hears_beside_another(contestant, Scene::OtherBefore),
        )
        .note(&["ctrlc"], "as its documentation says; its `try_set_handler` refuses instead"),
        Row::new(
            "hears though another takes the signal over",
            "When the program listens, another handler for SIGTERM takes the place of its own and does not call it, as ctrlc's \
             does. Then the program waits. A SIGTERM comes. Both hear it.",
            "The order in which libraries start is nobody's choice.",
            |contestant| hears_beside_another(contestant, Scene::OtherAfter),
        )
        .not_offered_by(&PEERS),
        Row::new(
            "Ctrl-Z does not eat the grace",
            "The program has been asked, its work takes another 0.6 s, and its grace period is 1.5 s. Meanwhile it is stopped for \
             2.5 s (SIGSTOP, SIGCONT). It finishes its work all the same.",
            "Whoever suspends a program that is leaving wants it to go on where it was.",
            suspended,
        )
        .note(
            &["tokio", "async-signal", "tokio-graceful-shutdown"],
            "without a deadline it passes, and fails where that is asked",
        ),
        Row::new(
            "`errno` stays",
            "A system call fails, a SIGTERM is handled on the same thread, and only then `errno` is read. It says why the call \
             failed.",
            "Otherwise some unrelated piece of code reports, or retries, the wrong error, once in a thousand years.",
            |contestant| {
                let mut play = Play::start(contestant, Scene::Errno)?;
                match play.wait_for("errno")?.as_str() {
                    "errno kept" => Ok(()),
                    _ => Err(no("errno was overwritten")),
                }
            },
        ),
        Row::new(
            "hears on a thread with a tiny stack",
            "A SIGTERM hits a thread whose stack has no room for a signal, and which has an alternate one (sigaltstack(2)). \
             The cleanups run, and the program ends.",
            "A handler without `SA_ONSTACK` finds no room there: the kernel drops the signal and reports a segmentation fault \
             instead. Runtimes with small stacks, Go's first of all, depend on it.",
            |contestant| Play::start(contestant, Scene::TinyStack)?.end()?.cleaned_up(),
        ),
        Row::new(
            "gives the signal back",
            "The program listens, and then no longer, in the way its library has for that. A SIGTERM comes. It does what it \
             does to any program: it ends it.",
            "Code that listens for a while (a prompt, a test, a plug-in) must not leave a program behind that Ctrl-C does not stop.",
            gives_back,
        )
        .note(&NO_WAY_BACK, STAYS)
        .not_offered_by(&NO_WAY_BACK),
        Row::new(
            "can listen again",
            "The program listens, no longer, and again. A SIGTERM comes. The cleanups run, and the program ends.",
            "The same code, called twice.",
            |contestant| {
                let mut play = Play::start(contestant, Scene::ListensAgain)?;
                play.ready()?;
                play.ask(libc::SIGTERM)?;
                play.end()?.cleaned_up()
            },
        )
        .not_offered_by(&["ctrlc"]),
        Row::new(
            "sleeps while nothing happens",
            "The program waits. Over 2 s none of its threads wakes up.",
            "Batteries, and machines with thousands of processes.",
            sleeps,
        ),
    ]
}

fn deaf_to_its_child(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::Forks)?;
    play.wait_for("the child")?;
    play.ready()?;
    if play.stays_silent(Duration::from_millis(700)) {
        Ok(())
    } else {
        Err(no("the parent heard it"))
    }
}

fn child_can_be_stopped(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::Forks)?;
    let end = play.wait_for("the child")?;
    if end != "the child ended" {
        return Err(no(end));
    }
    if play.said.iter().any(|line| line.starts_with("cleaned")) {
        return Err(no("the child ran its parent's cleanups"));
    }
    Ok(())
}

fn hears_beside_another(contestant: &Contestant, scene: Scene) -> Judged {
    let mut play = Play::start(contestant, scene)?;
    play.ready()?;
    wait_until_it_waits(&play);
    play.ask(libc::SIGTERM)?;
    // Whoever hears alone leaves the program running, or nobody the wiser.
    let end = play.end()?;
    if !end.said("another heard") {
        return Err(no("the other one did not hear"));
    }
    end.cleaned_up()
}

fn suspended(contestant: &Contestant) -> Judged {
    let grace = Duration::from_millis(1_500);
    let mut play = Play::start_with(contestant, Scene::Plain, grace, Duration::from_millis(600))?;
    play.ready()?;
    play.ask(libc::SIGTERM)?;
    play.wait_for("draining")?;
    // Its clock may not have been started yet.
    std::thread::sleep(Duration::from_millis(100));
    play.ask(libc::SIGSTOP)?;
    std::thread::sleep(Duration::from_millis(2_500));
    play.ask(libc::SIGCONT)?;
    let end = play.end()?;
    if !end.said("drained") {
        return Err(no(format!("the work was cut off; {}", end.how())));
    }
    end.cleaned_up()
}

fn gives_back(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::Drops)?;
    play.ready()?;
    play.ask(libc::SIGTERM)?;
    let end = play.end()?;
    match end.ended {
        Ended::Signal(libc::SIGTERM) => Ok(()),
        _ => Err(no(end.how())),
    }
}

fn sleeps(contestant: &Contestant) -> Judged {
    let mut play = Play::start(contestant, Scene::Plain)?;
    play.ready()?;
    wait_until_it_waits(&play);
    let before = wake_ups(play.actor.pid())?;
    std::thread::sleep(Duration::from_secs(2));
    if wake_ups(play.actor.pid())? == before {
        Ok(())
    } else {
        Err(no("it wakes up"))
    }
}

/// One that is ready may still be on its way to where it waits. Where the system tells of threads, they all sleep.
fn wait_until_it_waits(play: &Play) {
    std::thread::sleep(Duration::from_millis(500));
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until && some_thread_runs(play.actor.pid()).unwrap_or(false) {
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn some_thread_runs(pid: u32) -> io::Result<bool> {
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let status = std::fs::read_to_string(thread?.path().join("status"))?;
        if status.lines().any(|line| line.starts_with("State:\tR")) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How often the threads of a process together went to sleep by their own will, and so how often they woke up.
fn wake_ups(pid: u32) -> Result<u64, Verdict> {
    let unknown = |_| Verdict::NotRun("only Linux tells how often threads wake up".to_owned());
    let mut sum = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).map_err(unknown)? {
        let status = std::fs::read_to_string(thread.map_err(unknown)?.path().join("status")).map_err(unknown)?;
        let count = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        sum += count.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(sum)
}
