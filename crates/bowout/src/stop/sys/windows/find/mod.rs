//! What the finding of processes asks the system. Who asks holds the handles.

mod command_line;
mod pidfile;
mod ports;
mod sddl;
mod service;

use std::io;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(in crate::stop) use command_line::command_line;
pub(in crate::stop) use pidfile::{PidFile, open_pidfile};
pub(in crate::stop) use ports::listeners;
pub(in crate::stop) use service::service;

use crate::stop::find::{FindProblem, Hit};
use crate::sys::process;

/// The number of every process.
pub(in crate::stop) fn processes() -> Result<Vec<u32>, FindProblem> {
    let all = process::all().map_err(FindProblem::Io)?;
    Ok(all.into_iter().map(|entry| entry.pid).collect())
}

/// The parent of this process, its parent, and so on.
pub(in crate::stop) fn ancestors() -> Vec<u32> {
    // Where the system tells nobody's parent, nobody is found either.
    super::ancestors::of_this_process(&process::all().unwrap_or_default())
}

/// What to do about what could not be read.
pub(in crate::stop) fn remedy(_: &io::Error) -> &'static str {
    ""
}

/// The names of these processes.
pub(in crate::stop) fn names(pids: &[u32]) -> Result<Vec<(u32, String)>, FindProblem> {
    let all = process::all().map_err(FindProblem::Io)?.into_iter();
    let those = all.filter(|entry| pids.contains(&entry.pid));
    Ok(those
        .map(|entry| (entry.pid, without_extension(&entry.program).to_owned()))
        .collect())
}

/// Whether the name that was found is the one that is wanted, which may have its `.exe`.
pub(in crate::stop) fn same_name(found: &str, wanted: &str) -> bool {
    found.to_lowercase() == without_extension(wanted).to_lowercase()
}

/// A program's name as people write it.
pub(crate) fn without_extension(name: &str) -> &str {
    const EXTENSION: &str = ".exe";
    let stem = name
        .len()
        .checked_sub(EXTENSION.len())
        .and_then(|at| name.split_at_checked(at));
    match stem {
        Some((stem, extension)) if extension.eq_ignore_ascii_case(EXTENSION) => stem,
        _ => name,
    }
}

/// A socket has one owner: the process that made it. Workers that have inherited it are not told.
pub(in crate::stop) fn head(_: &[Hit]) -> Option<usize> {
    None
}

/// The time of day that a FILETIME means: units of 100 ns since 1601.
pub(in crate::stop) fn started_at(start: u64) -> Option<SystemTime> {
    const EPOCH: u64 = 116_444_736_000_000_000;
    const A_SECOND: u64 = 10_000_000;
    let since = start.checked_sub(EPOCH)?;
    let nanos = u32::try_from(since % A_SECOND).ok()? * 100;
    UNIX_EPOCH.checked_add(Duration::new(since / A_SECOND, nanos))
}

/// Windows has Unix sockets, and no list of them.
pub(in crate::stop) fn socket_listeners(_: &Path, _: &[u32]) -> Result<Vec<Hit>, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}

pub(in crate::stop) fn cgroup(_: &Path) -> Result<Vec<u32>, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}

/// The system does not tell who is in one of its process groups.
pub(in crate::stop) fn group(_: NonZeroU32, _: &[u32]) -> Result<Vec<u32>, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}

pub(in crate::stop) fn unit(_: &str) -> Result<Vec<u32>, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_with_and_without_exe() {
        for wanted in ["nginx", "nginx.exe", "Nginx.EXE"] {
            assert!(same_name("NGINX", wanted), "{wanted}");
        }
        for wanted in ["ngin", "nginx.ex", "nginx.exe.exe", "", ".exe"] {
            assert!(!same_name("nginx", wanted), "{wanted}");
        }
    }
}
