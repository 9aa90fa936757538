//! From TERM to the end of the wrapper, around a program that TERM ends.

use std::os::unix::process::ExitStatusExt;

use rustix::process::{Signal, kill_process};

use super::super::child::Process;
use super::super::{Result, proc, sys::now};
use super::targets::Targets;
use super::wrappers::{Wrapper, without_variants};

const ROUNDS: usize = 15;
const SAMPLES: usize = 20;

pub(super) fn run(wrappers: &[Wrapper], targets: &Targets) -> Result<()> {
    let wrappers = without_variants(wrappers);
    let series = super::in_turns(&wrappers, ROUNDS, SAMPLES, |wrapper| {
        let mut process = Process::run(&mut wrapper.command(&targets.waits))?;
        process.byte()?;
        // The wrapper too has to be where it waits.
        proc::wait_until_asleep(process.id(), None)?;
        let began = now();
        kill_process(process.pid(), Signal::TERM)?;
        let status = process.wait()?;
        let ended = now();
        match (status.code(), status.signal()) {
            (Some(143 | 124), _) | (_, Some(15)) => Ok(vec![ended - began]),
            _ => Err(format!("{status}").into()),
        }
    })?;
    let title = format!("TERM to the wrapper → its end; {ROUNDS} rounds of {SAMPLES}, in turns");
    super::print(&title, &wrappers, &series);
    Ok(())
}
