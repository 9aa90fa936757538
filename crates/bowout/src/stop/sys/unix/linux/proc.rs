//! What `/proc` says about a process.

use std::fs;

/// The fields of `/proc/PID/stat` that matter here
/// ([proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stat {
    /// The name, cut to 15 bytes by the kernel.
    pub(super) name: String,
    state: char,
    pub(super) parent: u32,
    flags: u32,
    threads: u32,
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

    /// `PF_KTHREAD` (include/linux/sched.h).
    pub(super) fn is_kernel_thread(&self) -> bool {
        self.flags & 0x0020_0000 != 0
    }
}

/// `None` where there is no such process, or `/proc` cannot be asked: it is not mounted, hides others' processes, or shows
/// those of another pid namespace.
pub(super) fn stat(pid: u32) -> Option<Stat> {
    parse_stat(&read(pid, "stat")?)
}

/// The process that the thread with this number belongs to.
pub(super) fn thread_group(pid: u32) -> Option<u32> {
    let status = read(pid, "status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"))?;
    line.trim().parse().ok()
}

fn read(pid: u32, file: &str) -> Option<String> {
    let own = fs::read_link("/proc/self").ok()?;
    if own.to_str()?.parse() != Ok(std::process::id()) {
        // The numbers in it are those of another pid namespace: its 42 is not ours.
        return None;
    }
    let bytes = fs::read(format!("/proc/{pid}/{file}")).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
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
        assert_eq!((stat.state, stat.parent, stat.threads, stat.start), ('S', 42, 3, 12345));
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
