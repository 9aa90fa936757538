//! What this process has a [helper](super::helper) do for it.

use std::io::{self, BufRead, BufReader};
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use windows_sys::Win32::System::Threading::DETACHED_PROCESS;

use crate::stop::protection::Protection;
use crate::stop::route::{NotSent, Reached, Route};
use crate::sys::process::all;

use super::super::{Allowed, Manner};
use super::helper::{self, Answer, Job};
use super::process::Opened;
use super::seen::Seen;
use super::{ancestors, console, ctrl_c};

/// How long the helper has for its answer. It takes milliseconds; starting a program on a loaded machine takes longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// One run of the helper, for all of a request's routes that need it: it starts when the first of them is asked for, and goes
/// through them by itself.
pub(super) struct Errand<'a> {
    target: &'a Opened,
    manner: Manner,
    routes: Vec<Route>,
    /// This process and its parents, unless the target was opened with leave to disturb them.
    must_not_hear: Vec<(u32, Protection)>,
    told: Vec<(Route, Result<Reached, NotSent>)>,
}

impl<'a> Errand<'a> {
    pub(super) fn new(target: &'a Opened, routes: &[Route], manner: Manner) -> Errand<'a> {
        Errand {
            target,
            manner,
            routes: routes.iter().copied().filter(|route| helper::carries(*route)).collect(),
            must_not_hear: Vec::new(),
            told: Vec::new(),
        }
    }

    /// What the helper has told of this route, if it was started for an earlier one.
    pub(super) fn told(&self, route: Route) -> Option<Result<Reached, NotSent>> {
        let (_, told) = self.told.iter().find(|(of, _)| *of == route)?;
        Some(told.clone())
    }

    /// Starts the helper for this route and those behind it.
    pub(super) fn run(&mut self, route: Route, allowed: &Allowed) -> Result<Reached, NotSent> {
        let program = helper::program().ok_or(NotSent::NoHelper)?;
        self.must_not_hear = must_not_hear(self.target, allowed).map_err(|error| NotSent::from_io(&error))?;
        let behind = self.routes.iter().position(|of| *of == route).unwrap_or(0);
        let mut routes = self.routes.split_off(behind);
        if routes.contains(&Route::ConsoleCtrlC) && ctrl_c::is_off(self.target.pid()) {
            routes.retain(|route| *route != Route::ConsoleCtrlC);
            self.told.push((Route::ConsoleCtrlC, Err(NotSent::CtrlCOff)));
        }
        if routes.is_empty() {
            return Err(NotSent::CtrlCOff);
        }
        let job = Job {
            manner: self.manner,
            pid: self.target.pid(),
            created: self.target.created(),
            routes,
            spare: self.must_not_hear.iter().map(|(pid, _)| *pid).collect(),
        };
        let answers = match self.may_hear_itself(&job) {
            true => console::survive_own_ctrl_c(|| carry(&program, &job), reached_us),
            false => carry(&program, &job),
        };
        let told = answers
            .unwrap_or_default()
            .into_iter()
            .map(|answer| self.result(answer));
        let silence = std::iter::repeat(Err(NotSent::HelperFailed));
        let told: Vec<_> = job.routes.iter().copied().zip(told.chain(silence)).collect();
        self.told.extend(told);
        self.told(route).unwrap_or(Err(NotSent::HelperFailed))
    }

    /// Whether a Ctrl-C may come to this process that is meant for somebody else.
    fn may_hear_itself(&self, job: &Job) -> bool {
        let own = std::process::id();
        let is_spared = self.manner == Manner::Preview || job.pid == own || job.spare.contains(&own);
        !is_spared && job.routes.contains(&Route::ConsoleCtrlC)
    }

    fn result(&self, answer: Answer) -> Result<Reached, NotSent> {
        match answer {
            Answer::Sent { mut others } => {
                others.retain(|pid| !ctrl_c::is_off(*pid));
                Ok(Reached {
                    others,
                    ..Reached::default()
                })
            }
            Answer::Shared { with } => {
                let why = self.must_not_hear.iter().find(|(pid, _)| *pid == with);
                Err(why.map_or(NotSent::HelperFailed, |(_, why)| NotSent::SharedConsole {
                    with,
                    why: *why,
                }))
            }
            Answer::Closed(why) => Err(why),
        }
    }
}

fn must_not_hear(target: &Opened, allowed: &Allowed) -> io::Result<Vec<(u32, Protection)>> {
    let own = (std::process::id(), Protection::OwnProcess);
    let ancestors = ancestors::of_this_process(&all()?)
        .into_iter()
        .map(|pid| (pid, Protection::Ancestor));
    Ok([own]
        .into_iter()
        .chain(ancestors)
        .filter(|(pid, why)| *pid != target.pid() && !allowed.protections.contains(why))
        .collect())
}

/// Whether a Ctrl-C went to this process too, as far as is known.
fn reached_us(answers: &Option<Vec<Answer>>) -> bool {
    let own = std::process::id();
    let has_us = |answer: &Answer| matches!(answer, Answer::Sent { others } if others.contains(&own));
    answers.as_ref().is_none_or(|answers| answers.iter().any(has_us))
}

fn carry(program: &Path, job: &Job) -> Option<Vec<Answer>> {
    Answer::parse_line(&ask(program, job.to_args())?)
}

/// The windows of the process on this desktop, by the helper.
pub(super) fn windows(target: &Opened) -> Result<Vec<Seen>, NotSent> {
    let program = helper::program().ok_or(NotSent::NoHelper)?;
    let line = ask(&program, Seen::question(target.pid(), target.created()));
    line.and_then(|line| Seen::parse_line(&line))
        .ok_or(NotSent::HelperFailed)
}

/// Who else is on the console of the process, by the helper.
pub(super) fn sharing_console(target: &Opened) -> Result<Vec<u32>, NotSent> {
    let program = helper::program().ok_or(NotSent::NoHelper)?;
    let job = Job {
        manner: Manner::Preview,
        pid: target.pid(),
        created: target.created(),
        routes: vec![Route::ConsoleCtrlC],
        spare: Vec::new(),
    };
    match carry(&program, &job).as_deref() {
        Some([Answer::Sent { others }]) => Ok(others.clone()),
        Some([Answer::Closed(why)]) => Err(*why),
        _ => Err(NotSent::HelperFailed),
    }
}

/// Starts the helper and waits for its one line. It is not waited for further: it stays on the console for a moment, so that
/// the event is not lost with the sender, and exits by itself.
fn ask(program: &Path, args: Vec<String>) -> Option<String> {
    let mut helper = Command::new(program)
        .args(args)
        // Without a console: it has none to leave. In our group: an event to group 0 is one for everybody on the console on
        // Windows, and one for the sender's group on Wine.
        .creation_flags(DETACHED_PROCESS)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let stdout = helper.stdout.take()?;
    let (sender, answer) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(stdout).read_line(&mut line);
        let _ = sender.send(line);
    });
    let pid = helper.id();
    helpers().push(helper);
    match answer.recv_timeout(PATIENCE) {
        Ok(line) => Some(line.trim_end().to_owned()),
        Err(_) => {
            let mut helpers = helpers();
            let late = helpers.iter_mut().find(|helper| helper.id() == pid);
            // That it has left meanwhile is just as well.
            late.and_then(|helper| helper.kill().ok());
            None
        }
    }
}

/// The helpers that are still there. While its handle is open, no other process gets a helper's number.
fn helpers() -> MutexGuard<'static, Vec<Child>> {
    static HELPERS: Mutex<Vec<Child>> = Mutex::new(Vec::new());
    let mut helpers = HELPERS.lock().unwrap_or_else(PoisonError::into_inner);
    helpers.retain_mut(|helper| matches!(helper.try_wait(), Ok(None)));
    helpers
}

/// Whether it is a helper of ours: nobody of a tree, though it is a child of this process.
pub(super) fn is_helper(pid: u32) -> bool {
    helpers().iter().any(|helper| helper.id() == pid)
}
