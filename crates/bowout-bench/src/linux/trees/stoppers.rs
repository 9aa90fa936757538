//! Who stops a tree, and how.

use std::fs;
use std::io::{Read, stdin};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use bowout::Signal;
use bowout::spawn::{Child, ChildOptions};
use bowout::stop::{Plan, ProcessId, Report, Stopping, Target, Tree};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, kill_process_group, setrlimit};

use super::super::sys;
use super::bare::{self, Cgroup};
use super::{Result, Tool, grown, role};

/// What is called of a [`Child`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// As the bare call: it tells nothing.
    Kill,
    /// It waits for all, and has a report for each.
    Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Group,
    StillGroup,
    GroupByBowout(Call),
    Cgroup,
    CgroupByBowout(Call),
    Walk,
    StillWalk,
    Bowout,
    BowoutOfFewDescriptors,
    Psutil,
    KillTree,
    TreeKill,
}

impl Way {
    pub(super) const ALL: [Way; 14] = [
        Way::Group,
        Way::StillGroup,
        Way::GroupByBowout(Call::Kill),
        Way::GroupByBowout(Call::Stop),
        Way::Cgroup,
        Way::CgroupByBowout(Call::Kill),
        Way::CgroupByBowout(Call::Stop),
        Way::Walk,
        Way::StillWalk,
        Way::Bowout,
        Way::BowoutOfFewDescriptors,
        Way::Psutil,
        Way::KillTree,
        Way::TreeKill,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Way::Group => "own: killpg",
            Way::StillGroup => "own: killpg once all stand still",
            Way::GroupByBowout(Call::Kill) => "own: bowout, Child::kill",
            Way::GroupByBowout(Call::Stop) => "own: bowout, Child::stop",
            Way::Cgroup => "own, in a cgroup: cgroup.kill",
            Way::CgroupByBowout(Call::Kill) => "own, in a cgroup: bowout, Child::kill",
            Way::CgroupByBowout(Call::Stop) => "own, in a cgroup: bowout, Child::stop",
            Way::Walk => "foreign: one walk, pidfds",
            Way::StillWalk => "foreign: walks until all stand still, pidfds",
            Way::Bowout => "foreign: bowout",
            Way::BowoutOfFewDescriptors => "foreign: bowout, 256 descriptors allowed",
            Way::Psutil => "foreign: psutil",
            Way::KillTree => "foreign: kill_tree",
            Way::TreeKill => "foreign: tree-kill",
        }
    }

    pub(super) fn from_name(name: &str) -> Result<Way> {
        let found = Way::ALL.into_iter().find(|way| way.name() == name);
        Ok(found.ok_or("no such way")?)
    }

    /// The bare counterpart.
    pub(super) fn beside(self) -> Way {
        match self {
            Way::Group | Way::StillGroup | Way::GroupByBowout(_) => Way::Group,
            Way::Cgroup | Way::CgroupByBowout(_) => Way::Cgroup,
            _ => Way::Walk,
        }
    }

    pub(super) fn is_own(self) -> bool {
        matches!(self.beside(), Way::Group | Way::Cgroup)
    }

    /// In how many of the rounds it takes part. tree-kill starts a `ps` for each process.
    pub(super) fn rounds(self, count: usize, rounds: usize) -> usize {
        match self {
            Way::TreeKill if count > 1_000 => 0,
            Way::TreeKill => 1,
            _ => rounds,
        }
    }

    pub(super) fn tool(self) -> Option<Result<Tool>> {
        match self {
            Way::Psutil => Some(Ok(Tool::psutil(PSUTIL))),
            Way::TreeKill => Some(Tool::node("tree-kill", TREE_KILL)),
            _ => None,
        }
    }
}

/// Both do what [`measure`] does.
const PSUTIL: &str = include_str!("psutil.py");
const TREE_KILL: &str = include_str!("tree_kill.mjs");

pub(super) fn stop_foreign(way: Way, count: usize, root: u32) -> Result<()> {
    if way == Way::BowoutOfFewDescriptors {
        let few = Rlimit {
            current: Some(256),
            ..getrlimit(Resource::Nofile)
        };
        setrlimit(Resource::Nofile, few)?;
    }
    measure(stdin(), || match way {
        Way::Walk => bare::walk(root),
        Way::StillWalk => bare::walk_until_still(root),
        Way::KillTree => {
            let config = kill_tree::Config {
                signal: "SIGKILL".into(),
                ..kill_tree::Config::default()
            };
            kill_tree::blocking::kill_tree_with_config(root, &config)?;
            Ok(())
        }
        _ => with_bowout(root, count),
    })
}

fn with_bowout(root: u32, count: usize) -> Result<()> {
    let root = ProcessId::new(root).ok_or("no process has this number")?;
    let reports = Stopping::begin([Tree::of(Target::open(root)?)], &plan())?.finish()?;
    all_are_gone(&reports, count)
}

fn plan() -> Plan {
    Plan::new(Signal::Kill).wait(Duration::from_secs(60))
}

fn all_are_gone(reports: &[Report], count: usize) -> Result<()> {
    let gone = reports.iter().filter(|report| report.outcome.is_gone()).count();
    match (reports.len(), gone) {
        both if both == (count, count) => Ok(()),
        (found, gone) => Err(format!("{found} were found, and {gone} of them are gone").into()),
    }
}

pub(super) fn stop_own(way: Way, count: usize) -> Result<()> {
    let mut command = role(&["tree", &count.to_string()])?;
    command.stdout(Stdio::piped());
    match way {
        Way::GroupByBowout(call) => child_by_bowout(&mut command, &Child::options(), call, count),
        Way::CgroupByBowout(call) => child_by_bowout(&mut command, &Child::options().contain(), call, count),
        Way::Cgroup => {
            let cgroup = Cgroup::new()?;
            command.arg(cgroup.entrance());
            child(&mut command, count, |_| cgroup.kill())
        }
        Way::StillGroup => child(command.process_group(0), count, bare::kill_once_still),
        _ => child(command.process_group(0), count, |group| {
            Ok(kill_process_group(group, rustix::process::Signal::KILL)?)
        }),
    }
}

fn child(command: &mut Command, count: usize, kill: impl FnOnce(Pid) -> Result<()>) -> Result<()> {
    let mut root = command.spawn()?;
    let life = grown(root.stdout.take(), count)?;
    measure(life, || kill(Pid::from_child(&root)))?;
    root.wait()?;
    Ok(())
}

fn child_by_bowout(command: &mut Command, options: &ChildOptions, call: Call, count: usize) -> Result<()> {
    let mut root = options.spawn(command)?;
    let life = grown(root.stdout.take(), count)?;
    measure(life, || match call {
        Call::Kill => Ok(root.kill()?),
        Call::Stop => all_are_gone(&root.stop(&plan())?, count),
    })?;
    root.wait()?;
    Ok(())
}

/// Reports how long the work takes, how long it is until nobody holds the other end of `life` any more, the most memory that this
/// process had, in KiB, and the slots for descriptors that it has been given, which only ever grow (FDSize of
/// [proc_pid_status(5)](https://man7.org/linux/man-pages/man5/proc_pid_status.5.html)).
fn measure(mut life: impl Read, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let began = sys::now();
    work()?;
    let returned = sys::now();
    life.read_to_end(&mut Vec::new())?;
    let gone = sys::now();
    sys::report(returned - began);
    sys::report(gone - began);
    let status = fs::read_to_string("/proc/self/status")?;
    for field in ["VmHWM:", "FDSize:"] {
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let number = line.and_then(|line| line.split_ascii_whitespace().next());
        sys::report(number.ok_or("a status without memory")?.parse()?);
    }
    Ok(())
}
