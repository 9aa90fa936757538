//! What a stopper does who has no library.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, Resource, Rlimit, Signal, kill_process_group, pidfd_open, pidfd_send_signal};
use rustix::process::{getrlimit, setrlimit};

use super::Result;

/// One process, held.
struct Member {
    pidfd: OwnedFd,
    pid: u32,
}

struct Stat {
    parent: u32,
    group: i32,
    start: u64,
    state: u8,
}

impl Stat {
    fn is_still(&self) -> bool {
        b"TtZX".contains(&self.state)
    }
}

/// Walks once through `/proc` and kills everybody below the root, and the root: whoever is started meanwhile is missed.
pub(super) fn walk(root: u32) -> Result<()> {
    allow_many_descriptors()?;
    let mut members = vec![open(root, None)?.ok_or("the root is gone")?];
    for (pid, start) in below(root, &everybody()?) {
        members.extend(open(pid, Some(start))?);
    }
    end(&members)
}

/// Stops everybody (`SIGSTOP`) and walks again, until everybody stands still and nobody new is found; kills then.
pub(super) fn walk_until_still(root: u32) -> Result<()> {
    allow_many_descriptors()?;
    let mut members = vec![open(root, None)?.ok_or("the root is gone")?];
    pidfd_send_signal(&members[0].pidfd, Signal::STOP)?;
    loop {
        let everybody = everybody()?;
        let known: HashSet<u32> = members.iter().map(|member| member.pid).collect();
        let before = members.len();
        for (pid, start) in below(root, &everybody) {
            if !known.contains(&pid) {
                members.extend(open(pid, Some(start))?);
            }
        }
        for member in &members[before..] {
            let _ = pidfd_send_signal(&member.pidfd, Signal::STOP);
        }
        let still = |member: &Member| everybody.get(&member.pid).is_none_or(Stat::is_still);
        if members.len() == before && members.iter().all(still) {
            return end(&members);
        }
    }
}

/// Stops a group (`SIGSTOP`), reads who is in it until everybody stands still, and kills it: nobody can leave it unseen.
pub(super) fn kill_once_still(group: Pid) -> Result<()> {
    kill_process_group(group, Signal::STOP)?;
    let raw = group.as_raw_nonzero().get();
    let moves = |stat: &Stat| stat.group == raw && !stat.is_still();
    while everybody()?.values().any(moves) {}
    Ok(kill_process_group(group, Signal::KILL)?)
}

/// Kills them all, and waits for each.
fn end(members: &[Member]) -> Result<()> {
    for member in members {
        // Who is gone already needs no signal.
        let _ = pidfd_send_signal(&member.pidfd, Signal::KILL);
    }
    for member in members {
        poll(&mut [PollFd::new(&member.pidfd, PollFlags::IN)], None)?;
    }
    Ok(())
}

/// Everybody below a process, with the time of its start.
fn below(root: u32, everybody: &HashMap<u32, Stat>) -> Vec<(u32, u64)> {
    let mut children: HashMap<u32, Vec<(u32, u64)>> = HashMap::new();
    for (pid, stat) in everybody {
        children.entry(stat.parent).or_default().push((*pid, stat.start));
    }
    let mut found = children.remove(&root).unwrap_or_default();
    let mut at = 0;
    while let Some((pid, _)) = found.get(at) {
        found.extend(children.remove(pid).unwrap_or_default());
        at += 1;
    }
    found
}

fn everybody() -> Result<HashMap<u32, Stat>> {
    let mut everybody = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let pid = entry?.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some((pid, stat)) = pid.and_then(|pid| Some((pid, stat(pid)?))) {
            everybody.insert(pid, stat);
        }
    }
    Ok(everybody)
}

/// The pidfd first, then whether it is the one that was meant.
fn open(pid: u32, start: Option<u64>) -> Result<Option<Member>> {
    let raw = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or("no number")?;
    let pidfd = match pidfd_open(raw, PidfdFlags::empty()) {
        Err(rustix::io::Errno::SRCH) => return Ok(None),
        pidfd => pidfd?,
    };
    let found = stat(pid).map(|stat| stat.start);
    let is_it = start.is_none() || found == start;
    Ok(is_it.then_some(Member { pidfd, pid }))
}

fn stat(pid: u32) -> Option<Stat> {
    let mut line = [0; 1280];
    let length = File::open(format!("/proc/{pid}/stat")).ok()?.read(&mut line).ok()?;
    let line = &line[..length];
    // The name may hold anything.
    let behind = line.iter().rposition(|byte| *byte == b')')? + 1;
    let mut fields = std::str::from_utf8(&line[behind..]).ok()?.split_ascii_whitespace();
    let state = *fields.next()?.as_bytes().first()?;
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let start = fields.nth(16)?.parse().ok()?;
    Some(Stat {
        parent,
        group,
        start,
        state,
    })
}

/// One for each process.
fn allow_many_descriptors() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    )?)
}

/// A cgroup of version 2 for one tree. It is removed with this value.
pub(super) struct Cgroup {
    folder: PathBuf,
}

impl Cgroup {
    /// # Errors
    /// There is no such thing, or we may not make one.
    pub(super) fn new() -> Result<Cgroup> {
        let mounts = fs::read_to_string("/proc/self/mounts")?;
        let mount = mounts.lines().find_map(|line| {
            let mut fields = line.split(' ').skip(1);
            let point = fields.next()?;
            (fields.next()? == "cgroup2").then_some(point)
        });
        let own = fs::read_to_string("/proc/self/cgroup")?;
        let own = own.lines().find_map(|line| line.strip_prefix("0::/"));
        let folder = PathBuf::from(mount.ok_or("no cgroup v2 is mounted")?)
            .join(own.ok_or("this process is in no cgroup of version 2")?)
            .join(format!("bowout-bench-{}", std::process::id()));
        fs::create_dir(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        let cgroup = Cgroup { folder };
        if !cgroup.folder.join("cgroup.kill").exists() {
            return Err("this kernel has no cgroup.kill".into());
        }
        Ok(cgroup)
    }

    /// Who writes 0 there is in it.
    pub(super) fn entrance(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }

    pub(super) fn kill(&self) -> Result<()> {
        Ok(fs::write(self.folder.join("cgroup.kill"), "1")?)
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // Who has just died is counted for a moment.
        for _ in 0..500 {
            if fs::remove_dir(&self.folder).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        eprintln!("bowout-bench: {} could not be removed", self.folder.display());
    }
}
