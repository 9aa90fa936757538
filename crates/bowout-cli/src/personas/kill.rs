//! `kill`: of POSIX, in the forms of procps, util-linux and coreutils.

use std::ffi::OsString;

use bowout::Signal;
use bowout::signal::{Os, ParseSignalError};

use super::{Failures, Tool, Wish, text};
use crate::options::{self, Opt, option};
use crate::{exit, output, sys};

const TOOL: Tool = Tool {
    name: "kill",
    version: "kill",
    usage: "kill [-SIGNAL | -s SIGNAL] [--] PID...\n       kill -l [SIGNAL | NUMBER]...",
    options: &OPTIONS,
    notes: "\
A SIGNAL is a name, with or without SIG and in any case, or a number; 0 is none and asks whether it could be sent [default: TERM].
A PID of 0 is the process group of kill itself; one below -1 is a group by its number; -1 is everybody who may be signalled.
Without a signal, groups stand behind --.

Exit codes: 0 if everybody got it, otherwise 1. What is no PID is told, and the others get the signal.
",
    failures: Failures {
        usage: FAILURE,
        not_found: FAILURE,
        not_executable: FAILURE,
        own: FAILURE,
    },
};

const FAILURE: u8 = 1;

const OPTIONS: [Opt; 7] = [
    option("signal", Some('s'), Some("SIGNAL"), "Send this"),
    option("number", Some('n'), Some("SIGNAL"), "The same"),
    option(
        "list",
        Some('l'),
        None,
        "Print the names of signals; or the name for a number or an exit code, the number for a name",
    ),
    option("table", Some('L'), None, "Print names and numbers"),
    option("numbers", Some('t'), None, "The same"),
    option("help", Some('h'), None, "Print help"),
    option("version", Some('V'), None, "Print the version"),
];

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Signal(Signal),
    /// Signal 0.
    Probe,
}

impl What {
    fn named(text: &str) -> Result<What, ParseSignalError> {
        match text {
            "0" => Ok(What::Probe),
            text if text.eq_ignore_ascii_case("EXIT") => Ok(What::Probe),
            text => text.parse().map(What::Signal),
        }
    }

    fn name(self) -> String {
        match self {
            // Who reads the list looks for both ends.
            What::Signal(signal) if Ok(signal) == "RTMAX".parse() => "RTMAX".into(),
            What::Signal(signal) => signal.name(),
            What::Probe => "EXIT".into(),
        }
    }

    /// Windows has no numbers, and takes Linux's.
    fn number(self) -> Option<i32> {
        match self {
            What::Signal(signal) => signal.number().or(signal.number_on(Os::Linux)),
            What::Probe => Some(0),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Task {
    Send(What, Vec<OsString>),
    /// All, or the other half of each of these.
    List(Vec<OsString>),
    Table,
}

pub(super) fn main(line: Vec<OsString>) -> u8 {
    // One that is meant for us as well acts.
    bowout::supervise::release_signals();
    TOOL.carry_out(read(line), |task| match task {
        Task::Send(what, whom) => all(&whom, |whom| send(what, whom)),
        Task::List(given) if given.is_empty() => {
            for (_, what) in known() {
                output::data(what.name());
            }
            exit::DONE
        }
        Task::List(given) => all(&given, |given| other_half(given).map(output::data)),
        Task::Table => {
            for (number, what) in known() {
                output::data(format_args!("{number:>2} {}", what.name()));
            }
            exit::DONE
        }
    })
}

/// # Errors
/// What is wrong, in one line.
pub(super) fn read(mut line: Vec<OsString>) -> Result<Wish<Task>, String> {
    let first = line.first().and_then(|word| word.to_str()?.strip_prefix('-'));
    let mut chosen = first.and_then(|word| What::named(word).ok());
    if chosen.is_some() {
        line.remove(0);
    }
    let groups = line.split_off(first_group(&line));
    let ends_options = line.iter().any(|word| word == "--");
    let given = options::read(&OPTIONS, line)?;
    let mut list = None;
    for (option, value) in &given.options {
        match *option {
            "signal" | "number" if chosen.is_some() => return Err("one signal at a time".into()),
            "signal" | "number" => {
                chosen = Some(What::named(text(value)?).map_err(|error| error.to_string())?);
            }
            "help" => return Ok(Wish::Help),
            "version" => return Ok(Wish::Version),
            other => list = Some(other),
        }
    }
    let is_clear = chosen.is_some() || ends_options;
    if let (Some(group), false) = (groups.first(), is_clear) {
        let group = group.to_string_lossy();
        return Err(format!(
            "'{group}' may be a signal or a process group: kill {group} PID, or kill -- {group}"
        ));
    }
    let whom: Vec<OsString> = given.rest.into_iter().chain(groups).collect();
    match (list, chosen) {
        (Some(_), Some(_)) => Err("a signal is sent, or signals are listed".into()),
        (Some("list"), None) => Ok(Wish::Do(Task::List(whom))),
        (Some(_), None) => Ok(Wish::Do(Task::Table)),
        (None, _) if whom.is_empty() => Err("there is no PID".into()),
        (None, what) => Ok(Wish::Do(Task::Send(what.unwrap_or(What::Signal(Signal::Term)), whom))),
    }
}

/// Where the PIDs begin at the latest: at a negative number that is not the value of an option.
fn first_group(line: &[OsString]) -> usize {
    let is_value = |at: usize| at > 0 && ["-s", "-n", "--signal"].iter().any(|option| line[at - 1] == *option);
    let is_negative = |word: &OsString| {
        word.to_str()
            .is_some_and(|word| word.starts_with('-') && word.parse::<i64>().is_ok())
    };
    (0..line.len())
        .find(|at| is_negative(&line[*at]) && !is_value(*at))
        .unwrap_or(line.len())
}

/// Does it for each, and tells where it failed.
fn all(given: &[OsString], mut each: impl FnMut(&str) -> Result<(), String>) -> u8 {
    let mut code = exit::DONE;
    for word in given {
        if let Err(problem) = text(word).and_then(&mut each) {
            TOOL.tell(problem);
            code = FAILURE;
        }
    }
    code
}

fn send(what: What, whom: &str) -> Result<(), String> {
    let number = whom.parse().ok().filter(|whom| *whom != i32::MIN);
    let number = number.ok_or_else(|| format!("'{whom}' is no PID"))?;
    let signal = match what {
        What::Signal(signal) => Some(signal),
        What::Probe => None,
    };
    sys::kill(number, signal).map_err(|problem| format!("{whom}: {problem}"))
}

/// The number for a name, the name for a number.
fn other_half(given: &str) -> Result<String, String> {
    let unknown = || format!("'{given}' is no signal");
    match given.parse::<u32>() {
        Ok(status) => by_status(status).ok_or_else(unknown),
        Err(_) => {
            let number = What::named(given).ok().and_then(What::number);
            number.map(|number| number.to_string()).ok_or_else(unknown)
        }
    }
}

/// The name of the signal with this number, or of the one that ended a process with this exit code: shells add 128, and some
/// 256. What the C library keeps for itself, between the others, has no name but its number.
fn by_status(status: u32) -> Option<String> {
    let number = if status < 0xff { status & 0x7f } else { status & 0xff };
    match known().find(|(known, _)| *known >= number)? {
        (known, what) if known == number => Some(what.name()),
        _ => Some(number.to_string()),
    }
}

/// All signals by their number, from the one that is none.
fn known() -> impl Iterator<Item = (u32, What)> {
    // No system has higher numbers.
    (0..=128).filter_map(|number| Some((number, What::named(&number.to_string()).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(line: &str) -> Result<Task, String> {
        match read(line.split_whitespace().map(OsString::from).collect()) {
            Ok(Wish::Do(task)) => Ok(task),
            Ok(other) => panic!("{line}: {other:?}"),
            Err(problem) => Err(problem),
        }
    }

    fn sends(signal: Signal, whom: &[&str]) -> Result<Task, String> {
        Ok(Task::Send(
            What::Signal(signal),
            whom.iter().map(OsString::from).collect(),
        ))
    }

    #[test]
    fn a_signal_is_chosen_in_many_ways() {
        for line in [
            "-9 10",
            "-KILL 10",
            "-SIGKILL 10",
            "-kill 10",
            "-s 9 10",
            "-s KILL 10",
            "-sKILL 10",
            "-s sigkill -- 10",
            "-n 9 10",
            "-n9 10",
            "--signal KILL 10",
            "--signal=KILL 10",
            "-9 -- 10",
        ] {
            assert_eq!(task(line), sends(Signal::Kill, &["10"]), "{line}");
        }
        for line in ["-0 10", "-s 0 10", "-n 0 10", "-s EXIT 10", "-s exit 10"] {
            assert_eq!(task(line), Ok(Task::Send(What::Probe, vec!["10".into()])), "{line}");
        }
        assert_eq!(task("10 11"), sends(Signal::Term, &["10", "11"]));
    }

    #[test]
    fn groups_are_negative_numbers_where_nothing_else_can_be_meant() {
        assert_eq!(task("-- -10"), sends(Signal::Term, &["-10"]));
        assert_eq!(task("-- 9 -10"), sends(Signal::Term, &["9", "-10"]));
        assert_eq!(task("-9 -10"), sends(Signal::Kill, &["-10"]));
        assert_eq!(task("-9 -1"), sends(Signal::Kill, &["-1"]));
        assert_eq!(task("-9 -- -10 -0 11"), sends(Signal::Kill, &["-10", "-0", "11"]));
        assert_eq!(task("-s HUP -10"), sends(Signal::Hup, &["-10"]));
        assert_eq!(task("-s HUP 9 -10"), sends(Signal::Hup, &["9", "-10"]));
        for line in [
            "-1234",
            "10 -9",
            "10 -20",
            "-1",
            "-9",
            "-s -9 10",
            "-9 -s TERM 10",
            "-9 -l",
            "-s TERM",
            "",
            "--",
            "-x 10",
        ] {
            assert!(task(line).is_err(), "{line}");
        }
    }

    #[test]
    fn lists_translate() {
        assert_eq!(task("-l"), Ok(Task::List(vec![])));
        assert_eq!(task("-l 9 TERM"), Ok(Task::List(vec!["9".into(), "TERM".into()])));
        for line in ["-L", "-t", "--table"] {
            assert_eq!(task(line), Ok(Task::Table), "{line}");
        }
        for (given, expected) in [
            ("9", "KILL"),
            ("KiLl", "9"),
            ("143", "TERM"),
            ("0", "EXIT"),
            ("128", "EXIT"),
            ("271", "TERM"),
            ("EXIT", "0"),
        ] {
            assert_eq!(other_half(given).as_deref(), Ok(expected), "{given}");
        }
        for given in ["99", "111", "384", "NOPE", "", "-9", "99999999999999"] {
            assert!(other_half(given).is_err(), "{given}");
        }
    }
}
