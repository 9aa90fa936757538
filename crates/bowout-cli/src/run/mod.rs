//! `bowout run`: the good parent of a program.

mod args;
mod pidfile;
mod success;

use std::ffi::OsString;

use bowout::supervise::{Ended, Happening, SuperviseError};

use crate::{exit, output};

pub(crate) use args::{RunArgs, command, read};

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Words {
    /// Errors.
    Few,
    /// What somebody has to know: who was left behind, that the time was over.
    #[default]
    Some,
    /// Each signal as well.
    Many,
}

/// The status of a program whose time was over.
pub(crate) const TIMED_OUT: u8 = 124;
/// The status of a program that cannot be executed.
pub(crate) const NOT_EXECUTABLE: u8 = 126;
/// The status of a program that is not there.
pub(crate) const NOT_FOUND: u8 = 127;

/// `bowout run` with what is behind it on the command line; `None` where it wants to be helped.
pub(crate) fn main(line: Vec<OsString>) -> Option<u8> {
    match read(line) {
        Ok(Some(args)) => Some(run(args)),
        Ok(None) => None,
        Err(problem) => {
            output::error(&format!("{problem}; see bowout run --help"));
            Some(exit::USAGE)
        }
    }
}

/// Runs it, and ends as it ended, or returns another status.
pub(crate) fn run(args: RunArgs) -> u8 {
    let pidfile = match args.pidfile.map(pidfile::PidFile::claim).transpose() {
        Ok(pidfile) => pidfile,
        Err(problem) => {
            output::error(&problem);
            return exit::FAILED;
        }
    };
    let words = args.words;
    let mut main = None;
    let mut tell = |happening| {
        if let Happening::Started(id) = happening {
            main = Some(id);
        }
        let now = match args.pidfile_says {
            PidFileSays::Started => matches!(happening, Happening::Started(_)),
            PidFileSays::Ready => happening == Happening::Ready,
        };
        if let (true, Some(id), Some(pidfile)) = (now, main, &pidfile) {
            if let Err(problem) = pidfile.write(id) {
                output::error(&problem);
            }
        }
        narrate(happening, words);
    };
    let ended = args.supervisor.run_and_tell(&mut tell);
    drop(pidfile);
    match ended {
        Ok(ended) => finish(&ended, &args.success, args.on_timeout),
        Err(error) => {
            output::error(&error.to_string());
            code_of(&error)
        }
    }
}

/// What is true from the moment on in which the pidfile is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PidFileSays {
    /// The program runs.
    #[default]
    Started,
    /// It is ready.
    Ready,
}

/// What the status is when the time was over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnTimeout {
    /// [`TIMED_OUT`].
    #[default]
    Says,
    /// The program's own.
    Preserves,
}

fn finish(ended: &Ended, success: &success::Success, on_timeout: OnTimeout) -> u8 {
    if ended.status().is_none() && ended.survivors().is_empty() {
        output::error("the program's end was not told: somebody has killed the guard before it began");
    }
    for survivor in ended.survivors() {
        output::error(&format!("{survivor} is still there"));
    }
    if ended.timed_out() && on_timeout == OnTimeout::Says {
        return TIMED_OUT;
    }
    match ended.status() {
        Some(status) if success.includes(status) => exit::DONE,
        Some(_) => ended.exit(),
        None => exit::FAILED,
    }
}

/// Whether a process of this system that is not process 1 can adopt orphans, unless somebody forbids it.
const CAN_ADOPT: bool = cfg!(any(target_os = "linux", target_os = "android", target_os = "freebsd"));

fn narrate(happening: Happening, words: Words) {
    let (from, line) = match happening {
        Happening::Started(id) => (Words::Many, format!("started {id}")),
        Happening::Ready => (Words::Many, "the program is ready".into()),
        Happening::NotPassedOn(why) => (Words::Some, why),
        Happening::Forwarded(signal, _) => (Words::Many, format!("{signal} passed on")),
        Happening::Asked(signal, _) => (Words::Many, format!("{signal} sent")),
        Happening::LeftBehind => (
            Words::Many,
            "the program has left others behind: they are stopped".into(),
        ),
        Happening::ParentGone => (Words::Many, "the parent is gone: everybody is stopped".into()),
        Happening::OrphansGoElsewhere => (
            // What cannot be helped is not said each time.
            if CAN_ADOPT { Words::Some } else { Words::Many },
            "orphans do not come to this process: who leaves the program's process group is not found any more".into(),
        ),
        Happening::TimedOut => (Words::Some, "the time is over".into()),
        Happening::NotSent(why) => (Words::Some, why.to_string()),
        _ => return,
    };
    if words >= from {
        output::error(&line);
    }
}

fn code_of(error: &SuperviseError) -> u8 {
    match error {
        SuperviseError::Start { source, .. } if source.kind() == std::io::ErrorKind::NotFound => NOT_FOUND,
        SuperviseError::Start { .. } => NOT_EXECUTABLE,
        SuperviseError::Plan(_)
        | SuperviseError::ParentDeathUnsupported
        | SuperviseError::Descriptor(_)
        | SuperviseError::ReadinessUnsupported => exit::USAGE,
        _ => exit::FAILED,
    }
}
