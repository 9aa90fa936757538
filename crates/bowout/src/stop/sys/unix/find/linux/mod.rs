//! Linux: `/proc` ([proc(5)](https://man7.org/linux/man-pages/man5/proc.5.html)).

mod cgroup;
mod program;
mod sockets;
mod unix_diag;

pub(in crate::stop) use cgroup::{cgroup, unit};
pub(in crate::stop) use program::{command_line, file, names};
pub(in crate::stop) use sockets::{listeners, socket_listeners};

use std::fs;
use std::io;
use std::time::{Duration, SystemTime};

use rustix::time::{ClockId, clock_gettime};

use crate::stop::find::FindProblem;

/// The number of every process that can be seen.
pub(in crate::stop) fn processes() -> Result<Vec<u32>, FindProblem> {
    let unreadable = |error: io::Error| {
        let why = format!("/proc cannot be read: {error}");
        FindProblem::Io(io::Error::new(error.kind(), why))
    };
    let own = fs::read_link("/proc/self").map_err(unreadable)?;
    if own.to_str().and_then(|own| own.parse().ok()) != Some(std::process::id()) {
        let why = "/proc shows the processes of another pid namespace, whose numbers are not ours";
        return Err(FindProblem::Io(io::Error::other(why)));
    }
    let mut pids = Vec::new();
    for entry in fs::read_dir("/proc").map_err(FindProblem::Io)? {
        pids.extend(number(&entry.map_err(FindProblem::Io)?));
    }
    Ok(pids)
}

fn number(entry: &fs::DirEntry) -> Option<u32> {
    entry.file_name().to_str()?.parse().ok()
}

/// The time of day at which a process was started, by its clock ticks since boot.
pub(in crate::stop) fn started_at(start: u64) -> Option<SystemTime> {
    let ticks_a_second = rustix::param::clock_ticks_per_second();
    let started = Duration::from_secs(start / ticks_a_second)
        + Duration::from_secs(start % ticks_a_second) / u32::try_from(ticks_a_second).ok()?;
    let now = clock_gettime(ClockId::Boottime);
    let since_boot = Duration::new(u64::try_from(now.tv_sec).ok()?, u32::try_from(now.tv_nsec).ok()?);
    SystemTime::now().checked_sub(since_boot.saturating_sub(started))
}
