//! From the exit of a process to the return of whoever stopped it.

use std::process::Stdio;
use std::time::Duration;

use bowout::Signal;
use bowout::stop::{self, Event, Next, Plan, ProcessId, Stopping, Target};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{PidfdFlags, WaitId, WaitIdOptions, pidfd_open, pidfd_send_signal, waitid};

use super::child::Process;
use super::table::{self, Series, micros, row};
use super::tools::{Tool, or_skip};
use super::{Result, sys};

const ROUNDS: usize = 15;
const SAMPLES: usize = 30;
/// Programs of their own take one turn in so many.
const TOOLS_EVERY: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Exit,
    Term,
    Kill,
    OpenAndTerm,
}

impl Case {
    const ALL: [(Case, &'static str); 4] = [
        (Case::Exit, "exit → return: the child leaves by itself, 3 ms after TERM"),
        (Case::Term, "TERM → return: the child is ended by it, opened before"),
        (Case::Kill, "KILL → return: opened before"),
        (Case::OpenAndTerm, "open, TERM → return"),
    ];

    pub(super) fn from_name(name: &str) -> Result<Case> {
        let found = Case::ALL.iter().find(|(_, theirs)| *theirs == name);
        Ok(found.ok_or("no such case")?.0)
    }

    pub(super) fn leaves_by_itself(self) -> bool {
        self == Case::Exit
    }

    fn signal(self) -> Signal {
        match self {
            Case::Kill => Signal::Kill,
            _ => Signal::Term,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Way<'a> {
    Raw,
    RawWithStatus,
    Bowout,
    Tool(&'a Tool),
}

const WAYS: [(&str, Way); 3] = [
    ("pidfd, poll", Way::Raw),
    ("pidfd, poll, waitid", Way::RawWithStatus),
    ("bowout::stop", Way::Bowout),
];

/// Each prints when it has returned, unless its end tells.
const PSUTIL: &str = "
import struct, sys, time, psutil
process = psutil.Process(int(sys.argv[1]))
process.terminate()
process.wait()
sys.stdout.buffer.write(struct.pack('=Q', time.monotonic_ns()))";
const FKILL: &str = "
import { writeSync } from 'node:fs';
import fkill from 'fkill';
await fkill(Number(process.argv[1]), { waitForExit: 10000 });
writeSync(1, new BigUint64Array([process.hrtime.bigint()]));";

fn tools() -> Vec<(&'static str, Tool)> {
    let tools = [
        ("psutil, wait", Ok(Tool::psutil(PSUTIL))),
        ("start-stop-daemon --retry", Ok(Tool::start_stop_daemon())),
        ("fkill, waitForExit", Tool::node("fkill", FKILL)),
    ];
    let found = tools.into_iter().map(|(name, tool)| Some((name, or_skip(name, tool)?)));
    found.flatten().collect()
}

pub(super) fn run() -> Result<()> {
    let tools = tools();
    for (case, name) in Case::ALL {
        let tools = tools.iter().map(|(name, tool)| (*name, Way::Tool(tool)));
        let ways: Vec<_> = WAYS
            .into_iter()
            .chain(tools.filter(|_| case.leaves_by_itself()))
            .collect();
        let mut series = vec![Series::default(); ways.len()];
        for round in 0..ROUNDS {
            for sample in 0..SAMPLES {
                for turn in 0..ways.len() {
                    let at = (turn + sample) % ways.len();
                    let way = ways[at].1;
                    if !matches!(way, Way::Tool(_)) || sample % TOOLS_EVERY == 0 {
                        series[at].add(round, [take(case, name, way)?]);
                    }
                }
            }
        }
        let mut rows = vec![row(["", "p50 µs", "p99 µs", "× pidfd, poll"])];
        rows.extend(
            ways.iter()
                .zip(&series)
                .map(|((way, _), of)| row([way, &micros(of.p50()), &micros(of.p99()), &of.against(&series[0])])),
        );
        table::print(
            &format!("Stopping: {name}; {ROUNDS} rounds of {SAMPLES} children each, in turns"),
            &rows,
        );
    }
    Ok(())
}

fn take(case: Case, name: &str, way: Way) -> Result<u64> {
    let mut child = Process::start(&["target", name])?;
    child.wait_until_ready()?;
    let (began, ended) = match way {
        Way::Bowout => with_bowout(case, &child)?,
        Way::Raw => with_pidfd(case, &child, false)?,
        Way::RawWithStatus => with_pidfd(case, &child, true)?,
        Way::Tool(tool) => with_tool(tool, &mut child)?,
    };
    let began = if case.leaves_by_itself() {
        child.number()?
    } else {
        began
    };
    Ok(ended - began)
}

fn with_tool(tool: &Tool, child: &mut Process) -> Result<(u64, u64)> {
    let mut command = tool.command(child.id());
    let began = sys::now();
    let output = child.reaped_while(|| command.stderr(Stdio::inherit()).output())?;
    let ended = sys::now();
    match (output.status.success(), &output.stdout[..]) {
        (true, &[]) => Ok((began, ended)),
        (true, told) => Ok((began, u64::from_ne_bytes(told.try_into()?))),
        (false, _) => Err(format!("it did not stop the process: {}", output.status).into()),
    }
}

fn with_bowout(case: Case, child: &Process) -> Result<(u64, u64)> {
    let id = ProcessId::new(child.id()).ok_or("no process has this number")?;
    let plan = Plan::new(case.signal()).wait(Duration::from_secs(10));
    if case == Case::OpenAndTerm {
        let began = sys::now();
        let report = stop::stop(Target::open(id)?, &plan)?;
        let ended = sys::now();
        return report
            .outcome
            .is_gone()
            .then_some((began, ended))
            .ok_or("it survived".into());
    }
    let mut stopping = Stopping::begin(vec![Target::open(id)?], &plan)?;
    let began = sys::now();
    loop {
        match stopping.next(Duration::MAX)? {
            Next::Event(Event::Ended(_)) => return Ok((began, sys::now())),
            Next::Event(_) | Next::TimedOut => {}
            Next::Done => return Err("no end was told".into()),
        }
    }
}

fn with_pidfd(case: Case, child: &Process, with_status: bool) -> Result<(u64, u64)> {
    let signal = match case {
        Case::Kill => rustix::process::Signal::KILL,
        _ => rustix::process::Signal::TERM,
    };
    let before = sys::now();
    let pidfd = pidfd_open(child.pid(), PidfdFlags::empty())?;
    let began = if case == Case::OpenAndTerm { before } else { sys::now() };
    pidfd_send_signal(&pidfd, signal)?;
    poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], None)?;
    if with_status {
        use std::os::fd::AsFd;
        waitid(
            WaitId::PidFd(pidfd.as_fd()),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        )?;
    }
    Ok((began, sys::now()))
}
