//! The picture on a terminal: a bar of time for each program.

use std::time::Duration;

use bowout::Signal;
use bowout::stop::Plan;

use super::program::Role;
use super::story::{Row, Story, What};
use crate::terminal::{Colour, Terminal, cut};

/// How a frame is laid out: a name, a bar, and what happened last.
pub(super) struct Picture {
    terminal: Terminal,
    plan: Plan,
    /// The time that the whole bar stands for.
    span: Duration,
    /// The columns of the bar.
    bar: usize,
}

const NAME: usize = 13;
const WORDS: usize = 37;
/// Wider than this it only gets harder to read.
const WIDEST: usize = 100;
/// The width of the line of signs, and the height of all.
const SMALLEST: (usize, usize) = (78, 12);

/// How long a program may take to answer before that is worth a word.
const FOR_AN_ANSWER: Duration = Duration::from_millis(300);

/// One column of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    sign: char,
    colour: Colour,
}

impl Cell {
    const fn new(sign: char, colour: Colour) -> Cell {
        Cell { sign, colour }
    }
}

const EMPTY: Cell = Cell::new(' ', Colour::Plain);
const RUNS: Cell = Cell::new('─', Colour::Dim);
const LEAVES: Cell = Cell::new('━', Colour::Cyan);
const ASKED: Cell = Cell::new('●', Colour::Yellow);
const CLEANED: Cell = Cell::new('◆', Colour::Cyan);
const LEFT_BEHIND: Cell = Cell::new('▲', Colour::Yellow);
const ENDED: Cell = Cell::new('■', Colour::Green);
const FORCED: Cell = Cell::new('✖', Colour::Red);

impl Picture {
    pub(super) fn new(terminal: Terminal, plan: &Plan) -> Picture {
        let width = terminal.width.saturating_sub(1).min(WIDEST);
        let patience = plan.stages().first().map_or(Duration::ZERO, |stage| stage.wait);
        Picture {
            terminal,
            plan: plan.clone(),
            span: patience + patience / 8,
            bar: width.saturating_sub(NAME + 2 + WORDS).max(10),
        }
    }

    /// Whether there is room for it.
    pub(super) fn fits(terminal: Terminal) -> bool {
        terminal.width >= SMALLEST.0 && terminal.height >= SMALLEST.1
    }

    /// The lines of the picture at this time.
    pub(super) fn frame(&self, story: &Story, now: Duration) -> Vec<String> {
        let paint = |colour, text: &str| self.terminal.paint(colour, text);
        let mut lines = vec![
            format!(
                "{}  one plan for all: {}  {}",
                paint(Colour::Bold, "bowout demo"),
                paint(Colour::Bold, &self.plan.to_string()),
                paint(Colour::Dim, &format!("{:.2} s", now.as_secs_f64()))
            ),
            String::new(),
            paint(Colour::Dim, &self.scale()),
        ];
        lines.extend(story.rows.iter().map(|row| self.row(row, now)));
        lines.push(String::new());
        let signs = [
            (ASKED, "asked"),
            (CLEANED, "cleaned up"),
            (ENDED, "ended"),
            (FORCED, "forced"),
            (LEFT_BEHIND, "left behind"),
        ];
        let legend = signs.map(|(cell, word)| format!("{} {word}", self.paint(cell)));
        lines.push(format!("{:NAME$}  {}", "", legend.join("   ")));
        lines
    }

    /// A mark at every half second.
    fn scale(&self) -> String {
        let mut line = vec![' '; self.bar + 6];
        let halves = self.span.as_millis() / 500;
        for half in 0..=u32::try_from(halves).unwrap_or(0) {
            let label = format!("{}s", f64::from(half) / 2.0);
            let at = self.column(Duration::from_millis(500) * half);
            for (place, sign) in line.iter_mut().skip(at).zip(label.chars()) {
                *place = sign;
            }
        }
        format!("{:NAME$}  {}", "", line.into_iter().collect::<String>().trim_end())
    }

    fn row(&self, row: &Row, now: Duration) -> String {
        let name = match row.role {
            Role::Orphan => format!("└ {}", row.role.name()),
            role => role.name().to_owned(),
        };
        let bar = self.painted(&self.cells(row, now));
        let colour = match &row.report {
            Some(report) if report.was_forced() => Colour::Red,
            Some(_) => Colour::Green,
            None => Colour::Plain,
        };
        let words = cut(&self.words(row, now), WORDS - 2);
        format!("{name:NAME$}  {bar}  {}", self.terminal.paint(colour, words))
    }

    /// What happened last; while a program does nothing about the request, what comes next.
    fn words(&self, row: &Row, now: Duration) -> String {
        let Some(last) = row.moments.last() else {
            return "runs".to_owned();
        };
        let silence = match &last.what {
            What::Asked { signal, .. } if *signal != Signal::Kill => "no answer",
            What::Ignores(_) => "ignores it",
            _ => return last.what.words(row),
        };
        match self.plan.stages() {
            [first, second, ..] if now > last.at + FOR_AN_ANSWER => {
                let left = (row.began + first.wait).saturating_sub(now).as_secs_f64();
                format!("{silence}, {} in {left:.1} s", second.signal)
            }
            _ => last.what.words(row),
        }
    }

    /// The bar: what it was doing all the time, and over it the moments, each a sign of its own.
    fn cells(&self, row: &Row, now: Duration) -> Vec<Cell> {
        let mut cells = vec![EMPTY; self.bar];
        let end = row.report.as_ref().map_or(now, |report| row.began + report.elapsed);
        let asked = row
            .moments
            .iter()
            .find(|moment| matches!(moment.what, What::Asked { .. }));
        for (at, cell) in cells.iter_mut().enumerate().take(self.column(end) + 1) {
            let was_asked = asked.is_some_and(|asked| self.column(asked.at) <= at);
            *cell = if was_asked { LEAVES } else { RUNS };
        }
        let mut free = 0;
        for moment in &row.moments {
            let Some(sign) = sign(&moment.what) else {
                continue;
            };
            // Two moments in one column stand side by side, as long as there is room.
            let at = self.column(moment.at).max(free).min(self.bar - 1);
            if let Some(cell) = cells.get_mut(at) {
                *cell = sign;
            }
            free = at + 1;
        }
        cells
    }

    fn column(&self, at: Duration) -> usize {
        let share = at.as_secs_f64() / self.span.as_secs_f64().max(0.001);
        // A float that is too large becomes the largest number there is.
        ((share * self.bar as f64) as usize).min(self.bar - 1)
    }

    /// Neighbours of one colour are painted in one stroke.
    fn painted(&self, cells: &[Cell]) -> String {
        let strokes = cells.chunk_by(|one, next| one.colour == next.colour);
        strokes
            .map(|stroke| {
                let signs: String = stroke.iter().map(|cell| cell.sign).collect();
                self.terminal.paint(stroke[0].colour, signs)
            })
            .collect()
    }

    fn paint(&self, cell: Cell) -> String {
        self.terminal.paint(cell.colour, cell.sign)
    }
}

fn sign(what: &What) -> Option<Cell> {
    match what {
        What::Asked {
            signal: Signal::Kill, ..
        } => Some(FORCED),
        What::Asked { .. } => Some(ASKED),
        What::Heard(_) | What::Ignores(_) => None,
        What::Cleaned(_) => Some(CLEANED),
        What::LeftBehind => Some(LEFT_BEHIND),
        What::Ended(report) if report.was_forced() => Some(Cell::new(ENDED.sign, FORCED.colour)),
        What::Ended(_) => Some(ENDED),
    }
}
