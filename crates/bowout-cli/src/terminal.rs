//! A terminal that takes escape codes: its size, its colours, and lines that are drawn over and over in their place.

use std::fmt;
use std::io::IsTerminal;

use clap::ValueEnum;

/// A terminal on which lines can be drawn again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// In columns.
    pub(crate) width: usize,
    /// In lines.
    pub(crate) height: usize,
    pub(crate) ink: Ink,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colours {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

/// Whether colours are used in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Colour,
    None,
}

/// What terminals are taken for where they do not tell.
const COMMON_SIZE: (usize, usize) = (80, 24);

/// Goes to the start of the line and clears it.
pub(crate) const CLEAR_LINE: &str = "\r\x1b[K";

impl Terminal {
    /// The terminal behind this stream; `None` where it is none, or a dumb one.
    pub(crate) fn behind(stream: &impl IsTerminal, colours: Colours) -> Option<Terminal> {
        if !takes_escape_codes(stream) {
            return None;
        }
        let told = terminal_size::terminal_size();
        let (width, height) = told.map_or(COMMON_SIZE, |(width, height)| (width.0.into(), height.0.into()));
        let ink = Ink::for_stream(stream, colours);
        Some(Terminal { width, height, ink })
    }

    /// The text in this colour.
    pub(crate) fn paint(self, colour: Colour, text: impl fmt::Display) -> String {
        self.ink.paint(colour, text)
    }
}

fn takes_escape_codes(stream: &impl IsTerminal) -> bool {
    stream.is_terminal()
        && anstyle_query::term_supports_ansi_color()
        // Windows wants to be asked for it; elsewhere this says nothing.
        && anstyle_query::windows::enable_ansi_colors() != Some(false)
}

impl Ink {
    /// What is used on this stream, be it a terminal or not.
    pub(crate) fn for_stream(stream: &impl IsTerminal, colours: Colours) -> Ink {
        let wanted = match colours {
            Colours::Always => true,
            Colours::Never => false,
            // As https://no-color.org has it.
            Colours::Auto => !anstyle_query::no_color() && takes_escape_codes(stream),
        };
        if wanted { Ink::Colour } else { Ink::None }
    }

    /// The text in this colour.
    pub(crate) fn paint(self, colour: Colour, text: impl fmt::Display) -> String {
        match (self, colour) {
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

/// Lines at the bottom of a terminal that are drawn over and over in their place. What comes of it has to be written in one
/// piece, so that nobody sees half of it.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// How many lines of it are on the screen. The cursor stands below them.
    lines: usize,
}

impl Block {
    /// Draws these in the place of those that were drawn before.
    pub(crate) fn draw(&mut self, lines: &[String]) -> String {
        let start = self.start();
        self.lines = lines.len();
        let lines: String = lines.iter().map(|line| format!("{line}\x1b[K\n")).collect();
        format!("{start}{lines}\x1b[J")
    }

    /// Takes them away.
    pub(crate) fn clear(&mut self) -> String {
        let start = self.start();
        self.lines = 0;
        format!("{start}\x1b[J")
    }

    /// Whether there is anything to take away.
    pub(crate) fn is_drawn(&self) -> bool {
        self.lines > 0
    }

    /// Goes to its first line.
    fn start(&self) -> String {
        match self.lines {
            0 => "\r".to_owned(),
            lines => format!("\r\x1b[{lines}A"),
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
