//! FreeBSD: sysctl `kern.proc` ([sysctl(3)](https://man.freebsd.org/cgi/man.cgi?query=sysctl&sektion=3)).

use std::ffi::{CStr, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::name::complete;
use crate::stop::find::FindProblem;

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
    let list = sysctl::read([libc::CTL_KERN, libc::KERN_PROC, libc::KERN_PROC_PROC]);
    let list = list.ok_or_else(|| FindProblem::Io(io::Error::last_os_error()))?;
    Ok(list
        .chunks_exact(size_of::<libc::kinfo_proc>())
        .filter_map(|entry| Some(parse(entry)?.0))
        .collect())
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
pub(in crate::stop) fn command_line(pid: u32) -> Option<String> {
    sysctl::joined(&of_process(libc::KERN_PROC_ARGS, pid)?)
}

fn name(pid: u32) -> Option<String> {
    let (_, name) = parse(&of_process(libc::KERN_PROC_PID, pid)?)?;
    if name.len() < CUT {
        return Some(String::from_utf8_lossy(&name).into_owned());
    }
    let arguments = of_process(libc::KERN_PROC_ARGS, pid).unwrap_or_default();
    let file = file(pid).unwrap_or_default();
    Some(String::from_utf8_lossy(complete(&name, &file, &arguments)).into_owned())
}

fn of_process(what: libc::c_int, pid: u32) -> Option<Vec<u8>> {
    sysctl::read([libc::CTL_KERN, libc::KERN_PROC, what, i32::try_from(pid).ok()?])
}

/// The number and the name of a `kinfo_proc`.
fn parse(entry: &[u8]) -> Option<(u32, Vec<u8>)> {
    if entry.len() < size_of::<libc::kinfo_proc>() {
        return None;
    }
    // SAFETY: there are enough bytes, the struct is plain data of which every value is one, and it need not be aligned.
    let info: libc::kinfo_proc = unsafe { entry.as_ptr().cast::<libc::kinfo_proc>().read_unaligned() };
    // SAFETY: the system ends the name with NUL.
    let name = unsafe { CStr::from_ptr(info.ki_comm.as_ptr()) };
    Some((u32::try_from(info.ki_pid).ok()?, name.to_bytes().to_vec()))
}
