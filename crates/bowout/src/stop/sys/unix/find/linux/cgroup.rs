//! Who is in a cgroup ([cgroups(7)](https://man7.org/linux/man-pages/man7/cgroups.7.html)), and in that of a systemd unit.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use rustix::process::geteuid;

use crate::stop::find::FindProblem;

/// The processes in a cgroup and in those below it. The path is one in the file system, or one from the root of the hierarchy.
/// The root itself holds everybody, and is never meant.
pub(in crate::stop) fn cgroup(path: &Path) -> Result<Vec<u32>, FindProblem> {
    let from_root = path.strip_prefix("/").unwrap_or(path);
    let is_inside = from_root.components().all(|part| matches!(part, Component::Normal(_)));
    let below = hierarchies()?
        .into_iter()
        .map(|root| root.join(from_root))
        .filter(|_| is_inside);
    let mut is_root = from_root == Path::new("");
    for path in std::iter::once(path.to_owned()).chain(below) {
        let Some(path) = there(path.canonicalize())? else {
            continue;
        };
        if is_cgroup(&path)? {
            if path.parent().map_or(Ok(false), is_cgroup)? {
                return members(&path);
            }
            is_root = true;
        }
    }
    Err(if is_root {
        FindProblem::RootCgroup
    } else {
        FindProblem::NoSuchCgroup
    })
}

/// The processes of a systemd unit: of the system's, else of the caller's own manager's.
pub(in crate::stop) fn unit(name: &str) -> Result<Vec<u32>, FindProblem> {
    let directory = directory_name(name).ok_or(FindProblem::NoSuchUnit)?;
    let user = geteuid().as_raw();
    let own = format!("user.slice/user-{user}.slice/user@{user}.service");
    let roots = hierarchies()?;
    for manager in roots.iter().cloned().chain(roots.iter().map(|root| root.join(&own))) {
        if let Some(found) = in_slices(&manager, &directory)? {
            return members(&found);
        }
    }
    Err(FindProblem::NoSuchUnit)
}

/// The directory of a unit: `nginx` is `nginx.service`, and what would be taken for a file of the kernel's has `_` in front
/// ([systemd's account](https://systemd.io/CGROUP_DELEGATION/), and cg_escape in its source).
fn directory_name(unit: &str) -> Option<String> {
    const KINDS: [&str; 6] = [".service", ".scope", ".slice", ".socket", ".mount", ".swap"];
    if unit.is_empty() || unit.contains('/') {
        return None;
    }
    let is_whole = KINDS.iter().any(|kind| unit.ends_with(kind));
    let name = if is_whole {
        unit.to_owned()
    } else {
        format!("{unit}.service")
    };
    let reserved = name.starts_with(['_', '.']) || name.starts_with("cgroup.");
    Some(if reserved { format!("_{name}") } else { name })
}

/// The directory, right below a manager's own or in one of its slices. No other is looked into: below a unit everything is that
/// unit's own business (a container, another user's manager), and it could call a cgroup anything.
fn in_slices(directory: &Path, name: &str) -> Result<Option<PathBuf>, FindProblem> {
    let here = directory.join(name);
    if is_cgroup(&here)? {
        return Ok(Some(here));
    }
    let below = subdirectories(directory)?.into_iter();
    let mut slices = below.filter(|path| path.extension().is_some_and(|kind| kind == "slice"));
    slices.find_map(|slice| in_slices(&slice, name).transpose()).transpose()
}

/// Where the hierarchy of cgroups v2 is mounted, and that of systemd's own in v1.
fn hierarchies() -> Result<Vec<PathBuf>, FindProblem> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").map_err(FindProblem::Io)?;
    Ok(mounts.lines().filter_map(parse_mount).collect())
}

/// The mount point of a line of `/proc/self/mountinfo`
/// ([proc_pid_mountinfo(5)](https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html)), if it is such a hierarchy's, whole.
fn parse_mount(line: &str) -> Option<PathBuf> {
    let (mount, file_system) = line.split_once(" - ")?;
    let mut mount = mount.split(' ').skip(3);
    let (root, point) = (mount.next()?, mount.next()?);
    let mut file_system = file_system.split(' ');
    let (kind, options) = (file_system.next()?, file_system.nth(1).unwrap_or_default());
    let is_one = match kind {
        "cgroup2" => true,
        "cgroup" => options.split(',').any(|option| option == "name=systemd"),
        _ => false,
    };
    (is_one && root == "/").then(|| PathBuf::from(point))
}

/// Whether it is a directory of the kernel's, and not one that somebody has made to look like it.
fn is_cgroup(path: &Path) -> Result<bool, FindProblem> {
    /// Of include/uapi/linux/magic.h.
    const CGROUP: u32 = 0x0027_e0eb;
    const CGROUP2: u32 = 0x6367_7270;
    // As wide as it likes to be on this processor.
    let kind = there(rustix::fs::statfs(path).map_err(io::Error::from))?.map(|info| info.f_type as u32);
    Ok(path.is_dir() && matches!(kind, Some(CGROUP | CGROUP2)))
}

fn members(cgroup: &Path) -> Result<Vec<u32>, FindProblem> {
    let mut pids = Vec::new();
    collect(cgroup, &mut pids)?;
    pids.sort_unstable();
    pids.dedup();
    if pids.is_empty() {
        return Err(FindProblem::NotRunning);
    }
    Ok(pids)
}

fn collect(cgroup: &Path, pids: &mut Vec<u32>) -> Result<(), FindProblem> {
    let list = match fs::read_to_string(cgroup.join("cgroup.procs")) {
        // A threaded cgroup: its processes are listed further up.
        Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => None,
        list => there(list)?,
    };
    // Those of another pid namespace are shown as 0.
    let listed = list.unwrap_or_default();
    let listed = listed.lines().filter_map(|line| line.parse::<u32>().ok());
    pids.extend(listed.filter(|pid| *pid != 0));
    subdirectories(cgroup)?
        .iter()
        .try_for_each(|below| collect(below, pids))
}

fn subdirectories(directory: &Path) -> Result<Vec<PathBuf>, FindProblem> {
    let mut directories = Vec::new();
    for entry in there(fs::read_dir(directory))?.into_iter().flatten() {
        let Some(entry) = there(entry)? else { break };
        if there(entry.file_type())?.is_some_and(|kind| kind.is_dir()) {
            directories.push(entry.path());
        }
    }
    Ok(directories)
}

/// What was read, or none where there is no such thing, or it was removed a moment ago and had nobody left. Of what could not be
/// read nobody can say that it is not the one.
fn there<T>(read: io::Result<T>) -> Result<Option<T>, FindProblem> {
    match read {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(None),
        read => read.map(Some).map_err(FindProblem::Io),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_unit_has_one_directory() {
        for (unit, directory) in [
            ("nginx", Some("nginx.service")),
            ("nginx.service", Some("nginx.service")),
            ("getty@tty1", Some("getty@tty1.service")),
            ("system.slice", Some("system.slice")),
            ("my.app", Some("my.app.service")),
            ("_hidden", Some("__hidden.service")),
            ("../user.slice", None),
            ("", None),
        ] {
            assert_eq!(directory_name(unit).as_deref(), directory, "{unit:?}");
        }
    }

    #[test]
    fn only_whole_hierarchies_that_name_units_are_read() {
        for (line, point) in [
            (
                "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate",
                Some("/sys/fs/cgroup"),
            ),
            (
                "31 23 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
                Some("/sys/fs/cgroup/systemd"),
            ),
            ("32 23 0:28 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids", None),
            ("33 23 0:26 /system.slice /mnt rw - cgroup2 cgroup2 rw", None),
            ("34 23 8:1 / / rw - ext4 /dev/sda1 rw", None),
        ] {
            assert_eq!(parse_mount(line).as_deref(), point.map(Path::new), "{line}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(line in "[a-z0-9/ =,-]{0,80}|.{0,80}") {
            let _ = parse_mount(&line);
            let _ = directory_name(&line);
        }
    }
}
