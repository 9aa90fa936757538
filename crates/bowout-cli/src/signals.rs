//! `bowout signals`: the table.

use bowout::signal::{DefaultAction, Os, Signal, all};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::args::SignalsArgs;
use crate::json::SCHEMA_VERSION;
use crate::output;
use crate::terminal::{Colour, Terminal};

pub(crate) fn run(args: &SignalsArgs) -> u8 {
    if args.json {
        output::document(&Document {
            schema_version: SCHEMA_VERSION,
            verb: "signals",
            this_system: Os::CURRENT.map(Os::name),
            signals: all().map(Row::from).collect(),
        });
    } else {
        output::data(table(Terminal::behind(&std::io::stdout())));
    }
    crate::exit::DONE
}

/// The systems that have numbers.
fn numbered() -> impl Iterator<Item = Os> {
    Os::ALL.into_iter().filter(|os| *os != Os::Windows)
}

/// One line for each signal. On a terminal that is too narrow for it, what Windows has goes to a line of its own.
fn table(terminal: Option<Terminal>) -> String {
    let headings = numbered().map(|os| format!(" {:>5}", short(os)));
    let heading = format!(
        "{:<7}{}  {:<9}{:<6}{:<MEANING$}  ON WINDOWS",
        "NAME",
        headings.collect::<String>(),
        "DEFAULT",
        "CATCH",
        "MEANING"
    );
    let widest = all().filter_map(Signal::on_windows).map(str::len).max().unwrap_or(0);
    let narrow = terminal.is_some_and(|terminal| terminal.width < FIXED + MEANING + widest);
    let paint = |colour, text: String| match terminal {
        Some(terminal) => terminal.paint(colour, text),
        None => text,
    };
    let heading = if narrow {
        heading.trim_end_matches("  ON WINDOWS").trim_end().to_owned()
    } else {
        heading
    };
    let mut lines = vec![paint(Colour::Bold, heading)];
    for signal in all() {
        let row = row(signal);
        match signal.on_windows() {
            None => lines.push(row.trim_end().to_owned()),
            Some(windows) if narrow => {
                lines.push(row.trim_end().to_owned());
                lines.push(paint(Colour::Dim, format!("{:>9}on Windows: {windows}", "")));
            }
            Some(windows) => lines.push(format!("{row}  {windows}")),
        }
    }
    lines.push(String::new());
    lines.push(
        "RTMIN+n and RTMAX-n are real-time signals, for programs to define (Linux, FreeBSD, NetBSD, illumos)."
            .to_owned(),
    );
    lines.push(
        "- no such signal there. Names are taken with and without SIG, in any case; numbers are those of this system."
            .to_owned(),
    );
    lines.join("\n")
}

/// The width of everything but the last two columns.
const FIXED: usize = 7 + 7 * 6 + 2 + 9 + 6 + 2;
/// The width of the meaning.
const MEANING: usize = 43;

fn row(signal: Signal) -> String {
    let numbers: String = numbered()
        .map(|os| {
            let number = signal.number_on(os).map_or("-".to_owned(), |number| number.to_string());
            format!(" {number:>5}")
        })
        .collect();
    let catch = if signal.can_be_caught() { "yes" } else { "no" };
    format!(
        "{:<7}{numbers}  {:<9}{catch:<6}{:<MEANING$}",
        signal.name(),
        action(signal.default_action()),
        signal.meaning()
    )
}

/// A heading that is not wider than its numbers need.
fn short(os: Os) -> &'static str {
    match os {
        Os::Linux => "Linux",
        Os::LinuxMips => "MIPS",
        Os::MacOs => "macOS",
        Os::FreeBsd => "FrBSD",
        Os::NetBsd => "NtBSD",
        Os::OpenBsd => "OpBSD",
        Os::Illumos => "illum",
        other => other.name(),
    }
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
    default_action: &'static str,
    can_be_caught: bool,
    meaning: &'static str,
    windows: Option<&'static str>,
}

impl From<Signal> for Row {
    fn from(signal: Signal) -> Row {
        let numbers = numbered().filter_map(|os| Some((os.name(), signal.number_on(os)?)));
        Row {
            name: signal.name(),
            number: signal.number(),
            numbers: numbers.collect(),
            default_action: action(signal.default_action()),
            can_be_caught: signal.can_be_caught(),
            meaning: signal.meaning(),
            windows: signal.on_windows(),
        }
    }
}
