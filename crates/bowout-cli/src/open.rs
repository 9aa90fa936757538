//! The processes that were named on the command line.

use std::collections::HashSet;

use bowout::stop::{OpenError, ProcessId, Target};

use crate::args::{Allow, AllowArgs};

/// Opens them all, in the order in which they were named. One that is named twice is there once.
pub(crate) fn all(ids: &[ProcessId], allow: &AllowArgs) -> Vec<Result<Target, OpenError>> {
    let options = allow.options();
    let mut seen = HashSet::new();
    let opened = ids.iter().map(|id| options.open(*id));
    opened
        .filter(|result| {
            seen.insert(match result {
                Ok(target) => target.id(),
                Err(error) => error.id(),
            })
        })
        .collect()
}

/// Whether there was nobody to be opened.
pub(crate) fn is_missing(error: &OpenError) -> bool {
    matches!(
        error,
        OpenError::NoSuchProcess { .. } | OpenError::AlreadyExited { .. } | OpenError::PidReused { .. }
    )
}

/// The reason, and the option that would have helped.
pub(crate) fn reason(error: &OpenError) -> String {
    let option = match error {
        OpenError::Protected { why, .. } => Allow::word(*why),
        _ => None,
    };
    match option {
        Some(word) => format!("{error} (--allow {word})"),
        None => error.to_string(),
    }
}

/// `1234 (nginx)`.
pub(crate) fn label(id: ProcessId, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{} ({name})", id.pid()),
        None => id.pid().to_string(),
    }
}
