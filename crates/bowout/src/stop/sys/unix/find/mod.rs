//! What the finding of processes asks the system. Who asks holds the handles.

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "linux/mod.rs")]
#[cfg_attr(target_vendor = "apple", path = "apple.rs")]
#[cfg_attr(target_os = "freebsd", path = "freebsd.rs")]
#[cfg_attr(
    not(any(
        target_os = "linux",
        target_os = "android",
        target_vendor = "apple",
        target_os = "freebsd"
    )),
    path = "none.rs"
)]
mod os;

mod family;
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
mod name;
mod pidfile;

pub(in crate::stop) use family::head;
pub(in crate::stop) use os::{cgroup, command_line, listeners, names, processes, socket_listeners, started_at, unit};
pub(in crate::stop) use pidfile::{PidFile, open_pidfile};

use std::io;
use std::num::NonZeroU32;

use crate::stop::find::FindProblem;

use super::handle;

/// The parent of this process, its parent, and so on.
pub(in crate::stop) fn ancestors() -> Vec<u32> {
    super::ancestors().collect()
}

/// Whether the name that was found is the one that is wanted.
pub(in crate::stop) fn same_name(found: &str, wanted: &str) -> bool {
    found == wanted
}

/// Those among these who are in the process group.
pub(in crate::stop) fn group(group: NonZeroU32, among: &[u32]) -> Result<Vec<u32>, FindProblem> {
    let among = handle::those(among).map_err(FindProblem::Io)?.into_iter();
    let members = among.filter(|entry| entry.group == group.get());
    Ok(members.map(|entry| entry.pid).collect())
}

/// What to do about what could not be read.
pub(in crate::stop) fn remedy(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(libc::EMFILE) => ": allow more of them (ulimit -n)",
        Some(libc::ENFILE) => ": the whole system has no more of them; end who has many",
        Some(libc::EACCES | libc::EPERM) => ": act as root",
        _ => "",
    }
}

/// Services by this name are Windows's.
pub(in crate::stop) fn service(_: &str) -> Result<u32, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}
