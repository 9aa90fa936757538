//! The pidfile: a number that somebody once wrote down.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::sys::{self, PidFile};
use super::{FindProblem, Process};
use crate::stop::sys::OpenFailure;
use crate::stop::{ParseProcessIdError, ProcessId};

/// What is wrong with a pidfile.
#[derive(Debug)]
#[non_exhaustive]
pub enum PidFileProblem {
    /// It is not there.
    Missing,
    /// It is a directory, a pipe or a device.
    NotAFile,
    /// Others can write it, so its number may be anybody's.
    WritableByOthers {
        /// Who, in words.
        by: String,
    },
    /// It belongs to somebody whom we need not believe.
    ForeignOwner {
        /// Who, in words.
        owner: String,
    },
    /// It is empty: its program has not written it yet, or failed to.
    Empty,
    /// It holds more than one line, as PostgreSQL's `postmaster.pid` does, whose first is the number.
    SeveralLines,
    /// It holds something else than a number.
    NotAPid(ParseProcessIdError),
    /// The process is gone, and left it behind.
    Stale {
        /// What it says.
        id: ProcessId,
    },
    /// The process is gone, and another has its number: it was started after the file was written.
    PidReused {
        /// What it says.
        id: ProcessId,
    },
    /// It could not be read.
    Io(io::Error),
}

impl PidFileProblem {
    /// Whether it says that nobody is there.
    pub(super) fn is_missing(&self) -> bool {
        matches!(
            self,
            PidFileProblem::Missing | PidFileProblem::Stale { .. } | PidFileProblem::PidReused { .. }
        )
    }

    pub(super) fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            PidFileProblem::NotAPid(source) => Some(source),
            PidFileProblem::Io(source) => Some(source),
            _ => None,
        }
    }
}

impl fmt::Display for PidFileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PidFileProblem::Missing => f.write_str("there is no such file"),
            PidFileProblem::NotAFile => f.write_str("it is no regular file"),
            PidFileProblem::WritableByOthers { by } => {
                write!(
                    f,
                    "it can be written by {by}, who could name any process: take that right away, or name the process yourself"
                )
            }
            PidFileProblem::ForeignOwner { owner } => {
                write!(
                    f,
                    "it belongs to {owner}, who could name any process: act as that user, or name the process yourself"
                )
            }
            PidFileProblem::Empty => f.write_str("it is empty: its program is just starting, or failed to write it"),
            PidFileProblem::SeveralLines => {
                f.write_str("it has several lines: if the first is the number of the process, name it by that")
            }
            PidFileProblem::NotAPid(source) => source.fmt(f),
            PidFileProblem::Stale { id } => write!(f, "it is out of date: process {id} is gone"),
            PidFileProblem::PidReused { id } => {
                write!(
                    f,
                    "it is out of date: process {id} was started after it was written, and is another one"
                )
            }
            PidFileProblem::Io(source) => write!(f, "{source}{}", sys::remedy(source)),
        }
    }
}

/// The number that a pidfile holds, if it is still that of the process that was meant.
pub(super) fn pid(path: &Path) -> Result<u32, FindProblem> {
    let (id, written) = read(path).map_err(FindProblem::PidFile)?;
    let problem = match Process::open(id.pid()) {
        Ok((_, facts)) => match (id.start(), facts.start) {
            (Some(expected), Some(start)) if expected != start => PidFileProblem::PidReused { id },
            (Some(_), None) => return Err(FindProblem::NotOnThisSystem),
            (None, Some(start)) if is_younger(start, written) => PidFileProblem::PidReused { id },
            _ => return Ok(id.pid()),
        },
        Err(OpenFailure::Refused(_)) => return Err(FindProblem::PermissionDenied { pid: id.pid() }),
        Err(OpenFailure::Io(source)) => return Err(FindProblem::Io(source)),
        // A thread's number is no daemon's: the daemon is gone.
        Err(OpenFailure::NoSuchProcess | OpenFailure::AlreadyExited { .. } | OpenFailure::Thread { .. }) => {
            PidFileProblem::Stale { id }
        }
    };
    Err(FindProblem::PidFile(problem))
}

/// Whether a process was started after a file was written. A daemon writes its file when it has started, so its own is never the
/// younger one, unless the clock was set forward since: then we err on the safe side.
fn is_younger(start: u64, written: SystemTime) -> bool {
    // The coarsest file system rounds to 2 s (FAT).
    const ROUNDING: Duration = Duration::from_secs(2);
    sys::started_at(start).is_some_and(|started| written.checked_add(ROUNDING).is_some_and(|written| started > written))
}

/// What it says, if it can be believed, and when it was written.
fn read(path: &Path) -> Result<(ProcessId, SystemTime), PidFileProblem> {
    let PidFile { file, written } = sys::open_pidfile(path)?;
    // More than any number needs.
    let mut text = Vec::new();
    file.take(100).read_to_end(&mut text).map_err(PidFileProblem::Io)?;
    Ok((parse(&String::from_utf8_lossy(&text))?, written))
}

/// A number, or a number and a start time, and the end of the line.
fn parse(text: &str) -> Result<ProcessId, PidFileProblem> {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(PidFileProblem::Empty);
    }
    if line.contains('\n') {
        return Err(PidFileProblem::SeveralLines);
    }
    line.parse().map_err(PidFileProblem::NotAPid)
}

/// What to say of a file that cannot be opened.
pub(in crate::stop) fn not_opened(error: io::Error) -> PidFileProblem {
    match error.kind() {
        ErrorKind::NotFound => PidFileProblem::Missing,
        _ => PidFileProblem::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_number_and_a_line_end_are_read() {
        for text in ["77", "77\n", "77\r\n", "77:5", "77:5\n"] {
            assert_eq!(parse(text).unwrap().pid(), 77, "{text:?}");
        }
        for text in ["", "\n", "\r\n"] {
            assert!(matches!(parse(text), Err(PidFileProblem::Empty)), "{text:?}");
        }
        for text in ["77\n\n", "77\n78\n", "77\r\n/var/lib\r\n5432"] {
            assert!(matches!(parse(text), Err(PidFileProblem::SeveralLines)), "{text:?}");
        }
        for text in [" 77", "77 ", "-77", "0", "77 nginx", "0x4d", "77\0", "\u{feff}77"] {
            assert!(matches!(parse(text), Err(PidFileProblem::NotAPid(_))), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_a_process_id_prints_is_read(pid in 1u32.., start: Option<u64>) {
            let id = ProcessId::new(pid).unwrap().with_start(start);
            prop_assert_eq!(parse(&format!("{id}\n")).unwrap(), id);
        }

        #[test]
        fn parsing_never_panics(text in "[0-9:\r\n -]{0,12}|.{0,20}") {
            let _ = parse(&text);
        }
    }
}
