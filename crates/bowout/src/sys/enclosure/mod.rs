//! What keeps a tree of ours together, from the birth of its first process on, so that all of it can be counted, asked and
//! ended: a process group or a cgroup on Unix, a job object on Windows. The same face everywhere, but for one thing: a job
//! cannot ask its members.
//!
//! | | escapes it | is asked at once | is ended at once |
//! | --- | --- | --- | --- |
//! | process group | who leaves by `setsid` or `setpgid` | yes | yes |
//! | cgroup v2 (Linux 5.14) | nobody, but by the hand of who may write to another cgroup | the group in it | yes |
//! | job object (Windows) | nobody: bowout's allow no breakaway | no | yes |

use std::io;
use std::sync::Arc;
use std::time::Instant;

#[cfg(unix)]
#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "cgroup.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), path = "no_cgroup.rs")]
mod cgroup;
#[cfg(unix)]
#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "group/linux.rs")]
#[cfg_attr(target_vendor = "apple", path = "group/apple.rs")]
#[cfg_attr(target_os = "freebsd", path = "group/freebsd.rs")]
#[cfg_attr(
    not(any(
        target_os = "linux",
        target_os = "android",
        target_vendor = "apple",
        target_os = "freebsd"
    )),
    path = "group/none.rs"
)]
mod group;
#[cfg(unix)]
mod leader;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod os;

#[cfg(unix)]
pub(crate) use cgroup::Cgroup;
#[cfg(unix)]
pub(crate) use leader::Leader;
pub(crate) use os::Enclosure;
#[cfg(windows)]
pub(crate) use os::OnClose;

/// Nobody in the enclosure runs, or forks, until this is dropped.
#[derive(Debug)]
pub(crate) struct Frozen(Arc<Enclosure>);

impl Frozen {
    /// Waits for it until then at the longest.
    pub(crate) fn new(enclosure: &Arc<Enclosure>, until: Instant) -> io::Result<Frozen> {
        // First, so that those who are held go on also if they cannot be waited for.
        let frozen = Frozen(Arc::clone(enclosure));
        frozen.0.freeze(until)?;
        Ok(frozen)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        // It fails if the cgroup is not there any more, and nobody in it.
        let _ = self.0.thaw();
    }
}
