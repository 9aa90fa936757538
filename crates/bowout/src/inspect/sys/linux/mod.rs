//! Linux: `/proc/PID` ([proc(5)](https://man7.org/linux/man-pages/man5/proc.5.html)), read through a descriptor of that folder,
//! which never comes to mean another process.

mod folder;
mod gather;
mod status;
mod threads;

use std::fs;
use std::io::{self, ErrorKind};

use crate::inspect::verdict::{Facts, State};
use crate::inspect::{Linux, SignalSet, Signals, Terminal, Untold};
use crate::stop::sys::os::proc::{self, Stat};
use crate::stop::{self, ProcessId, Target};

use super::{Look, Rank};
use folder::Folder;
use gather::{Shared, gather};
use status::Status;
use threads::Threads;

pub(in crate::inspect) use super::kin::everybody;

/// Whether one that has exited and was not waited for may still be looked at.
pub(in crate::inspect) const SHOWS_THE_DEAD: bool = true;

pub(in crate::inspect) fn look(pid: u32, _: Option<&Target>) -> Look {
    seen(pid).unwrap_or_else(|why| Look {
        facts: Facts {
            rank: if pid == 1 { Rank::OurInit } else { Rank::Ordinary },
            ..Facts::default()
        },
        untold: vec![Untold::new("what /proc knows of it", why)],
        ..Look::default()
    })
}

fn seen(pid: u32) -> io::Result<Look> {
    if !proc::is_of_our_namespace() {
        return Err(io::Error::other("it does not show the processes of this pid namespace"));
    }
    let hidden = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => io::Error::other("it does not show it (hidepid)"),
        ErrorKind::PermissionDenied => io::Error::other("it does not let us look (hidepid)"),
        _ => error,
    };
    let folder = Folder::of(pid).map_err(hidden)?;
    let stat = proc::parse_stat(folder.text("stat").map_err(hidden)?.as_bytes());
    let stat = stat.ok_or_else(|| io::Error::other("/proc/PID/stat cannot be understood"))?;
    let found = ProcessId::new(pid).map(stop::found);
    let (name, command_line) = found.map_or((None, None), |found| (found.name, found.command_line));
    Ok(Look {
        name,
        command_line,
        ..read(pid, &folder, &stat)
    })
}

fn read(pid: u32, folder: &Folder, stat: &Stat) -> Look {
    let mut untold = Vec::new();
    let threads = Threads::of(folder, &mut untold);
    // What threads share a living one tells: the first may have ended, and has given it away then.
    let status = match threads.status() {
        Some(status) => status.clone(),
        None => folder
            .text("status")
            .map_or_else(|_| Status::default(), |text| Status::parse(&text)),
    };
    let state = match threads.state() {
        None if stat.has_exited() => Some(State::Zombie),
        state => state,
    };
    let namespace = folder.link(&threads.path("ns/pid"));
    if state != Some(State::Zombie) {
        untold.extend(
            namespace
                .as_ref()
                .err()
                .map(|why| Untold::new("its pid namespace", why)),
        );
    }
    let linux = Linux {
        threads: threads.count(),
        first_thread_has_ended: state != Some(State::Zombie) && stat.first_has_ended(),
        terminal: terminal(stat),
        cgroup: folder.text("cgroup").ok().and_then(|text| cgroup(&text)),
        namespace: namespace.ok(),
        // It is a thread of the debugger's that is told.
        tracer: threads
            .tracer()
            .map(|thread| proc::thread_group(thread).unwrap_or(thread)),
        namespace_pids: status.namespace_pids.clone(),
    };
    let facts = Facts {
        state,
        is_traced: linux.tracer.is_some(),
        rank: rank(pid, stat, &linux),
        signals: signals(folder, &status, &threads, &mut untold),
    };
    Look {
        start: Some(stat.start),
        // 0 is that it lies outside of our pid namespace.
        group: Some(stat.group).filter(|group| *group != 0),
        session: Some(stat.session).filter(|session| *session != 0),
        facts,
        linux: Some(linux),
        untold,
        ..Look::default()
    }
}

fn signals(folder: &Folder, status: &Status, threads: &Threads, untold: &mut Vec<Untold>) -> Option<Signals> {
    let members = threads.members();
    if members.is_empty() {
        return None;
    }
    let signalfd = threads.signalfd(folder);
    untold.extend(signalfd.as_ref().err().map(|why| Untold::new("its signalfds", why)));
    if members.iter().any(|thread| thread.awaited.is_none()) {
        untold.push(Untold::new(
            "whether a thread waits in sigwait",
            "no permission to look at it",
        ));
    }
    let shared = Shared {
        caught: status.caught?,
        ignored: status.ignored?,
        pending: status.pending?,
        signalfd: signalfd.ok(),
    };
    Some(gather(shared, members))
}

fn rank(pid: u32, stat: &Stat, linux: &Linux) -> Rank {
    match pid {
        _ if stat.is_kernel_thread() => Rank::KernelThread,
        1 => Rank::OurInit,
        _ if linux.is_pid_1() => Rank::InnerInit,
        _ => Rank::Ordinary,
    }
}

/// What `tty_nr` of `/proc/PID/stat` means: the minor number lies on both sides of the major one.
fn terminal(stat: &Stat) -> Option<Terminal> {
    let number = stat.terminal;
    let (major, minor) = (number >> 8 & 0xfff, number & 0xff | number >> 12 & 0xf_ff00);
    (number != 0).then(|| Terminal {
        device: device(major, minor),
        foreground: u32::try_from(stat.foreground).ok(),
    })
}

fn device(major: u32, minor: u32) -> String {
    // Documentation/admin-guide/devices.txt: eight majors for pseudo-terminals, of which only the first is used now.
    if let 136..=143 = major {
        return format!("/dev/pts/{}", (major - 136) * 256 + minor);
    }
    let numbers = format!("{major}:{minor}");
    let event = fs::read_to_string(format!("/sys/dev/char/{numbers}/uevent")).unwrap_or_default();
    let name = event.lines().find_map(|line| line.strip_prefix("DEVNAME="));
    name.map_or(numbers, |name| format!("/dev/{name}"))
}

/// The path in the hierarchy of version 2, or else in that of systemd in version 1
/// ([cgroups(7)](https://man7.org/linux/man-pages/man7/cgroups.7.html)).
fn cgroup(text: &str) -> Option<String> {
    let path = |hierarchy: &str| {
        let found = text
            .lines()
            .find_map(|line| line.split_once(':')?.1.strip_prefix(hierarchy));
        found.map(str::to_owned)
    };
    // Where both are there, one of them may be unused: everybody is in its root.
    let unified = path(":");
    unified
        .clone()
        .filter(|path| path != "/")
        .or_else(|| path("name=systemd:"))
        .or(unified)
}

/// A mask of `/proc/PID/status`.
fn mask(hexadecimal: &str) -> Option<SignalSet> {
    u64::from_str_radix(hexadecimal.trim(), 16).ok().map(SignalSet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_named() {
        assert_eq!(device(136, 3), "/dev/pts/3");
        assert_eq!(device(4095, 7), "4095:7");
    }

    #[test]
    fn the_cgroup_that_is_used_is_told() {
        assert_eq!(cgroup("0::/user.slice/a:b\n").as_deref(), Some("/user.slice/a:b"));
        assert_eq!(
            cgroup("9:name=systemd:/app\n4:memory:/x\n0::/\n").as_deref(),
            Some("/app")
        );
        assert_eq!(cgroup("4:memory:/x\n0::/\n").as_deref(), Some("/"));
        assert_eq!(cgroup("4:memory:/x\n"), None);
    }

    #[test]
    fn our_own_thread_is_looked_at() {
        let look = look(std::process::id(), None);
        assert!(look.facts.state.is_some());
        assert_eq!(look.untold, []);
        let signals = look.facts.signals.unwrap();
        assert_eq!(signals.sigwait, Some(SignalSet::default()));
        // Rust's runtime ignores it.
        assert!(signals.ignored.contains(crate::Signal::Pipe));
    }
}
