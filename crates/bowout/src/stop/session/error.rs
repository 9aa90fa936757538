//! Why nobody, or not everybody, could be asked.

use std::fmt;
use std::io;

use crate::stop::{ProcessId, Protection, UnsupportedSignal};

/// Why the stopping could not begin or go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum StopError {
    /// This system cannot deliver a signal of the plan. Nothing was done.
    Unsupported(UnsupportedSignal),
    /// Somebody in a tree is one that is left alone unless the call says otherwise. Nothing was done.
    Protected {
        /// The process.
        id: ProcessId,
        /// Its name, where it is known.
        name: Option<String>,
        /// The root of the tree.
        root: ProcessId,
        /// Why.
        why: Protection,
    },
    /// The system could not give what the waiting needs.
    Io(io::Error),
}

impl fmt::Display for StopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StopError::Unsupported(why) => why.fmt(f),
            StopError::Protected { id, name, root, why } => {
                write!(f, "process {}", id.pid())?;
                if let Some(name) = name {
                    write!(f, " ({name})")?;
                }
                write!(
                    f,
                    " belongs to the tree of process {} and is {why}: the tree is left alone unless that is allowed by name",
                    root.pid()
                )
            }
            StopError::Io(error) => write!(f, "the system cannot wait for processes: {error}"),
        }
    }
}

impl std::error::Error for StopError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StopError::Unsupported(why) => Some(why),
            StopError::Protected { .. } => None,
            StopError::Io(error) => Some(error),
        }
    }
}
