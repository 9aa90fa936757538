//! What a terminal shows while it is waited: who is still there, what each was asked, and what comes next.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bowout::Signal;
use bowout::duration;
use bowout::stop::{ProcessId, Step, Waiting};

use crate::output::printable;
use crate::terminal::{Colour, Terminal, cut};

/// What was asked of whom, and when.
#[derive(Debug, Default)]
pub(super) struct Asked(HashMap<ProcessId, (Signal, Instant)>);

impl Asked {
    /// Takes note of a request.
    pub(super) fn note(&mut self, id: ProcessId, step: &Step) {
        if step.route().is_some() {
            self.0.insert(id, (step.signal, Instant::now()));
        }
    }

    /// What is shown of those who are left.
    pub(super) fn rows(&self, left: &[Waiting]) -> Vec<Row> {
        let row = |waiting: &Waiting| Row {
            pid: waiting.id.pid(),
            name: waiting.name.clone().unwrap_or_default(),
            asked: self.0.get(&waiting.id).map(|(signal, at)| (*signal, at.elapsed())),
            left: waiting.remaining,
            next: waiting.next,
        };
        left.iter().map(row).collect()
    }
}

/// One process that is still there.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pid: u32,
    name: String,
    /// What it was asked last, and how long ago.
    asked: Option<(Signal, Duration)>,
    /// How long it has.
    left: Duration,
    /// What comes then.
    next: Option<Signal>,
}

/// More than this nobody reads.
const MOST_ROWS: usize = 12;
/// The columns of a bar, and how wide a terminal must be to have them.
const BAR: usize = 20;
const ROOM_FOR_BARS: usize = 72;

/// A line for each, as many as there is room for.
pub(super) fn frame(rows: &[Row], terminal: Terminal) -> Vec<String> {
    let room = terminal.height.saturating_sub(2).clamp(1, MOST_ROWS);
    let shown = if rows.len() > room { room - 1 } else { rows.len() };
    let (shown, hidden) = rows.split_at(shown);
    let cells: Vec<[String; 4]> = shown.iter().map(Row::cells).collect();
    let width = |column: usize| {
        let lengths = cells.iter().map(|cells| cells[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let line = |(row, [pid, name, asked, next]): (&Row, &[String; 4])| {
        let [pids, names, askeds] = widths;
        let start = format!("{pid:>pids$}  {name:<names$}  {asked:<askeds$}  ");
        let used = start.chars().count();
        let room = terminal.width.saturating_sub(1);
        match row
            .share()
            .filter(|_| terminal.width >= ROOM_FOR_BARS && used + BAR + 2 < room)
        {
            None => cut(&format!("{start}{next}"), room),
            Some(share) => {
                let next = cut(next, room - used - BAR - 2);
                format!("{start}{}  {next}", bar(share, row.colour(), terminal))
            }
        }
    };
    let mut lines: Vec<String> = shown.iter().zip(&cells).map(line).collect();
    if !hidden.is_empty() {
        lines.push(cut(
            &format!("… {} more", hidden.len()),
            terminal.width.saturating_sub(1),
        ));
    }
    lines
}

impl Row {
    /// The number, the name, what was asked, and what comes next.
    fn cells(&self) -> [String; 4] {
        let asked = match self.asked {
            Some((signal, ago)) => format!("{signal} {} ago", brief(ago)),
            None => "not asked".to_owned(),
        };
        let next = match (self.next, self.left) {
            (_, Duration::MAX) => "no end to the wait".to_owned(),
            (Some(next), left) => format!("{next} in {}", brief(left)),
            (None, left) => format!("given up in {}", brief(left)),
        };
        [self.pid.to_string(), cut(&printable(&self.name), 20), asked, next]
    }

    /// How much of its time is over.
    fn share(&self) -> Option<f64> {
        let (_, ago) = self.asked?;
        let whole = ago.checked_add(self.left)?.as_secs_f64();
        (whole > 0.0).then(|| ago.as_secs_f64() / whole)
    }

    /// Force is red.
    fn colour(&self) -> Colour {
        match self.asked {
            Some((Signal::Kill, _)) => Colour::Red,
            _ => Colour::Cyan,
        }
    }
}

fn bar(share: f64, colour: Colour, terminal: Terminal) -> String {
    // A share is between 0 and 1.
    let over = ((share * BAR as f64) as usize).min(BAR);
    let rest = terminal.paint(Colour::Dim, "─".repeat(BAR - over));
    format!("{}{rest}", terminal.paint(colour, "━".repeat(over)))
}

/// `7.3s`; from a minute on, `1m5s`.
fn brief(time: Duration) -> String {
    match time {
        short if short < Duration::from_secs(60) => format!("{:.1}s", short.as_secs_f64()),
        long => duration::display(Duration::from_secs(long.as_secs())).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Ink;

    fn terminal(width: usize, height: usize) -> Terminal {
        let ink = Ink::None;
        Terminal { width, height, ink }
    }

    fn row(pid: u32, name: &str, next: Option<Signal>, left: Duration) -> Row {
        Row {
            pid,
            name: name.to_owned(),
            asked: Some((Signal::Term, Duration::from_millis(2500))),
            left,
            next,
        }
    }

    #[test]
    fn each_has_its_line() {
        let rows = [
            row(12, "nginx", Some(Signal::Kill), Duration::from_millis(7500)),
            row(1234, "a\x1b[2J", None, Duration::from_secs(125)),
            Row {
                asked: None,
                ..row(5, "", Some(Signal::Kill), Duration::MAX)
            },
        ];
        assert_eq!(
            frame(&rows, terminal(100, 24)),
            [
                "  12  nginx       TERM 2.5s ago  ━━━━━───────────────  KILL in 7.5s",
                "1234  a\\u{1b}[2J  TERM 2.5s ago  ────────────────────  given up in 2m5s",
                "   5              not asked      no end to the wait",
            ]
        );
        assert_eq!(
            frame(&rows[..1], terminal(40, 24)),
            ["12  nginx  TERM 2.5s ago  KILL in 7.5s"]
        );
        assert_eq!(frame(&rows[..1], terminal(20, 24)), ["12  nginx  TERM 2.…"]);
    }

    #[test]
    fn there_are_no_more_lines_than_there_is_room_for() {
        let rows = vec![row(12, "nginx", None, Duration::MAX); 1000];
        for (height, lines) in [(24, MOST_ROWS), (10, 8), (3, 1), (0, 1)] {
            let frame = frame(&rows, terminal(80, height));
            assert_eq!(frame.len(), lines);
            let hidden = rows.len() + 1 - lines;
            assert_eq!(frame.last().unwrap(), &format!("… {hidden} more"));
        }
    }
}
