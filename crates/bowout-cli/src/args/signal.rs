//! The arguments of `bowout signal`.

use std::num::NonZeroU32;

use bowout::Signal;
use bowout::stop::{ProcessId, Query};
use clap::Args;

use super::find::{EVERYBODY, group, process};
use super::{AllowArgs, FindArgs, TellArgs, Wanted};

/// The arguments of `bowout signal`.
#[derive(Debug, Args)]
pub(crate) struct SignalArgs {
    /// The signal: TERM, SIGTERM, 15, RTMIN+1, CTRL_C; 0 or -0 is --probe
    #[arg(value_name = "SIGNAL", value_parser = what, allow_negative_numbers = true)]
    #[arg(required_unless_present_any = ["probe", "list"])]
    what: Option<What>,

    #[command(flatten)]
    find: FindArgs,

    /// Behind `--`, -PGID is a process group, as kill(1) has it
    #[arg(last = true, value_name = "PID|-PGID", value_parser = process_or_group)]
    behind: Vec<Member>,

    /// Send nothing: tell of each process whether it is there, and could be sent a signal
    #[arg(long, num_args = 0.., value_name = "PID", value_parser = process)]
    #[arg(allow_negative_numbers = true, conflicts_with = "what")]
    probe: Option<Vec<ProcessId>>,

    /// Print the names of the signals, or turn names into numbers, and numbers or exit codes (128+n) into names
    #[arg(short, long, num_args = 0.., value_name = "SIGNAL", value_parser = listed, exclusive = true)]
    pub(crate) list: Option<Vec<Listed>>,

    #[command(flatten)]
    pub(crate) allow: AllowArgs,

    #[command(flatten)]
    pub(crate) tell: TellArgs,
}

/// What is done with each process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Send(Signal),
    /// It is only found out whether something could be sent.
    Probe,
}

/// One that is named behind `--`.
#[derive(Clone, Copy, Debug)]
enum Member {
    Process(ProcessId),
    Group(NonZeroU32),
}

/// What a word comes to for `--list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    /// It was a name: its number is wanted.
    Number(i32),
    /// It was a number: its name is wanted.
    Name(Signal),
}

impl SignalArgs {
    pub(crate) fn what(&self) -> What {
        self.what.unwrap_or(What::Probe)
    }

    pub(crate) fn wanted(&self) -> Wanted {
        let mut wanted = self.find.wanted();
        wanted.ids.extend(self.probe.iter().flatten());
        for member in &self.behind {
            match member {
                Member::Process(id) => wanted.ids.push(*id),
                Member::Group(group) => wanted.queries.push(Query::ProcessGroup(*group)),
            }
        }
        wanted
    }
}

fn what(text: &str) -> Result<What, String> {
    match text.strip_prefix('-').unwrap_or(text).parse() {
        _ if matches!(text, "0" | "-0") => Ok(What::Probe),
        Ok(signal) if text.starts_with('-') => Err(format!("{text:?}: write {signal}, without the dash")),
        Ok(signal) => Ok(What::Send(signal)),
        Err(_) if text.starts_with('-') => Err(format!("{text:?} is no signal: write its name, as in TERM")),
        Err(why) => Err(bowout::signal::ParseSignalError::to_string(&why)),
    }
}

fn process_or_group(text: &str) -> Result<Member, String> {
    match text.strip_prefix('-').map(group) {
        Some(Ok(NonZeroU32::MIN)) => Err(EVERYBODY.to_owned()),
        Some(number) => number.map(Member::Group),
        None => process(text).map(Member::Process),
    }
}

/// A number above 128 is what shells make of the signal that ended a program.
fn listed(text: &str) -> Result<Listed, String> {
    let signal: Result<Signal, _> = text.parse();
    let number: Option<i32> = text.parse().ok();
    let ended_by = |number: i32| Signal::from_number(number.checked_sub(128)?).ok();
    match (signal, number) {
        (Ok(signal), Some(_)) => Ok(Listed::Name(signal)),
        (Err(why), Some(number)) => ended_by(number).map(Listed::Name).ok_or_else(|| why.to_string()),
        (Ok(signal), None) => signal
            .number()
            .map(Listed::Number)
            .ok_or_else(|| format!("{signal} has no number on this system")),
        (Err(why), None) => Err(why.to_string()),
    }
}
