//! `bowout signals`: the table.

use bowout::signal::{DefaultAction, Os, Signal, all};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::args::SignalsArgs;
use crate::json::SCHEMA_VERSION;
use crate::output;
use crate::terminal::{Colour, Colours, Ink, Terminal};

pub(crate) fn run(args: &SignalsArgs, colours: Colours) -> u8 {
    if args.json {
        output::document(&Document {
            schema_version: SCHEMA_VERSION,
            verb: "signals",
            this_system: Os::CURRENT.map(Os::name),
            signals: all().map(Row::from).collect(),
        });
    } else {
        let stdout = std::io::stdout();
        let ink = Ink::for_stream(&stdout, colours);
        output::data(table(Terminal::behind(&stdout, colours), ink));
    }
    crate::exit::DONE
}

/// The systems that have numbers.
fn numbered() -> impl Iterator<Item = Os> {
    Os::ALL.into_iter().filter(|os| *os != Os::Windows)
}

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    /// Everything about a signal in one line, as a file or a pipe wants it.
    Enough,
    /// A terminal of this many columns: short headings, and lines of their own for what does not fit.
    Columns(usize),
}

impl Room {
    fn heading(self, os: Os) -> &'static str {
        match (self, os) {
            (_, Os::LinuxMips) => "MIPS",
            (Room::Enough, os) => os.name(),
            (Room::Columns(_), os) => os.name().get(..3).unwrap_or(os.name()),
        }
    }
}

fn table(terminal: Option<Terminal>, ink: Ink) -> String {
    let full = lines(Room::Enough);
    let widest = full.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let mut lines = match terminal {
        Some(terminal) if terminal.width < widest => lines(Room::Columns(terminal.width)),
        _ => full,
    };
    if let Some(heading) = lines.first_mut() {
        *heading = ink.paint(Colour::Bold, &heading);
    }
    lines.push(String::new());
    lines.extend(NOTES.map(str::to_owned));
    lines.join("\n")
}

/// What the table does not say by itself.
const NOTES: [&str; 3] = [
    "-: no such signal there. DEFAULT is what this system does; --json has all.",
    "Write names with or without SIG, in any case; numbers are those of this system.",
    "RTMIN+n and RTMAX-n are for programs to define, where a system has them.",
];

/// The heading, and then each signal.
fn lines(room: Room) -> Vec<String> {
    let headings: String = numbered().map(|os| format!(" {}", room.heading(os))).collect();
    let heading = format!("{:<6}{headings}  DEFAULT   CATCH  MEANING", "NAME");
    match room {
        Room::Enough => {
            let heading = format!("{heading:<0$}ON WINDOWS", heading.len() + MEANING - "MEANING".len());
            std::iter::once(heading).chain(all().map(in_one_line)).collect()
        }
        Room::Columns(columns) => {
            let rows = all().flat_map(|signal| in_several_lines(signal, room, columns));
            std::iter::once(heading).chain(rows).collect()
        }
    }
}

/// The width of the meaning, where more follows.
const MEANING: usize = 43;

fn in_one_line(signal: Signal) -> String {
    let windows = signal.on_windows().unwrap_or_default();
    let line = format!("{}{:<MEANING$}{windows}", facts(signal, Room::Enough), signal.meaning());
    line.trim_end().to_owned()
}

fn in_several_lines(signal: Signal, room: Room, columns: usize) -> Vec<String> {
    let facts = facts(signal, room);
    let windows = signal
        .on_windows()
        .map(|windows| format!("       on Windows: {windows}"));
    let first = if facts.len() + signal.meaning().len() <= columns {
        vec![format!("{facts}{}", signal.meaning())]
    } else {
        vec![facts.trim_end().to_owned(), format!("       {}", signal.meaning())]
    };
    first.into_iter().chain(windows).collect()
}

/// The name, the numbers, the default action, and whether it can be caught.
fn facts(signal: Signal, room: Room) -> String {
    let numbers = numbered().map(|os| {
        let number = signal.number_on(os).map_or("-".to_owned(), |number| number.to_string());
        format!(" {number:>0$}", room.heading(os).len())
    });
    let catch = if signal.can_be_caught() { "yes" } else { "no" };
    format!(
        "{:<6}{}  {:<10}{catch:<7}",
        signal.name(),
        numbers.collect::<String>(),
        action(signal.default_action())
    )
}

fn action(action: DefaultAction) -> &'static str {
    match action {
        DefaultAction::Terminate => "end",
        DefaultAction::CoreDump => "core",
        DefaultAction::Ignore => "ignore",
        DefaultAction::Stop => "pause",
        DefaultAction::Continue => "continue",
    }
}

#[derive(Debug, Serialize)]
struct Document {
    schema_version: u32,
    verb: &'static str,
    this_system: Option<&'static str>,
    signals: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    /// The number on the system that this runs on.
    number: Option<i32>,
    /// The number on each system that has the signal.
    numbers: BTreeMap<&'static str, i32>,
    /// That of the system that this runs on.
    default_action: &'static str,
    /// That of each system that has the signal.
    default_actions: BTreeMap<&'static str, &'static str>,
    can_be_caught: bool,
    meaning: &'static str,
    windows: Option<&'static str>,
}

impl From<Signal> for Row {
    fn from(signal: Signal) -> Row {
        let actions = numbered().filter_map(|os| {
            signal.number_on(os)?;
            Some((os.name(), action(signal.default_action_on(os))))
        });
        let numbers = numbered().filter_map(|os| Some((os.name(), signal.number_on(os)?)));
        Row {
            name: signal.name(),
            number: signal.number(),
            numbers: numbers.collect(),
            default_action: action(signal.default_action()),
            default_actions: actions.collect(),
            can_be_caught: signal.can_be_caught(),
            meaning: signal.meaning(),
            windows: signal.on_windows(),
        }
    }
}
