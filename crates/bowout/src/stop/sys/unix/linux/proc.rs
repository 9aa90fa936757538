//! What `/proc` says about a process.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::{CWD, Mode, OFlags, open, openat};

/// The fields of `/proc/PID/stat` that matter here
/// ([proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stat {
    /// The name, cut to 15 bytes by the kernel.
    pub(super) name: String,
    state: char,
    pub(super) parent: u32,
    pub(super) group: u32,
    pub(super) session: u32,
    flags: u32,
    pub(super) threads: u32,
    /// Clock ticks since boot.
    pub(super) start: u64,
    /// As `waitpid(2)` gives it; 0 where we may not look.
    pub(super) exit_code: i32,
}

impl Stat {
    /// Every thread of it has ended, and its parent has not waited for it. The first thread alone may end before the others;
    /// such a process lives.
    pub(super) fn has_exited(&self) -> bool {
        matches!(self.state, 'Z' | 'X' | 'x') && self.threads <= 1
    }

    /// Its first thread has ended or is stopped, be it by a signal or by a debugger.
    pub(super) fn first_is_still(&self) -> bool {
        matches!(self.state, 'T' | 't' | 'Z' | 'X' | 'x')
    }

    /// `PF_KTHREAD` (include/linux/sched.h).
    pub(super) fn is_kernel_thread(&self) -> bool {
        self.flags & 0x0020_0000 != 0
    }
}

/// `None` where there is no such process, or `/proc` cannot be asked: it is not mounted, hides others' processes, or shows
/// those of another pid namespace.
pub(super) fn stat(pid: u32) -> Option<Stat> {
    if !is_of_our_namespace() {
        return None;
    }
    read_stat(pid)
}

/// The same of the process that was started then, with fewer calls: another `/proc` would not know it.
pub(super) fn stat_since(pid: u32, start: u64) -> Option<Stat> {
    read_stat(pid).filter(|stat| stat.start == start)
}

fn read_stat(pid: u32) -> Option<Stat> {
    stat_in(CWD, &format!("/proc/{pid}/stat")).ok()?
}

/// Everybody whom `/proc` shows, threads of the kernel and those who have only left their exit status among them. It is no
/// picture of one moment: processes come and go while it is taken. Whoever was there all the time is in it; and so is
/// whoever was started by one of those, if he stands [still](Stat::first_is_still) in it.
///
/// # Errors
/// `/proc` is not mounted, shows those of another pid namespace, or there is no descriptor left to read it by.
pub(super) fn everybody() -> io::Result<Vec<(u32, Stat)>> {
    if !is_of_our_namespace() {
        let why = "/proc does not show the processes of this pid namespace: mount it to find who belongs to a tree";
        return Err(io::Error::new(io::ErrorKind::Unsupported, why));
    }
    let folder = open(
        "/proc",
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let mut everybody = Vec::new();
    let mut seen = HashSet::new();
    // The folder is read in the order of the numbers. Who came while it was read, with a number that had been passed, is found
    // by reading it once more. Whoever comes during that was started by somebody who moves, or who is new himself. Reading it
    // until nobody comes would never end on a busy machine.
    for _ in 0..2 {
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            if seen.insert(pid) {
                // Who has gone meanwhile is not there any more.
                everybody.extend(stat_in(folder.as_fd(), &format!("{pid}/stat"))?.map(|stat| (pid, stat)));
            }
        }
    }
    Ok(everybody)
}

/// Whether every thread of a process has ended or is stopped.
pub(in super::super) fn threads_are_still(pid: u32) -> bool {
    // Who has gone since the folder was read is not there any more.
    let is_still = |entry: io::Result<fs::DirEntry>| {
        let line = entry
            .and_then(|entry| fs::read(entry.path().join("stat")))
            .unwrap_or_default();
        parse_stat(&String::from_utf8_lossy(&line)).is_none_or(|stat| stat.first_is_still())
    };
    fs::read_dir(format!("/proc/{pid}/task")).is_ok_and(|mut threads| threads.all(is_still))
}

/// With as few calls as there can be: there may be thousands to be read. Fails only for want of descriptors.
fn stat_in(folder: BorrowedFd<'_>, path: &str) -> io::Result<Option<Stat>> {
    // The longest line: a name of 64 bytes, 51 numbers of at most 20 digits.
    let mut line = [0; 1280];
    let file = openat(folder, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    let length = file.and_then(|file| rustix::io::read(file, &mut line));
    match length {
        Ok(length) => Ok(parse_stat(&String::from_utf8_lossy(&line[..length]))),
        Err(error @ (rustix::io::Errno::MFILE | rustix::io::Errno::NFILE)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// The process that the thread with this number belongs to.
pub(super) fn thread_group(pid: u32) -> Option<u32> {
    if !is_of_our_namespace() {
        return None;
    }
    let status = fs::read(format!("/proc/{pid}/status")).ok()?;
    let status = String::from_utf8_lossy(&status);
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"))?;
    line.trim().parse().ok()
}

/// Where it is not, the numbers in it are those of another pid namespace: its 42 is not ours.
fn is_of_our_namespace() -> bool {
    let own = fs::read_link("/proc/self").ok();
    own.and_then(|own| own.to_str()?.parse().ok()) == Some(std::process::id())
}

/// The name may hold anything, spaces and parentheses too, so the fields are counted from the *last* parenthesis.
fn parse_stat(text: &str) -> Option<Stat> {
    let open = text.find('(')?;
    let close = text.rfind(')')?;
    let name = text.get(open + 1..close)?.to_owned();
    let fields: Vec<&str> = text.get(close + 1..)?.split_ascii_whitespace().collect();
    // The first field behind the name is the third of the line.
    let field = |number: usize| fields.get(number - 3).copied();
    Some(Stat {
        name,
        state: field(3)?.chars().next()?,
        parent: field(4)?.parse().ok()?,
        group: field(5)?.parse().ok()?,
        session: field(6)?.parse().ok()?,
        flags: field(9)?.parse().ok()?,
        threads: field(20)?.parse().ok()?,
        start: field(22)?.parse().ok()?,
        // Since Linux 3.5.
        exit_code: field(52).and_then(|code| code.parse().ok()).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_full_of_traps_is_read_right() {
        let line = "77 (a) Z 1 (b) S) S 42 77 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 12345 1 1 1 \
                    1 1 1 1 1 1 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 256";
        let stat = parse_stat(line).unwrap();
        assert_eq!(stat.name, "a) Z 1 (b) S");
        assert_eq!((stat.state, stat.parent, stat.session), ('S', 42, 77));
        assert_eq!((stat.threads, stat.start), (3, 12345));
        assert_eq!(stat.exit_code, 256);
        assert!(!stat.has_exited() && !stat.is_kernel_thread());
    }

    #[test]
    fn our_own_line_is_read_right() {
        let stat = stat(std::process::id()).unwrap();
        assert_eq!(stat.parent, std::os::unix::process::parent_id());
        assert!(stat.start > 0 && !stat.has_exited() && !stat.is_kernel_thread());
    }

    #[test]
    fn we_are_among_everybody() {
        let own = std::process::id();
        let everybody = everybody().unwrap();
        let (_, stat) = everybody.iter().find(|(pid, _)| *pid == own).unwrap();
        assert_eq!(stat.start, super::stat(own).unwrap().start);
    }

    #[test]
    fn a_thread_is_told_from_its_process() {
        let thread = std::thread::spawn(|| rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs());
        let own = std::process::id();
        assert_eq!(thread_group(own), Some(own));
        let gone_or_ours = thread_group(thread.join().unwrap());
        assert!(gone_or_ours.is_none_or(|of| of == own));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in ".{0,200}", tail in "[ ()0-9SZ-]{0,200}") {
            let _ = parse_stat(&text);
            let _ = parse_stat(&format!("1 ({text}){tail}"));
        }
    }
}
