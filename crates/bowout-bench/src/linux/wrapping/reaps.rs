//! Orphans by the thousand, which a wrapper that is PID 1 reaps.
//!
//! The wrapper's parent, the *outside*, has made the pid namespace, and reads what the wrapper has used up. Its child, the
//! *maker*, makes the orphans, who hang on a pipe, ends them all at once, and waits until they are reaped.

use std::process::Command;

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, test_kill_process};

use super::super::child::Process;
use super::super::table::{self, Series, row};
use super::super::{Result, proc, sys::now, sys::report};
use super::sys;
use super::wrappers::{Role, Wrapper};

const ORPHANS: usize = 10_000;
/// At a time: a container may have no room for more processes.
const BATCH: usize = 1_000;
const ROUNDS: usize = 5;

pub(super) fn run(wrappers: &[Wrapper]) -> Result<()> {
    let wrappers: Vec<&Wrapper> = wrappers.iter().filter(|wrapper| wrapper.role == Role::Init).collect();
    let this = std::env::current_exe()?;
    let mut found = vec![<[Series; 3]>::default(); wrappers.len()];
    for round in 0..ROUNDS {
        for turn in 0..wrappers.len() {
            let at = (turn + round) % wrappers.len();
            let command = wrappers[at].command(&this);
            let mut outside = Command::new(&this);
            outside
                .args(["child", "as-init"])
                .arg(command.get_program())
                .args(command.get_args());
            let numbers = Process::run(&mut outside)?.numbers()?;
            if numbers.len() != 3 {
                return Err(format!("{} failed", wrappers[at].name).into());
            }
            for (series, number) in found[at].iter_mut().zip(numbers) {
                series.add(round, [number]);
            }
        }
    }
    let tini = wrappers.iter().position(|wrapper| wrapper.name == "tini");
    let mut rows = vec![row([
        "",
        "its own CPU time, ms",
        "× tini",
        "its context switches",
        "all reaped after, ms",
    ])];
    rows.extend(wrappers.iter().zip(&found).map(|(wrapper, [cpu, switches, drained])| {
        row([
            wrapper.name,
            &format!("{:.1}", cpu.p50() / 1e6),
            &tini.map_or_else(|| "–".to_owned(), |tini| cpu.against(&found[tini][0])),
            &format!("{:.0}", switches.p50()),
            &format!("{:.0}", drained.p50() / 1e6),
        ])
    }));
    let title = format!("Reaping {ORPHANS} orphans as PID 1, {BATCH} at a time; {ROUNDS} rounds, in turns");
    table::print(&title, &rows);
    Ok(())
}

/// The outside: reports CPU time, context switches, and how long the orphans took to be gone.
pub(in super::super) fn as_init(wrapper: &[&str]) -> Result<()> {
    let [program, arguments @ ..] = wrapper else {
        return Err("no wrapper".into());
    };
    let mut command = Command::new(program);
    command.args(arguments).args(["child", "makes-orphans"]);
    sys::in_a_pid_namespace(&mut command)?;
    let mut init = Process::run(&mut command)?;
    init.wait_until_ready()?;
    let before = usage(init.pid())?;
    init.go_on()?;
    let drained = init.number()?;
    let after = usage(init.pid())?;
    report(after[0] - before[0]);
    report(after[1] - before[1]);
    report(drained);
    Ok(())
}

/// CPU time and context switches.
fn usage(pid: Pid) -> Result<[u64; 2]> {
    let (by_will, by_force) = proc::switches(pid.as_raw_nonzero().get().unsigned_abs())?;
    Ok([sys::cpu_time(pid)?, by_will + by_force])
}

/// The maker.
pub(in super::super) fn make_orphans() -> Result<()> {
    report(0);
    super::super::child::wait_for_parent();
    let mut drained = 0;
    for _ in 0..ORPHANS / BATCH {
        drained += one_batch()?;
    }
    report(drained);
    super::super::child::wait_for_parent();
    Ok(())
}

/// How long it took until they were reaped.
fn one_batch() -> Result<u64> {
    let (held, hold) = pipe_with(PipeFlags::CLOEXEC)?;
    let (told, tell) = pipe_with(PipeFlags::CLOEXEC)?;
    sys::orphan(BATCH, &held, &hold, &tell)?;
    let mut orphans = Vec::with_capacity(BATCH);
    while orphans.len() < BATCH {
        let mut number = [0; 4];
        rustix::io::retry_on_intr(|| rustix::io::read(&told, &mut number))?;
        orphans.push(Pid::from_raw(i32::from_ne_bytes(number)).ok_or("an orphan without a number")?);
    }
    let began = now();
    drop(hold);
    for orphan in orphans {
        while test_kill_process(orphan) != Err(Errno::SRCH) {
            std::thread::sleep(std::time::Duration::from_micros(50));
        }
    }
    Ok(now() - began)
}
