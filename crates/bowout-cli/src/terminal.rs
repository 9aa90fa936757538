//! A terminal that takes escape codes: its width and its colours.

use std::fmt;
use std::io::IsTerminal;

/// A terminal on which lines can be drawn again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// In columns.
    pub(crate) width: usize,
    /// In lines.
    pub(crate) height: usize,
    ink: Ink,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ink {
    Colour,
    /// `NO_COLOR` is set.
    None,
}

/// What terminals are taken for where they do not tell.
const COMMON_SIZE: (usize, usize) = (80, 24);

/// Goes to the start of the line and clears it.
pub(crate) const CLEAR_LINE: &str = "\r\x1b[K";

impl Terminal {
    /// The terminal behind this stream; `None` where it is none, or a dumb one.
    pub(crate) fn behind(stream: &impl IsTerminal) -> Option<Terminal> {
        if !stream.is_terminal() || !anstyle_query::term_supports_ansi_color() {
            return None;
        }
        // Windows wants to be asked for it; elsewhere this says nothing.
        if anstyle_query::windows::enable_ansi_colors() == Some(false) {
            return None;
        }
        let told = terminal_size::terminal_size();
        let (width, height) = told.map_or(COMMON_SIZE, |(width, height)| (width.0.into(), height.0.into()));
        let ink = if anstyle_query::no_color() {
            Ink::None
        } else {
            Ink::Colour
        };
        Some(Terminal { width, height, ink })
    }

    /// The text in this colour.
    pub(crate) fn paint(self, colour: Colour, text: impl fmt::Display) -> String {
        match (self.ink, colour) {
            (Ink::None, _) | (_, Colour::Plain) => text.to_string(),
            (Ink::Colour, colour) => format!("\x1b[{}m{text}\x1b[0m", colour.code()),
        }
    }
}

/// What a colour is used for is decided where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Cyan,
}

impl Colour {
    fn code(self) -> &'static str {
        match self {
            Colour::Plain => "0",
            Colour::Bold => "1",
            Colour::Dim => "2",
            Colour::Red => "31",
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Cyan => "36",
        }
    }
}

/// The text, cut to this many columns.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    let kept: String = text.chars().take(columns.saturating_sub(1)).collect();
    format!("{kept}…")
}
