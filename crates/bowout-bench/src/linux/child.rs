//! What this program does as its own child.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, kill_process};

use super::contestants::{Contestant, set_up};
use super::stopping::Case;
use super::{PATIENCE, Result, cleanups, idle, proc, storm, sys, trees, wrapping};

/// How many signals a process hears before those that count.
pub(super) const WARM_UP: usize = 20;

pub(super) fn run(role: &[&str]) -> Result<()> {
    sys::install_defaults()?;
    match role {
        ["first", name] => alone(Contestant::from_name(name)?, 0, 1),
        ["alone", name, samples] => alone(Contestant::from_name(name)?, WARM_UP, samples.parse()?),
        ["asked", name] => asked(Contestant::from_name(name)?),
        ["target", name] => target(Case::from_name(name)?),
        ["cleanups", way, count] => cleanups::be(way, count),
        ["storm", scenario, ..] => storm::play(scenario),
        ["grove", name, count] => trees::grove(name, count),
        ["stopper", name, count, root @ ..] => trees::stopper(name, count, root),
        ["tree", count, cgroup @ ..] => trees::grow(count, cgroup),
        ["hears"] => wrapping::hear(),
        ["as-init", wrapper @ ..] => wrapping::as_init(wrapper),
        ["makes-orphans"] => wrapping::make_orphans(),
        ["idle", name] => idle::be(idle::What::from_name(name)?),
        _ => Err("no such role".into()),
    }
}

/// Sends itself signals, and reports the cost of the setting up, then every latency.
fn alone(contestant: Contestant, warm_up: usize, samples: usize) -> Result<()> {
    let _ = sys::MAIN.set(std::thread::current());
    let mut listening = set_up(contestant)?;
    let mut latencies = Vec::with_capacity(warm_up + samples);
    for _ in 0..warm_up + samples {
        listening.arm()?;
        proc::wait_until_asleep(std::process::id(), Some(std::process::id()))?;
        let sent = sys::now();
        kill_process(getpid(), Signal::INT)?;
        latencies.push(wait_until_heard()? - sent);
    }
    sys::report(listening.cost);
    latencies.into_iter().skip(warm_up).for_each(sys::report);
    std::process::exit(0)
}

fn wait_until_heard() -> Result<u64> {
    let until = Instant::now() + PATIENCE;
    loop {
        let heard = sys::HEARD.swap(0, Ordering::Acquire);
        if heard != 0 {
            return Ok(heard);
        }
        if until < Instant::now() {
            return Err("the signal was not heard".into());
        }
        std::thread::park_timeout(PATIENCE);
    }
}

/// Is sent signals by its parent. For each it reports 0 when it is ready, then the time at which it was heard, and goes on
/// when it is told to.
fn asked(contestant: Contestant) -> Result<()> {
    sys::TO_PARENT.store(true, Ordering::Relaxed);
    match contestant {
        Contestant::BowoutMain => loop {
            let shutdown = bowout::listen()?;
            sys::report(0);
            shutdown.wait();
            sys::heard();
            wait_for_parent();
        },
        Contestant::CtrlcMain => {
            let (sender, receiver) = std::sync::mpsc::channel();
            ctrlc::set_handler(move || {
                let _ = sender.send(());
            })?;
            loop {
                sys::report(0);
                receiver.recv()?;
                sys::heard();
                wait_for_parent();
            }
        }
        _ => {}
    }
    let mut listening = set_up(contestant)?;
    loop {
        listening.arm()?;
        sys::report(0);
        wait_for_parent();
    }
}

/// Ends the process when the parent is gone.
pub(super) fn wait_for_parent() {
    if std::io::stdin().read_exact(&mut [0]).is_err() {
        std::process::exit(0);
    }
}

/// Is stopped by its parent.
fn target(case: Case) -> Result<()> {
    if !case.leaves_by_itself() {
        sys::report(0);
        wait_for_parent();
        return Ok(());
    }
    sys::block_terminate()?;
    sys::report(0);
    sys::wait_for_terminate();
    // The parent has gone to sleep in the meantime.
    std::thread::sleep(Duration::from_millis(3));
    sys::report(sys::now());
    std::process::exit(0)
}

/// A child, seen from its parent. It ends with this value.
pub(super) struct Process {
    child: Child,
    /// Taken only when the child is to end.
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
}

impl Process {
    pub(super) fn start(role: &[&str]) -> Result<Process> {
        Process::run(Command::new(std::env::current_exe()?).arg("child").args(role))
    }

    /// The same with a program in front of it, or another one.
    pub(super) fn run(command: &mut Command) -> Result<Process> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let stdin = child.stdin.take();
        Ok(Process { child, stdin, stdout })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Waits for one byte.
    pub(super) fn byte(&mut self) -> Result<()> {
        Ok(self.stdout.read_exact(&mut [0])?)
    }

    /// The next number that it reports.
    pub(super) fn number(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.stdout.read_exact(&mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    /// All numbers that it reports until it ends.
    pub(super) fn numbers(&mut self) -> Result<Vec<u64>> {
        let mut bytes = Vec::new();
        self.stdout.read_to_end(&mut bytes)?;
        let whole = bytes.chunks_exact(8);
        Ok(whole
            .filter_map(|eight| eight.try_into().ok())
            .map(u64::from_ne_bytes)
            .collect())
    }

    /// Waits until it is ready and everything in it sleeps.
    pub(super) fn wait_until_ready(&mut self) -> Result<()> {
        match self.number()? {
            0 => proc::wait_until_asleep(self.id(), None),
            _ => Err("the child is out of step".into()),
        }
    }

    /// Does something, while its end is waited for: some peers take a zombie for a process.
    pub(super) fn reaped_while<T>(&mut self, act: impl FnOnce() -> T) -> T {
        let child = &mut self.child;
        std::thread::scope(|scope| {
            scope.spawn(|| child.wait());
            act()
        })
    }

    /// Waits for its end.
    pub(super) fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    pub(super) fn go_on(&mut self) -> Result<()> {
        Ok(self.stdin.as_ref().ok_or("no standard input")?.write_all(b"!")?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
