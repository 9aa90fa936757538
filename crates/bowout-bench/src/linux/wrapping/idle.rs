//! What a wrapper is while its child does nothing.

use std::fs;
use std::time::Duration;

use super::super::child::Process;
use super::super::table::{self, row};
use super::super::{Result, proc};
use super::targets::Targets;
use super::wrappers::{Wrapper, without_variants};

const IDLE: Duration = Duration::from_secs(5);

pub(super) fn run(wrappers: &[Wrapper], targets: &Targets) -> Result<()> {
    let mut running = Vec::new();
    for wrapper in without_variants(wrappers) {
        let Some(file) = wrapper.file() else {
            continue;
        };
        let mut process = Process::run(&mut wrapper.command(&targets.waits))?;
        process.byte()?;
        let mut own = proc::tree(process.id())?;
        own.retain(|pid| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe != targets.waits));
        own.iter().try_for_each(|pid| proc::wait_until_asleep(*pid, None))?;
        let before = wake_ups(&own)?;
        running.push((wrapper, fs::metadata(file)?.len(), own, before, process));
    }
    std::thread::sleep(IDLE);
    let mut rows = vec![row([
        "",
        "file, bytes",
        "processes",
        "resident, KiB",
        "proportional, KiB",
        "private, KiB",
        "wake-ups",
    ])];
    for (wrapper, bytes, own, before, _process) in &running {
        let memory = |fields: &[&str]| -> Result<String> {
            let of_each = own.iter().map(|pid| proc::memory(*pid, fields));
            Ok(of_each.sum::<Result<u64>>()?.to_string())
        };
        rows.push(row([
            wrapper.name,
            &bytes.to_string(),
            &own.len().to_string(),
            &memory(&["Rss"])?,
            &memory(&["Pss"])?,
            &memory(&["Private_Clean", "Private_Dirty"])?,
            &(wake_ups(own)? - before).to_string(),
        ]));
    }
    let title = format!(
        "A wrapper while its child does nothing: all its processes together, wake-ups over {} s",
        IDLE.as_secs()
    );
    table::print(&title, &rows);
    Ok(())
}

fn wake_ups(pids: &[u32]) -> Result<u64> {
    pids.iter().map(|pid| Ok(proc::switches(*pid)?.0)).sum()
}
