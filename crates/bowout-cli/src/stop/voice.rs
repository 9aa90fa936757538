//! What `stop` says while it works.

use std::io::Write;
use std::time::Duration;

use bowout::Signal;
use bowout::stop::{OpenError, Report, Waiting};

use crate::terminal::{CLEAR_LINE, Colour, Terminal, cut};
use crate::{open, output};

/// In what form results are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// A line each: on standard output what was stopped, on standard error what was not.
    Text,
    /// Only what was not stopped.
    Quiet,
    /// All together at the end, by somebody else.
    Json,
}

/// Speaks, and on a terminal keeps one line below everything else that shows who is left.
pub(super) struct Voice {
    manner: Manner,
    terminal: Option<Terminal>,
    drawn: Drawn,
}

/// Whether the line that shows who is left is on the screen now.
#[derive(PartialEq, Eq)]
enum Drawn {
    Yes,
    No,
}

impl Voice {
    pub(super) fn new(manner: Manner) -> Voice {
        let terminal = match manner {
            Manner::Quiet => None,
            Manner::Text | Manner::Json => Terminal::behind(&std::io::stderr()),
        };
        Voice {
            manner,
            terminal,
            drawn: Drawn::No,
        }
    }

    /// Whether there is a line to keep up to date.
    pub(super) fn draws(&self) -> bool {
        self.terminal.is_some()
    }

    pub(super) fn ended(&mut self, report: &Report) {
        self.rest();
        match (self.manner, report.outcome.is_gone()) {
            (Manner::Json, _) | (Manner::Quiet, true) => {}
            (_, true) => output::data(report),
            (_, false) => output::error(&report.to_string()),
        }
    }

    pub(super) fn not_opened(&mut self, error: &OpenError) {
        self.rest();
        if self.manner != Manner::Json {
            output::error(&open::reason(error));
        }
    }

    pub(super) fn narrate(&mut self, what: &str) {
        self.rest();
        if self.manner != Manner::Quiet {
            output::error(what);
        }
    }

    /// Draws the line, if there is a terminal to draw it on.
    pub(super) fn waiting(&mut self, left: &[Waiting]) {
        let (Some(terminal), Some(line)) = (self.terminal, line(left)) else {
            return self.rest();
        };
        let line = terminal.paint(Colour::Dim, cut(&line, terminal.width.saturating_sub(1)));
        let mut stderr = std::io::stderr().lock();
        // There is nobody to tell that it could not be drawn.
        let _ = write!(stderr, "{CLEAR_LINE}{line}").and_then(|()| stderr.flush());
        self.drawn = Drawn::Yes;
    }

    /// Takes the line away.
    pub(super) fn rest(&mut self) {
        if self.drawn == Drawn::Yes {
            let mut stderr = std::io::stderr().lock();
            let _ = write!(stderr, "{CLEAR_LINE}").and_then(|()| stderr.flush());
            self.drawn = Drawn::No;
        }
    }
}

/// `KILL in 7.3s: waiting for 1234 (nginx), 1235 (sleep)`. What is urgent stands first, where it is not cut off.
fn line(left: &[Waiting]) -> Option<String> {
    let soonest = left.iter().min_by_key(|waiting| waiting.remaining)?;
    let names: Vec<String> = left
        .iter()
        .map(|waiting| open::label(waiting.id, waiting.name.as_deref()))
        .collect();
    let what = what_comes(soonest.signal, soonest.next, soonest.remaining);
    Some(format!("{what}: waiting for {}", names.join(", ")))
}

fn what_comes(asked: Signal, next: Option<Signal>, remaining: Duration) -> String {
    let seconds = remaining.as_secs_f64();
    match (next, remaining) {
        (_, Duration::MAX) => format!("{asked} sent, no deadline"),
        (Some(next), _) => format!("{asked} sent, {next} in {seconds:.1}s"),
        (None, _) => format!("{asked} sent, giving up in {seconds:.1}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_comes_next() {
        let soon = Duration::from_millis(7_340);
        assert_eq!(
            what_comes(Signal::Term, Some(Signal::Kill), soon),
            "TERM sent, KILL in 7.3s"
        );
        assert_eq!(what_comes(Signal::Kill, None, soon), "KILL sent, giving up in 7.3s");
        assert_eq!(what_comes(Signal::Term, None, Duration::MAX), "TERM sent, no deadline");
    }
}
