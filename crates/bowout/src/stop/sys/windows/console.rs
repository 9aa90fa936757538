//! Ctrl-C to another console: this side starts the helper and hears what came of it.
//!
//! Whoever attaches to a console leaves his own and loses his control handlers
//! ([AttachConsole](https://learn.microsoft.com/windows/console/attachconsole),
//! [FreeConsole](https://learn.microsoft.com/windows/console/freeconsole)), and would hear the Ctrl-C himself. So it is never
//! the calling process that does it.

use std::io::{BufRead, BufReader};
use std::os::windows::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use windows_sys::Win32::System::Threading::DETACHED_PROCESS;

use crate::stop::protection::Protection;
use crate::stop::route::NotSent;

use super::super::Manner;
use super::ancestors;
use super::helper::{self, Answer, Job};
use super::process::Opened;

/// How long the helper has for its answer. It takes milliseconds; starting a program on a loaded machine takes longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sends Ctrl-C to the console of the target, or finds out what would happen. Gives the others who hear it.
pub(super) fn ctrl_c(target: &Opened, manner: Manner, allowed: &[Protection]) -> Result<Vec<u32>, NotSent> {
    if !helper::can_help() {
        return Err(NotSent::NoHelper);
    }
    let must_not_hear = must_not_hear(target, allowed);
    let job = Job {
        pid: target.pid(),
        created: target.created(),
        only_look: manner == Manner::Preview,
        spare: must_not_hear.iter().map(|(pid, _)| *pid).collect(),
    };
    match run(&job).ok_or(NotSent::HelperFailed)? {
        Answer::Sent { others } => Ok(others),
        Answer::Shared { with } => {
            let why = must_not_hear.iter().find(|(pid, _)| *pid == with);
            Err(why.map_or(NotSent::HelperFailed, |(_, why)| NotSent::SharedConsole {
                with,
                why: *why,
            }))
        }
        Answer::Exited => Err(NotSent::Exited),
        Answer::NoConsole => Err(NotSent::NoConsole),
        Answer::Denied => Err(NotSent::PermissionDenied),
        Answer::System(code) => Err(NotSent::System(code)),
    }
}

/// This process and its parents, unless the target was opened with leave to disturb them.
fn must_not_hear(target: &Opened, allowed: &[Protection]) -> Vec<(u32, Protection)> {
    let own = (std::process::id(), Protection::OwnProcess);
    let ancestors = ancestors::of_this_process()
        .into_iter()
        .map(|pid| (pid, Protection::Ancestor));
    [own]
        .into_iter()
        .chain(ancestors)
        .filter(|(pid, why)| *pid != target.pid() && !allowed.contains(why))
        .collect()
}

/// Starts the helper and waits for its one line. It is not waited for further: it stays on the console for a moment, so that
/// the event is not lost with the sender, and exits by itself.
fn run(job: &Job) -> Option<Answer> {
    let mut helper = Command::new(std::env::current_exe().ok()?)
        .args(job.to_args())
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
    match answer.recv_timeout(PATIENCE) {
        Ok(line) => Answer::parse(line.trim_end()),
        Err(_) => {
            let _ = helper.kill();
            None
        }
    }
}
