//! The processes that were named on the command line.

use std::collections::HashSet;

use bowout::Signal;
use bowout::stop::{Attempt, OpenError, Outcome, ProcessId, Report, Target};

use crate::args::{Allow, AllowArgs};
use crate::output;

/// Opens them all, in the order in which they were named; but this very process is the last, so that nobody is missed where it
/// is allowed to be among them. One that is named twice is there once.
pub(crate) fn all(ids: &[ProcessId], allow: &AllowArgs) -> Vec<Result<Target, OpenError>> {
    let options = allow.options();
    let mut seen = HashSet::new();
    let opened = ids.iter().map(|id| options.open(*id));
    let mut opened: Vec<_> = opened.filter(|result| seen.insert(id_of(result))).collect();
    opened.sort_by_key(|result| id_of(result).pid() == std::process::id());
    opened
}

fn id_of(opened: &Result<Target, OpenError>) -> ProcessId {
    match opened {
        Ok(target) => target.id(),
        Err(error) => error.id(),
    }
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
        Some(name) => format!("{} ({})", id.pid(), output::printable(name)),
        None => id.pid().to_string(),
    }
}

/// Why no route was open: `cooperative event: it does not listen to bowout's event, Ctrl-C: it has no console`.
pub(crate) fn reasons<'a>(attempts: impl IntoIterator<Item = &'a Attempt>) -> String {
    let failed = attempts.into_iter().filter_map(|attempt| {
        let why = attempt.result.as_ref().err()?;
        Some(format!("{}: {why}", attempt.route))
    });
    failed.collect::<Vec<_>>().join(", ")
}

/// What became of it; of one that is still there, what tells why.
pub(crate) fn fate(report: &Report) -> String {
    match report.outcome {
        Outcome::Survived => format!("{report}; see `bowout inspect {}`", report.id.pid()),
        _ => report.to_string(),
    }
}

/// `1234 (nginx): TERM: cooperative event: it does not listen to bowout's event; sent by Ctrl-C`.
pub(crate) fn tried(id: ProcessId, name: Option<&str>, signal: Signal, attempts: &[Attempt]) -> String {
    let each = attempts.iter().map(|attempt| match &attempt.result {
        Ok(reached) if reached.is_target_alone() => format!("sent by {}", attempt.route),
        Ok(reached) => format!("sent by {}, {reached}", attempt.route),
        Err(why) => format!("{}: {why}", attempt.route),
    });
    format!("{}: {signal}: {}", label(id, name), each.collect::<Vec<_>>().join("; "))
}
