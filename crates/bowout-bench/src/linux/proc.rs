//! What `/proc` says about processes and their threads.

use std::fs;
use std::time::{Duration, Instant};

use super::{PATIENCE, Result};

/// How long everybody must have slept before a sample is taken.
const SETTLED: Duration = Duration::from_micros(100);

/// Waits until all threads of a process, but for this one, sleep and stay asleep.
pub(super) fn wait_until_asleep(pid: u32, but_for: Option<u32>) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if all_asleep(pid, but_for) {
            std::thread::sleep(SETTLED);
            if all_asleep(pid, but_for) {
                return Ok(());
            }
        }
        std::thread::yield_now();
    }
    Err(format!("process {pid} did not go to sleep").into())
}

fn all_asleep(pid: u32, but_for: Option<u32>) -> bool {
    let Ok(threads) = threads(pid) else { return false };
    threads.into_iter().filter(|tid| Some(*tid) != but_for).all(|tid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/task/{tid}/stat")).unwrap_or_default();
        // The name may hold anything, so the state is looked for behind the last parenthesis.
        stat.rsplit_once(')')
            .is_some_and(|(_, rest)| rest.trim_start().starts_with('S'))
    })
}

/// The numbers of the threads.
pub(super) fn threads(pid: u32) -> Result<Vec<u32>> {
    let mut threads = Vec::new();
    for entry in fs::read_dir(format!("/proc/{pid}/task"))? {
        threads.push(entry?.file_name().to_string_lossy().parse()?);
    }
    Ok(threads)
}

/// How many descriptors the process has open.
pub(super) fn descriptors(pid: u32) -> Result<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/fd"))?.count())
}

/// How often the threads of the process together were put on a processor and left it again: by their own will, and not.
pub(super) fn switches(pid: u32) -> Result<(u64, u64)> {
    let (mut voluntary, mut other) = (0, 0);
    for tid in threads(pid)? {
        let status = fs::read_to_string(format!("/proc/{pid}/task/{tid}/status"))?;
        let field = |name: &str| -> Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            Ok(line.ok_or("a thread without counters")?.trim().parse()?)
        };
        voluntary += field("voluntary_ctxt_switches:")?;
        other += field("nonvoluntary_ctxt_switches:")?;
    }
    Ok((voluntary, other))
}

/// The process and all its descendants.
pub(super) fn tree(root: u32) -> Result<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Ok(pid) = entry?.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat
            .rsplit_once(')')
            .and_then(|(_, rest)| rest.split_whitespace().nth(1));
        if let Some(parent) = parent.and_then(|parent| parent.parse::<u32>().ok()) {
            parents.push((pid, parent));
        }
    }
    let mut tree = vec![root];
    let mut looked = 0;
    while let Some(above) = tree.get(looked).copied() {
        tree.extend(
            parents
                .iter()
                .filter(|(_, parent)| *parent == above)
                .map(|(pid, _)| *pid),
        );
        looked += 1;
    }
    Ok(tree)
}

/// The sum of some fields of its memory, in KiB: proc_pid_smaps_rollup(5).
pub(super) fn memory(pid: u32, fields: &[&str]) -> Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let numbers = rollup.lines().filter_map(|line| {
        let (field, rest) = line.split_once(':')?;
        fields
            .contains(&field)
            .then(|| rest.trim().trim_end_matches("kB").trim().parse::<u64>())
    });
    Ok(numbers.sum::<std::result::Result<u64, _>>()?)
}
