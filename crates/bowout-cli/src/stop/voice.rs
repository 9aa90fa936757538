//! What `stop` says while it works.

use std::io::Write;

use bowout::stop::{OpenError, ProcessId, Report, Step, Waiting};

use super::live::{self, Asked};
use crate::args::{Detail, Manner};
use crate::terminal::{Block, Colours, Terminal};
use crate::{open, output};

/// Speaks, and on a terminal keeps lines below everything else that show who is left.
pub(super) struct Voice {
    manner: Manner,
    detail: Detail,
    colours: Colours,
    asked: Asked,
    block: Block,
}

impl Voice {
    pub(super) fn new(manner: Manner, detail: Detail, colours: Colours) -> Voice {
        Voice {
            manner,
            detail,
            colours,
            asked: Asked::default(),
            block: Block::default(),
        }
    }

    /// Where there is something to keep up to date. Its size may change at any time.
    pub(super) fn terminal(&self) -> Option<Terminal> {
        match self.manner {
            Manner::Text => Terminal::behind(&std::io::stderr(), self.colours),
            Manner::Quiet | Manner::Json => None,
        }
    }

    /// It was asked, or could not be.
    pub(super) fn asked(&mut self, id: ProcessId, name: impl FnOnce() -> Option<String>, step: &Step) {
        self.asked.note(id, step);
        if self.detail == Detail::EachSignal {
            self.rest();
            output::error(&open::tried(id, name().as_deref(), step.signal, &step.attempts));
        }
    }

    pub(super) fn ended(&mut self, report: &Report) {
        self.rest();
        match (self.manner, report.outcome.is_gone()) {
            (Manner::Json, _) | (Manner::Quiet, true) => {}
            (_, true) => output::data(output::printable(&report.to_string())),
            (_, false) => output::error(&open::fate(report)),
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

    /// Draws who is left, if there is a terminal to draw on.
    pub(super) fn waiting(&mut self, left: &[Waiting]) {
        match self.terminal() {
            Some(terminal) if !left.is_empty() => {
                let frame = live::frame(&self.asked.rows(left), terminal);
                show(&self.block.draw(&frame));
            }
            _ => self.rest(),
        }
    }

    /// Takes that away.
    pub(super) fn rest(&mut self) {
        if self.block.is_drawn() {
            show(&self.block.clear());
        }
    }
}

/// There is nobody to tell that it could not be shown.
fn show(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "{text}").and_then(|()| stderr.flush());
}
