//! From the start of the wrapper, around a program that exits at once, to its end.

use std::process::Stdio;

use super::super::{Result, sys::now};
use super::targets::Targets;
use super::wrappers::{Wrapper, without_variants};

const ROUNDS: usize = 15;
const SAMPLES: usize = 40;

pub(super) fn run(wrappers: &[Wrapper], targets: &Targets) -> Result<()> {
    let wrappers = without_variants(wrappers);
    let series = super::in_turns(&wrappers, ROUNDS, SAMPLES, |wrapper| {
        let mut command = wrapper.command(&targets.exits);
        command.stdin(Stdio::null());
        let began = now();
        let status = command.spawn()?.wait()?;
        let ended = now();
        status
            .success()
            .then(|| vec![ended - began])
            .ok_or(format!("{status}").into())
    })?;
    let title = format!("Running a static program that exits, start to end; {ROUNDS} rounds of {SAMPLES}, in turns");
    super::print(&title, &wrappers, &series);
    Ok(())
}
