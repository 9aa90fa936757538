//! Doing work in a process that outlives whoever asked for it, just long enough to clean up.
//!
//! A chore that starts servers must end them when it is interrupted too. So it has two processes: the *front*, which the
//! person sees and which may die at any moment of anything, and the *session*, in a process group of its own, which
//! starts the servers and the work. A pipe from the front to the session is never written to: its end tells the session
//! that the front is gone, whatever killed it.

use std::{
    io::Read as _,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

use rustix::process::{Pid, Signal};

use crate::error::Error;

/// Starts this program again as a session with `args`, by way of `launcher` if that is not empty, and waits for it.
pub(crate) fn start_session(launcher: &[&str], args: &[&str]) -> Result<ExitStatus, Error> {
    let start = |source| Error::Start {
        program: "the session".to_owned(),
        source,
    };
    let program = std::env::current_exe().map_err(start)?;
    let mut session = launched_by(launcher, &program)
        .args(args)
        .stdin(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(start)?;
    // Taken, because `wait` would close it.
    let lifeline = session.stdin.take();
    let status = session.wait().map_err(start);
    drop(lifeline);
    status
}

fn launched_by(launcher: &[&str], program: &Path) -> Command {
    match launcher {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    }
}

/// The session's view of its front.
pub(crate) struct Front {
    gone: Receiver<()>,
}

impl Front {
    const LOOK_EVERY: Duration = Duration::from_millis(50);

    /// Watches the pipe that [`start_session`] made.
    pub(crate) fn watch() -> Front {
        let (here, gone) = mpsc::channel();
        std::thread::spawn(move || {
            // Ends with the front; what it reads until then means nothing.
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            drop(here);
        });
        Front { gone }
    }

    /// Runs a command to its end, or ends it and its process group when the front goes first.
    pub(crate) fn run(&self, command: &mut Command) -> Result<ExitStatus, Error> {
        let program = command.get_program().to_string_lossy().into_owned();
        let start = |source| Error::Start {
            program: program.clone(),
            source,
        };
        let mut child = command.process_group(0).spawn().map_err(start)?;
        loop {
            if let Some(status) = child.try_wait().map_err(start)? {
                return Ok(status);
            }
            if self.gone.recv_timeout(Self::LOOK_EVERY) != Err(RecvTimeoutError::Timeout) {
                end_group(&mut child);
                return Err(Error::Interrupted);
            }
        }
    }

    /// [`run`](Front::run), for a command whose failure ends the chore.
    pub(crate) fn run_well(&self, command: &mut Command) -> Result<(), Error> {
        let status = self.run(command)?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Failed {
            program: command.get_program().to_string_lossy().into_owned(),
            status,
        })
    }
}

/// Asks one child to end and reaps it. The child is not reaped before, so the number is still its own.
pub(crate) fn end(child: &mut Child) {
    let _ = rustix::process::kill_process(Pid::from_child(child), Signal::TERM);
    let _ = child.wait();
}

fn end_group(leader: &mut Child) {
    let _ = rustix::process::kill_process_group(Pid::from_child(leader), Signal::TERM);
    let _ = leader.wait();
}
