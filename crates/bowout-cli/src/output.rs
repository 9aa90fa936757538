//! Data on standard output, narration on standard error.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Writes a line of data. That its reader has gone away (`| head`) is no error; that it could not be written is told.
pub(crate) fn data(line: impl Display) {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    match written {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => error(&format!("cannot write to standard output: {why}")),
        _ => {}
    }
}

/// Writes a document of data.
pub(crate) fn document(document: &impl serde::Serialize) {
    match serde_json::to_string_pretty(document) {
        Ok(text) => data(text),
        Err(why) => error(&format!("cannot write JSON: {why}")),
    }
}

/// Writes a line of narration. There is nobody to tell that it could not be written.
pub(crate) fn narrate(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Says what went wrong, in one line.
pub(crate) fn error(what: &str) {
    narrate(format_args!("bowout: {what}"));
}

/// Writes an object in one line.
pub(crate) fn line_of_json(object: &impl serde::Serialize) {
    match serde_json::to_string(object) {
        Ok(text) => data(text),
        Err(why) => error(&format!("cannot write JSON: {why}")),
    }
}
