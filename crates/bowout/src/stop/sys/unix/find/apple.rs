//! macOS: libproc.h and sysctl(3).

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::stop::find::FindProblem;
use crate::sys::sysctl::read;

use super::super::handle;

#[path = "sysctl.rs"]
mod sysctl;
#[path = "unsupported.rs"]
mod unsupported;

pub(in crate::stop) use sysctl::started_at;
pub(in crate::stop) use unsupported::{cgroup, listeners, socket_listeners, unit};

/// The number of every process.
pub(in crate::stop) fn processes() -> Result<Vec<u32>, FindProblem> {
    let everybody = handle::everybody(&HashSet::new()).map_err(FindProblem::Io)?;
    Ok(everybody.into_iter().map(|entry| entry.pid).collect())
}

/// The names of these processes.
pub(in crate::stop) fn names(pids: &[u32]) -> Result<Vec<(u32, String)>, FindProblem> {
    let name = |pid| Some(file(pid)?.file_name()?.to_string_lossy().into_owned());
    let names = pids.iter().filter_map(|pid| Some((*pid, name(*pid)?)));
    Ok(names.collect())
}

/// The file that it runs.
pub(in crate::stop) fn file(pid: u32) -> Option<PathBuf> {
    let mut path = [0_u8; libc::PROC_PIDPATHINFO_MAXSIZE as usize];
    let size = u32::try_from(path.len()).ok()?;
    // SAFETY: there is room for `size` bytes.
    let written = unsafe { libc::proc_pidpath(i32::try_from(pid).ok()?, path.as_mut_ptr().cast(), size) };
    let path = path.get(..usize::try_from(written).ok()?)?;
    (!path.is_empty()).then(|| Path::new(OsStr::from_bytes(path)).to_owned())
}

/// The command line, with a blank between two arguments, where we may know it. `KERN_PROCARGS2` (sys/sysctl.h) gives their
/// count, the path of the program, NULs up to some boundary, the arguments, and the environment.
pub(in crate::stop) fn command_line(pid: u32) -> Result<Option<String>, FindProblem> {
    Ok(arguments(pid))
}

fn arguments(pid: u32) -> Option<String> {
    let value = read(&[libc::CTL_KERN, libc::KERN_PROCARGS2, i32::try_from(pid).ok()?]).ok()?;
    let (count, rest) = value.split_first_chunk()?;
    let count = usize::try_from(i32::from_ne_bytes(*count)).ok()?;
    let path = rest.iter().position(|byte| *byte == 0)?;
    let padding = rest.get(path..)?.iter().position(|byte| *byte != 0)?;
    let arguments = rest.get(path + padding..)?;
    let length: usize = arguments
        .split_inclusive(|byte| *byte == 0)
        .take(count)
        .map(<[u8]>::len)
        .sum();
    sysctl::joined(arguments.get(..length)?)
}
