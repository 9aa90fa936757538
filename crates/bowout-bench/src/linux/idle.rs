//! What a process costs that listens and is asked nothing.

use std::time::{Duration, Instant};

use super::child::Process;
use super::contestants::{Contestant, set_up};
use super::table::{self, row};
use super::{PATIENCE, Result, proc, sys};

const IDLE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Nothing,
    BowoutListens,
    BowoutEnded,
    Peer(Contestant),
}

impl What {
    const ALL: [(What, &'static str); 7] = [
        (What::Nothing, "a process that does not listen"),
        (What::BowoutListens, "bowout, listening"),
        (What::BowoutEnded, "bowout, after the listener was dropped"),
        (What::Peer(Contestant::Semaphore), "sigaction, semaphore, thread"),
        (What::Peer(Contestant::Ctrlc), "ctrlc"),
        (What::Peer(Contestant::SignalHook), "signal-hook, iterator thread"),
        (What::Peer(Contestant::Tokio), "tokio, current-thread in a thread"),
    ];

    pub(super) fn from_name(name: &str) -> Result<What> {
        let found = What::ALL.iter().find(|(_, theirs)| *theirs == name);
        Ok(found.ok_or("no such thing")?.0)
    }
}

/// The child: it is that, until its parent ends.
pub(super) fn be(what: What) -> Result<()> {
    let kept = match what {
        What::Nothing => None,
        What::BowoutListens => Some(bowout::listen()?),
        What::BowoutEnded => {
            drop(bowout::listen()?);
            wait_until_alone()?;
            None
        }
        What::Peer(contestant) => {
            set_up(contestant)?;
            None
        }
    };
    sys::report(0);
    let _ = std::io::Read::read(&mut std::io::stdin(), &mut [0])?;
    drop(kept);
    std::process::exit(0)
}

/// The thread of an ended listener goes by itself.
fn wait_until_alone() -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while proc::threads(std::process::id())?.len() > 1 {
        if until < Instant::now() {
            return Err("a thread is left".into());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

pub(super) fn run() -> Result<()> {
    let mut children = Vec::new();
    for (_, name) in What::ALL {
        let mut child = Process::start(&["idle", name])?;
        child.wait_until_ready()?;
        let before = proc::switches(child.id())?;
        children.push((name, child, before));
    }
    std::thread::sleep(IDLE);
    let mut rows = vec![row([
        "",
        "threads",
        "more descriptors",
        "wake-ups",
        "switches by force",
    ])];
    let without = children
        .first()
        .map_or(Ok(0), |(_, child, _)| proc::descriptors(child.id()))?;
    for (name, child, before) in &children {
        let after = proc::switches(child.id())?;
        rows.push(row([
            name,
            &proc::threads(child.id())?.len().to_string(),
            &proc::descriptors(child.id())?.saturating_sub(without).to_string(),
            &(after.0 - before.0).to_string(),
            &(after.1 - before.1).to_string(),
        ]));
    }
    table::print(
        &format!("Idle: all threads of the process, over {} s", IDLE.as_secs()),
        &rows,
    );
    Ok(())
}
