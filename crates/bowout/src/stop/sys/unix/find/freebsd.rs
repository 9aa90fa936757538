//! FreeBSD: sysctl `kern.proc` ([sysctl(3)](https://man.freebsd.org/cgi/man.cgi?query=sysctl&sektion=3)).

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::stop::find::FindProblem;
use crate::sys::sysctl::read;

use super::super::handle;
use super::name::complete;

#[path = "sysctl.rs"]
mod sysctl;
#[path = "unsupported.rs"]
mod unsupported;

pub(in crate::stop) use sysctl::started_at;
pub(in crate::stop) use unsupported::{cgroup, listeners, socket_listeners, unit};

/// `COMMLEN` (sys/user.h).
const CUT: usize = 19;

/// The number of every process that can be seen.
pub(in crate::stop) fn processes() -> Result<Vec<u32>, FindProblem> {
    let everybody = handle::everybody(&HashSet::new()).map_err(FindProblem::Io)?;
    Ok(everybody.into_iter().map(|entry| entry.pid).collect())
}

/// The names of these processes.
pub(in crate::stop) fn names(pids: &[u32]) -> Result<Vec<(u32, String)>, FindProblem> {
    let names = pids.iter().filter_map(|pid| Some((*pid, name(*pid)?)));
    Ok(names.collect())
}

/// The file that it runs, where we may know.
pub(in crate::stop) fn file(pid: u32) -> Option<PathBuf> {
    let path = of_process(libc::KERN_PROC_PATHNAME, pid)?;
    let path = path.strip_suffix(b"\0").unwrap_or(&path);
    (!path.is_empty()).then(|| Path::new(OsStr::from_bytes(path)).to_owned())
}

/// The command line, with a blank between two arguments, where we may know it.
pub(in crate::stop) fn command_line(pid: u32) -> Result<Option<String>, FindProblem> {
    Ok(of_process(libc::KERN_PROC_ARGS, pid).and_then(|arguments| sysctl::joined(&arguments)))
}

fn name(pid: u32) -> Option<String> {
    let name = handle::one(pid)?.name.into_bytes();
    if name.len() < CUT {
        return Some(String::from_utf8_lossy(&name).into_owned());
    }
    let arguments = of_process(libc::KERN_PROC_ARGS, pid).unwrap_or_default();
    let file = file(pid).unwrap_or_default();
    Some(String::from_utf8_lossy(complete(&name, &file, &arguments)).into_owned())
}

fn of_process(what: libc::c_int, pid: u32) -> Option<Vec<u8>> {
    read(&[libc::CTL_KERN, libc::KERN_PROC, what, i32::try_from(pid).ok()?]).ok()
}
