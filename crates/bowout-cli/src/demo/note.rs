//! What the demo's programs report, a line each: one grammar for both sides.

use std::fmt;
use std::str::FromStr;

use bowout::stop::ProcessId;

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// It runs, and can be asked.
    Ready,
    /// It has started this one.
    Child(ProcessId),
    /// It was asked to stop, and heard it as this.
    Heard(String),
    /// It heard the request as this, and stays.
    Ignores(String),
    /// It has put this in order.
    Cleaned(String),
    /// It leaves now: its last word.
    Leaving,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Ready => f.write_str("ready"),
            Note::Child(id) => write!(f, "child {id}"),
            Note::Heard(trigger) => write!(f, "heard {trigger}"),
            Note::Ignores(trigger) => write!(f, "ignores {trigger}"),
            Note::Cleaned(what) => write!(f, "cleaned {what}"),
            Note::Leaving => f.write_str("leaving"),
        }
    }
}

/// A line that is no report.
#[derive(Debug)]
pub(crate) struct NoNote;

impl FromStr for Note {
    type Err = NoNote;

    fn from_str(line: &str) -> Result<Note, NoNote> {
        let line = line.trim_end();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "ready" => Ok(Note::Ready),
            "child" => rest.parse().map(Note::Child).map_err(|_| NoNote),
            "heard" => Ok(Note::Heard(rest.to_owned())),
            "ignores" => Ok(Note::Ignores(rest.to_owned())),
            "cleaned" => Ok(Note::Cleaned(rest.to_owned())),
            "leaving" => Ok(Note::Leaving),
            _ => Err(NoNote),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_side_writes_the_other_reads() {
        let child = "12:34".parse().unwrap();
        for note in [
            Note::Ready,
            Note::Child(child),
            Note::Heard("system shutdown".into()),
            Note::Ignores("interrupt".into()),
            Note::Cleaned("lock file".into()),
            Note::Leaving,
        ] {
            assert_eq!(format!("{note}\r").parse::<Note>().unwrap(), note);
        }
        assert!("thread panicked".parse::<Note>().is_err());
    }
}
