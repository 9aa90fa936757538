//! Data on standard output, narration on standard error.

use std::fmt::{Display, Write as _};
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::DONE;

/// Writes lines of data. That its reader has gone away (`| head`) is no error; that it could not be written is told.
pub(crate) fn data(lines: impl Display) {
    bytes(format!("{lines}\n").as_bytes());
}

/// Writes data as it is.
pub(crate) fn bytes(bytes: &[u8]) {
    wrote(io::stdout().write_all(bytes));
}

/// Takes note of what came of the writing of data, and sees it through.
pub(crate) fn wrote(result: io::Result<()>) {
    match result.and_then(|()| io::stdout().flush()) {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => {
            LOST.store(true, Ordering::Relaxed);
            error(&format!("cannot write to standard output: {why}"));
        }
        _ => {}
    }
}

/// Whether data could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// The exit code, or another in the place of success where data could not be written.
pub(crate) fn code(code: u8, where_lost: u8) -> u8 {
    match code {
        DONE if LOST.load(Ordering::Relaxed) => where_lost,
        _ => code,
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

/// Says what went wrong, in one line whatever it quotes.
pub(crate) fn error(what: &str) {
    narrate(format_args!("bowout: {}", printable(what)));
}

/// Writes an object in one line.
pub(crate) fn line_of_json(object: &impl serde::Serialize) {
    match serde_json::to_string(object) {
        Ok(text) => data(text),
        Err(why) => error(&format!("cannot write JSON: {why}")),
    }
}

/// The text in one line that commands no terminal: arguments, and what processes call themselves, can hold anything.
pub(crate) fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        if c.is_control() {
            // To a String it cannot fail.
            let _ = write!(line, "{}", c.escape_default());
        } else {
            line.push(c);
        }
        line
    })
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_could_command_a_terminal_is_written_out() {
        assert_eq!(printable("a\x1b[2Jb\nc\u{9b}ü"), "a\\u{1b}[2Jb\\nc\\u{9b}ü");
    }
}
