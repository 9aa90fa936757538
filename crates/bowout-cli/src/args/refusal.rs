//! What cannot be read is refused in one line that says what to write.

use std::error::Error;
use std::ffi::OsString;

use bowout::Signal;
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
                let words = dashed_signal(&error, argv).unwrap_or_else(|| words(&error));
                Refusal::Words(format!("{words}; see `{} --help`", verb(argv)))
            }
        }
    }

    pub(super) fn leave(self) -> ! {
        match self {
            Refusal::Help(error) => error.exit(),
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
fn dashed_signal(error: &clap::Error, argv: &[OsString]) -> Option<String> {
    let is_signal = |word: &&str| {
        word.strip_prefix('-')
            .is_some_and(|name| name.parse::<Signal>().is_ok())
    };
    let word = argv.iter().filter_map(|word| word.to_str()).find(is_signal)?;
    let signal = word.trim_start_matches('-');
    let write = match verb(argv).as_str() {
        "bowout stop" => format!("--signal {signal}"),
        _ => format!("{signal}, without the dash"),
    };
    (error.kind() == ErrorKind::UnknownArgument).then(|| format!("{word:?}: write {write}"))
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
