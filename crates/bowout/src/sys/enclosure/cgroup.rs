//! Linux: a cgroup of our own, below the one that we are in
//! ([cgroups(7)](https://man7.org/linux/man-pages/man7/cgroups.7.html), version 2). Whoever is started in it stays in it with
//! all descendants, whatever sessions and groups they make; `cgroup.kill` ends them all, and nobody outruns it: a fork that is
//! under way is killed too ([cgroup-v2](https://docs.kernel.org/admin-guide/cgroup-v2.html), kernel 5.14).
//!
//! It takes the right to make a folder there: root has it, and the user of a systemd unit with `Delegate=`.

use std::fs;
use std::io::{self, Seek};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

#[derive(Debug)]
pub(crate) struct Cgroup {
    folder: PathBuf,
    /// What `/proc/PID/cgroup` says of who is in it.
    path: String,
    /// Open for writing: who writes 0 there is in it.
    entrance: OwnedFd,
    killed: AtomicBool,
}

impl Cgroup {
    /// Makes one.
    pub(crate) fn new() -> io::Result<Cgroup> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let own = fs::read_to_string("/proc/self/cgroup")?;
        let own = path_in(&own).ok_or(io::ErrorKind::Unsupported)?;
        let mounts = fs::read_to_string("/proc/self/mountinfo")?;
        let above = folder_of(&mounts, own).ok_or(io::ErrorKind::Unsupported)?;
        // One who had our number may have left his behind, and one in another pid namespace has the same number.
        let (name, folder) = loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("bowout-{}-{count}", std::process::id());
            let folder = above.join(&name);
            match fs::create_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => break made.map(|()| (name, folder))?,
            }
        };
        let entrance = fs::File::options().write(true).open(folder.join("cgroup.procs"));
        match entrance {
            Ok(entrance) if folder.join("cgroup.kill").exists() => Ok(Cgroup {
                path: format!("{}/{name}", own.trim_end_matches('/')),
                folder,
                entrance: entrance.into(),
                killed: AtomicBool::new(false),
            }),
            refused => {
                let _ = fs::remove_dir(&folder);
                Err(refused.map_or_else(|error| error, |_| io::ErrorKind::Unsupported.into()))
            }
        }
    }

    /// Who writes `0` there enters it: the calling process, with all its threads.
    pub(crate) fn entrance(&self) -> BorrowedFd<'_> {
        self.entrance.as_fd()
    }

    pub(super) fn members(&self) -> io::Result<Vec<u32>> {
        let mut members = Vec::new();
        for folder in tree(&self.folder)? {
            // A folder that its makers have removed in between has nobody in it.
            let procs = match fs::read_to_string(folder.join("cgroup.procs")) {
                Err(error) if is_gone(&error) => continue,
                // A threaded one: whose threads are in it is told further up.
                Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => continue,
                procs => procs?,
            };
            members.extend(procs.lines().filter_map(|pid| pid.parse::<u32>().ok()));
        }
        Ok(members)
    }

    /// Whether this process is in it, be it alive or a zombie.
    pub(crate) fn contains(&self, pid: u32) -> io::Result<bool> {
        let text = fs::read_to_string(format!("/proc/{pid}/cgroup"))?;
        let rest = path_in(&text).and_then(|path| path.strip_prefix(&self.path));
        Ok(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    pub(super) fn kill(&self) -> io::Result<()> {
        self.killed.store(true, Ordering::Relaxed);
        fs::write(self.folder.join("cgroup.kill"), "1")
    }

    /// Has nobody in it run until [`thaw`](Cgroup::thaw), and waits until nobody does; not longer than until then, where
    /// somebody is in the middle of something that the kernel does not break off.
    pub(super) fn freeze(&self, until: Instant) -> io::Result<()> {
        fs::write(self.folder.join("cgroup.freeze"), "1")?;
        let mut events = fs::File::open(self.folder.join("cgroup.events"))?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            events.rewind()?;
            if says(&io::read_to_string(&events)?, "frozen 1") || left.is_zero() {
                return Ok(());
            }
            // Until it says something else than what was read.
            let left = Timespec::try_from(left).ok();
            match poll(&mut [PollFd::new(&events, PollFlags::PRI)], left.as_ref()) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub(super) fn thaw(&self) -> io::Result<()> {
        fs::write(self.folder.join("cgroup.freeze"), "0")
    }

    /// Whether it was killed, and there is still somebody in it: he will be gone in a moment.
    pub(super) fn is_ending(&self) -> bool {
        self.killed.load(Ordering::Relaxed) && self.is_empty().is_ok_and(|is_empty| !is_empty)
    }

    pub(super) fn is_empty(&self) -> io::Result<bool> {
        let events = fs::read_to_string(self.folder.join("cgroup.events"))?;
        Ok(says(&events, "populated 0"))
    }
}

/// A cgroup with somebody in it cannot be removed, and stays.
impl Drop for Cgroup {
    fn drop(&mut self) {
        for folder in tree(&self.folder).unwrap_or_default().iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The folder and every one below it, parents first.
fn tree(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = vec![folder.to_owned()];
    let mut next = 0;
    while next < folders.len() {
        let entries = match fs::read_dir(&folders[next]) {
            Err(error) if is_gone(&error) => None,
            entries => Some(entries?),
        };
        for entry in entries.into_iter().flatten() {
            match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
                Ok((kind, entry)) if kind.is_dir() => folders.push(entry.path()),
                Err(error) if !is_gone(&error) => return Err(error),
                _ => {}
            }
        }
        next += 1;
    }
    Ok(folders)
}

fn says(events: &str, what: &str) -> bool {
    events.lines().any(|line| line == what)
}

/// A file of a cgroup that was removed under our hands answers `ENODEV`.
fn is_gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENODEV))
}

/// The path of version 2 in `/proc/PID/cgroup`.
fn path_in(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("0::"))
}

/// The folder of a cgroup, by the mounts of
/// [proc_pid_mountinfo(5)](https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html).
fn folder_of(mounts: &str, path: &str) -> Option<PathBuf> {
    mounts.lines().find_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        let mut fields = mount.split(' ').skip(3);
        let (root, point) = (fields.next()?, fields.next()?);
        let below = path.strip_prefix(root.trim_end_matches('/'))?;
        let whole = below.is_empty() || below.starts_with('/');
        (kind.starts_with("cgroup2 ") && whole).then(|| Path::new(point).join(below.trim_start_matches('/')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
        30 24 0:26 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw,mode=755\n\
        31 30 0:27 / /sys/fs/cgroup/unified rw shared:10 - cgroup2 cgroup2 rw\n\
        32 30 0:28 / /sys/fs/cgroup/systemd rw shared:11 - cgroup cgroup rw,name=systemd\n";

    #[test]
    fn the_folder_is_found_beside_version_1() {
        assert_eq!(path_in("9:name=systemd:/a\n0::/b c\n"), Some("/b c"));
        let folder = |path| folder_of(MOUNTS, path);
        assert_eq!(folder("/"), Some("/sys/fs/cgroup/unified".into()));
        assert_eq!(folder("/a/b"), Some("/sys/fs/cgroup/unified/a/b".into()));
    }

    #[test]
    fn a_part_of_the_hierarchy_may_be_mounted() {
        let mounts = MOUNTS.replace("0:27 / ", "0:27 /docker/1 ");
        let folder = |path| folder_of(&mounts, path);
        assert_eq!(folder("/docker/1"), Some("/sys/fs/cgroup/unified".into()));
        assert_eq!(folder("/docker/1/x"), Some("/sys/fs/cgroup/unified/x".into()));
        assert_eq!(folder("/docker/12"), None);
    }
}
