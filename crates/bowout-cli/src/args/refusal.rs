//! What cannot be read is refused in one line that says what to write.

use std::error::Error;
use std::ffi::OsString;

use bowout::Signal;
use bowout::stop::ProcessId;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::{exit, output};

/// Why the command line leads to nothing: it asks for help, or makes no sense.
#[derive(Debug)]
pub(super) enum Refusal {
    /// clap prints it: help, or the version.
    Help(clap::Error),
    /// One line.
    Words(String),
}

impl Refusal {
    pub(super) fn new(error: clap::Error, argv: &[OsString]) -> Refusal {
        match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Refusal::Help(error),
            _ => {
                let words = dashed_signal(&error, argv)
                    .or_else(|| misplaced_signal(&error, argv))
                    .unwrap_or_else(|| words(&error));
                Refusal::Words(format!("{words}; see `{} --help`", verb(argv)))
            }
        }
    }

    pub(super) fn leave(self) -> ! {
        match self {
            Refusal::Help(error) => {
                output::wrote(error.print());
                let code = if error.use_stderr() { exit::USAGE } else { exit::DONE };
                std::process::exit(output::code(code, exit::FAILED).into())
            }
            Refusal::Words(words) => {
                output::error(&words);
                std::process::exit(exit::USAGE.into())
            }
        }
    }
}

/// `bowout stop`, if that is what was begun.
fn verb(argv: &[OsString]) -> String {
    let command = super::command();
    let mut words = argv.iter().skip(1).filter_map(|word| word.to_str());
    match words.find_map(|word| command.find_subcommand(word)) {
        Some(verb) => format!("bowout {}", verb.get_name()),
        _ => "bowout".to_owned(),
    }
}

/// `-TERM`, as kill(1) has it, which to clap is a row of options.
fn dashed_signal<'a>(error: &clap::Error, argv: &'a [OsString]) -> Option<String> {
    let dashed = |word: &'a str| Some((word, word.strip_prefix('-')?.parse::<Signal>().ok()?));
    let (word, signal) = argv.iter().filter_map(|word| word.to_str()).find_map(dashed)?;
    let write = match verb(argv).as_str() {
        "bowout stop" => format!("--signal {signal}"),
        "bowout signal" => format!("{signal}, without the dash"),
        "bowout" => format!("signal {signal}"),
        _ => return None,
    };
    (error.kind() == ErrorKind::UnknownArgument).then(|| format!("{word:?}: write {write}"))
}

/// A signal that stands where kill(1) has it, and that is written elsewhere here: `1234 -9`, `1234 TERM`, `-s TERM 1234`. What
/// could be the number of a signal is not said to be that of a process group, as it would be sent to all of that.
fn misplaced_signal(error: &clap::Error, argv: &[OsString]) -> Option<String> {
    let argument = bare(&said(error, ContextKind::InvalidArg)?);
    let given = said(error, ContextKind::InvalidValue).unwrap_or_default();
    match (verb(argv).as_str(), argument.as_str()) {
        ("bowout stop", "PID") if given != "-1" && stands_before_dashes(&given, argv) => {
            let signal: Signal = given.strip_prefix('-').unwrap_or(&given).parse().ok()?;
            Some(format!("{given:?}: write --signal {signal}"))
        }
        ("bowout signal", "SIGNAL") if given.parse::<ProcessId>().is_ok() => {
            let signal = named_signal(argv).unwrap_or(Signal::Term);
            Some(format!(
                "{given:?} is no signal, which comes first: write bowout signal {signal} {given}"
            ))
        }
        ("bowout signal", "-s" | "--signal") => {
            let signal = named_signal(argv).unwrap_or(Signal::Term);
            Some(format!(
                "{argument} is not understood here: write {signal} itself, in front of the PID"
            ))
        }
        _ => None,
    }
}

/// What follows `--` is a group, as kill(1) has it, and no signal.
fn stands_before_dashes(given: &str, argv: &[OsString]) -> bool {
    argv.iter().take_while(|word| *word != "--").any(|word| word == given)
}

/// The first word that is a signal's. A number by itself is a process.
fn named_signal(argv: &[OsString]) -> Option<Signal> {
    let words = argv.iter().filter_map(|word| word.to_str());
    let mut words = words.filter(|word| word.parse::<ProcessId>().is_err());
    words.find_map(|word| word.strip_prefix('-').unwrap_or(word).parse().ok())
}

fn words(error: &clap::Error) -> String {
    let argument = || bare(&said(error, ContextKind::InvalidArg).unwrap_or_default());
    match error.kind() {
        // A value that is none gets the library's own words.
        ErrorKind::ValueValidation => error.source().map(ToString::to_string).unwrap_or_default(),
        ErrorKind::UnknownArgument => {
            let near = said(error, ContextKind::SuggestedArg).map(|near| format!(": did you mean {near}?"));
            format!("{} is not understood here{}", argument(), near.unwrap_or_default())
        }
        ErrorKind::InvalidSubcommand => {
            let given = said(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            let near = said(error, ContextKind::SuggestedSubcommand);
            let write = near.map_or_else(|| format!("write {}", verbs()), |near| format!("did you mean {near}?"));
            format!("{given:?} is no verb: {write}")
        }
        ErrorKind::MissingSubcommand => format!("a verb is missing: write {}", verbs()),
        ErrorKind::InvalidValue => {
            let possible = said(error, ContextKind::ValidValue).unwrap_or_default();
            match said(error, ContextKind::InvalidValue).as_deref() {
                None | Some("") => format!("{} needs a value{}", argument(), one_of(&possible)),
                Some(given) => format!("{given:?} is no value for {}{}", argument(), one_of(&possible)),
            }
        }
        ErrorKind::MissingRequiredArgument => format!("{} is missing", argument()),
        ErrorKind::ArgumentConflict => match said(error, ContextKind::PriorArg) {
            Some(other) => format!(
                "{} and {} do not go together: write one of them",
                argument(),
                bare(&other)
            ),
            None => format!("{} goes with nothing else", argument()),
        },
        ErrorKind::InvalidUtf8 => "an argument is no valid UTF-8: write it in UTF-8".to_owned(),
        kind => format!("{kind}: {}", argument()),
    }
}

/// `--grace <DURATION>` without its value, `[SIGNAL]` without its brackets.
fn bare(argument: &str) -> String {
    let name = argument.split_once(' ').map_or(argument, |(name, _)| name);
    name.trim_matches(['[', ']', '<', '>', '.']).to_owned()
}

fn one_of(possible: &str) -> String {
    match possible {
        "" => String::new(),
        possible => format!(": write one of {possible}"),
    }
}

fn verbs() -> String {
    let command = super::command();
    let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    verbs.join(", ")
}

/// What clap knows about the error, several of one kind with a comma between them.
fn said(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(one) => Some(one.clone()),
        ContextValue::Strings(several) => Some(several.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}
