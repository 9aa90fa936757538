//! What `/proc` says about a process.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::panic::resume_unwind;
use std::thread::{self, Builder};

use rustix::fs::{CWD, Mode, OFlags, open, openat};
use rustix::io::Errno;

use super::super::survey::Entry;

/// The fields of `/proc/PID/stat` that matter here
/// ([proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    /// The name, cut to 15 bytes by the kernel.
    pub(super) name: String,
    state: char,
    pub(super) parent: u32,
    pub(crate) group: u32,
    pub(crate) session: u32,
    /// The device number of the controlling terminal; 0 is none.
    pub(crate) terminal: u32,
    /// The group in the terminal's foreground; -1 is none.
    pub(crate) foreground: i32,
    flags: u32,
    threads: u32,
    /// Clock ticks since boot.
    pub(crate) start: u64,
    /// As `waitpid(2)` gives it; 0 where we may not look.
    pub(super) exit_code: i32,
}

impl Stat {
    /// Every thread of it has ended, and its parent has not waited for it. The first thread alone may end before the others;
    /// such a process lives.
    pub(crate) fn has_exited(&self) -> bool {
        self.first_has_ended() && self.threads <= 1
    }

    /// Its first thread has ended, others may live on.
    pub(crate) fn first_has_ended(&self) -> bool {
        matches!(self.state, 'Z' | 'X' | 'x')
    }

    /// Its first thread has ended or is stopped, be it by a signal or by a debugger.
    fn first_is_still(&self) -> bool {
        matches!(self.state, 'T' | 't') || self.first_has_ended()
    }

    /// `PF_KTHREAD` (include/linux/sched.h).
    pub(crate) fn is_kernel_thread(&self) -> bool {
        self.flags & 0x0020_0000 != 0
    }
}

/// `None` where there is no such process, or `/proc` cannot be asked: it is not mounted, hides others' processes, or shows
/// those of another pid namespace.
pub(super) fn stat(pid: u32) -> Option<Stat> {
    stat_or_error(pid).ok()?
}

/// The same for whom "not to be read now" is not "not there".
///
/// # Errors
/// There is no descriptor left to read it by.
pub(super) fn stat_or_error(pid: u32) -> io::Result<Option<Stat>> {
    if is_of_our_namespace() {
        read_stat(pid)
    } else {
        Ok(None)
    }
}

/// The same of the process that was started then, with fewer calls: another `/proc` would not know it.
///
/// # Errors
/// There is no descriptor left to read it by. Nobody is gone for that.
pub(super) fn stat_since(pid: u32, start: u64) -> io::Result<Option<Stat>> {
    Ok(read_stat(pid)?.filter(|stat| stat.start == start))
}

/// The same of whoever has this number in `/proc`, for whom has made sure that it [is ours](is_of_our_namespace).
///
/// # Errors
/// As [`stat_or_error`].
pub(crate) fn read_stat(pid: u32) -> io::Result<Option<Stat>> {
    stat_in(CWD, &format!("/proc/{pid}/stat"))
}

/// Everybody whom `/proc` shows but those `seen`, threads of the kernel and those who have only left their exit status among
/// them.
///
/// # Errors
/// `/proc` is not mounted, shows those of another pid namespace, or there is no descriptor left to read it by.
pub(in super::super) fn everybody(seen: &HashSet<u32>) -> io::Result<Vec<Entry>> {
    let folder = folder_of_our_namespace()?;
    let mut numbers = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let number = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        numbers.extend(number.filter(|number| !seen.contains(number)));
    }
    entries(folder.as_fd(), &numbers)
}

/// The processes that have these numbers now.
///
/// # Errors
/// As [`everybody`].
pub(in super::super) fn those(pids: &[u32]) -> io::Result<Vec<Entry>> {
    entries(folder_of_our_namespace()?.as_fd(), pids)
}

/// What it says of the process that has this number now.
pub(in super::super) fn one(pid: u32) -> Option<Entry> {
    Some(entry(pid, stat(pid)?))
}

fn folder_of_our_namespace() -> io::Result<OwnedFd> {
    if !is_of_our_namespace() {
        let why = "/proc does not show the processes of this pid namespace: mount it to find who belongs to a tree";
        return Err(io::Error::new(io::ErrorKind::Unsupported, why));
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(open("/proc", flags, Mode::empty())?)
}

/// From so many on, two threads read them in little more than half the time.
const WORTH_A_THREAD: usize = 500;

fn entries(folder: BorrowedFd<'_>, pids: &[u32]) -> io::Result<Vec<Entry>> {
    // Who has gone meanwhile is not there any more.
    let one = |pid: &u32| {
        let stat = stat_in(folder, &format!("{pid}/stat")).transpose()?;
        Some(stat.map(|stat| entry(*pid, stat)))
    };
    let read = |pids: &[u32]| pids.iter().filter_map(one).collect::<io::Result<Vec<Entry>>>();
    if pids.len() < WORTH_A_THREAD {
        return read(pids);
    }
    let (here, there) = pids.split_at(pids.len() / 2);
    thread::scope(|scope| {
        let helper = Builder::new()
            .name("bowout-walk".into())
            .spawn_scoped(scope, || read(there));
        let mut entries = read(here)?;
        entries.extend(match helper {
            Ok(helper) => helper.join().unwrap_or_else(|panic| resume_unwind(panic))?,
            // There is none to be had, as where a tree has taken them all.
            Err(_) => read(there)?,
        });
        Ok(entries)
    })
}

fn entry(pid: u32, stat: Stat) -> Entry {
    Entry {
        pid,
        parent: stat.parent,
        group: stat.group,
        session: Some(stat.session),
        start: stat.start,
        has_exited: stat.has_exited(),
        is_still: stat.first_is_still() && (stat.threads <= 1 || threads_are_still(pid)),
        name: stat.name,
    }
}

/// Whether every thread of a process has ended or is stopped.
fn threads_are_still(pid: u32) -> bool {
    let is_still = |thread: io::Result<Option<Stat>>| match thread {
        Ok(stat) => stat.is_none_or(|stat| stat.first_is_still()),
        // Who has gone since the folder was read is not there any more; whom we cannot read may move.
        Err(error) => matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH)),
    };
    threads(pid).is_ok_and(|mut threads| threads.all(is_still))
}

/// Whether a thread of it runs, or waits for nothing but a processor.
pub(in super::super) fn is_running(pid: u32) -> bool {
    let runs = |thread: io::Result<Option<Stat>>| thread.is_ok_and(|stat| stat.is_some_and(|stat| stat.state == 'R'));
    threads(pid).is_ok_and(|mut threads| threads.any(runs))
}

fn threads(pid: u32) -> io::Result<impl Iterator<Item = io::Result<Option<Stat>>>> {
    let read = |entry: io::Result<fs::DirEntry>| Ok(parse_stat(&fs::read(entry?.path().join("stat"))?));
    Ok(fs::read_dir(format!("/proc/{pid}/task"))?.map(read))
}

/// With as few calls as there can be: there may be thousands to be read. Fails where that does not mean that it is gone, as for want
/// of descriptors.
fn stat_in(folder: BorrowedFd<'_>, path: &str) -> io::Result<Option<Stat>> {
    // The longest line: a name of 64 bytes, 51 numbers of at most 20 digits.
    let mut line = [0; 1280];
    let file = openat(folder, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    let length = file.and_then(|file| rustix::io::read(file, &mut line));
    match length {
        Ok(length) => Ok(parse_stat(&line[..length])),
        // Who has gone, and whom we may not look at.
        Err(Errno::NOENT | Errno::SRCH | Errno::ACCESS | Errno::PERM) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The process that the thread with this number belongs to.
pub(crate) fn thread_group(pid: u32) -> Option<u32> {
    if !is_of_our_namespace() {
        return None;
    }
    let status = fs::read(format!("/proc/{pid}/status")).ok()?;
    let status = String::from_utf8_lossy(&status);
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"))?;
    line.trim().parse().ok()
}

/// Where it is not, the numbers in it are those of another pid namespace: its 42 is not ours.
pub(crate) fn is_of_our_namespace() -> bool {
    let own = fs::read_link("/proc/self").ok();
    own.and_then(|own| own.to_str()?.parse().ok()) == Some(std::process::id())
}

/// The name may hold anything, spaces and parentheses too, so the fields are counted from the *last* parenthesis.
pub(crate) fn parse_stat(line: &[u8]) -> Option<Stat> {
    let open = line.iter().position(|byte| *byte == b'(')?;
    let close = line.iter().rposition(|byte| *byte == b')')?;
    let name = String::from_utf8_lossy(line.get(open + 1..close)?).into_owned();
    let mut fields = std::str::from_utf8(&line[close + 1..]).ok()?.split_ascii_whitespace();
    // The first field behind the name is the third of the line. They are taken in order.
    let mut next = 3;
    let mut field = |number: usize| {
        let skipped = number - next;
        next = number + 1;
        fields.nth(skipped)
    };
    Some(Stat {
        name,
        state: field(3)?.chars().next()?,
        parent: field(4)?.parse().ok()?,
        group: field(5)?.parse().ok()?,
        session: field(6)?.parse().ok()?,
        terminal: field(7)?.parse::<i32>().ok()? as u32,
        foreground: field(8)?.parse().ok()?,
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
        let stat = parse_stat(line.as_bytes()).unwrap();
        assert_eq!(stat.name, "a) Z 1 (b) S");
        assert_eq!((stat.state, stat.parent, stat.session), ('S', 42, 77));
        assert_eq!((stat.threads, stat.start), (3, 12345));
        assert_eq!((stat.terminal, stat.foreground), (0, -1));
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
        let everybody = everybody(&HashSet::new()).unwrap();
        let entry = everybody.iter().find(|entry| entry.pid == own).unwrap();
        assert_eq!(entry.start, stat(own).unwrap().start);
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
            let _ = parse_stat(text.as_bytes());
            let _ = parse_stat(format!("1 ({text}){tail}").as_bytes());
        }
    }
}
