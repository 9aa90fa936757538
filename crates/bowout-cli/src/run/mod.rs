//! `bowout run`: the good parent of a program.

mod args;
mod pidfile;

use std::ffi::OsString;

use bowout::supervise::{Ended, Happening, SuperviseError};

use crate::{exit, output};

pub(crate) use args::{RunArgs, command, read};

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    let mut tell = |happening| {
        if let (Happening::Started(id), Some(pidfile)) = (&happening, &pidfile) {
            if let Err(problem) = pidfile.write(*id) {
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

/// What the status is when the time was over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnTimeout {
    /// [`TIMED_OUT`].
    #[default]
    Says,
    /// The program's own.
    Preserves,
}

fn finish(ended: &Ended, success: &args::Success, on_timeout: OnTimeout) -> u8 {
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

fn narrate(happening: Happening, words: Words) {
    let line = match happening {
        Happening::Started(id) if words == Words::Many => format!("started {id}"),
        Happening::Forwarded(signal, _) if words == Words::Many => format!("{signal} passed on"),
        Happening::Asked(signal, _) if words == Words::Many => format!("{signal} sent"),
        Happening::LeftBehind if words == Words::Many => "the program has left others behind: they are stopped".into(),
        Happening::ParentGone if words == Words::Many => "the parent is gone: everybody is stopped".into(),
        Happening::TimedOut if words != Words::Few => "the time is over".into(),
        Happening::NotSent(why) if words != Words::Few => why.to_string(),
        _ => return,
    };
    output::error(&line);
}

fn code_of(error: &SuperviseError) -> u8 {
    match error {
        SuperviseError::Start { source, .. } if source.kind() == std::io::ErrorKind::NotFound => NOT_FOUND,
        SuperviseError::Start { .. } => NOT_EXECUTABLE,
        SuperviseError::Plan(_) | SuperviseError::ParentDeathUnsupported => exit::USAGE,
        _ => exit::FAILED,
    }
}
