//! What can be written on the command line.

mod find;
mod help;
mod refusal;
mod signal;
mod stop;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::PathBuf;

use bowout::stop::{ProcessId, Protection, Target, TargetOptions};
use clap::{Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::demo::program::Role;
use crate::terminal::Colours;
pub(crate) use find::{FindArgs, Wanted};
use refusal::Refusal;
pub(crate) use signal::{Listed, SignalArgs, What};
pub(crate) use stop::StopArgs;

/// Makes processes stop well: ask, wait, and only then use force
#[derive(Debug, Parser)]
#[command(name = "bowout", version, after_help = help::OVERVIEW, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,

    /// When to use colours; without this, on a terminal, unless NO_COLOR is set
    #[arg(
        long = "color",
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_default_value = true,
        display_order = 1000
    )]
    pub(crate) colours: Colours,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Ask processes to stop, wait, and only then use force
    #[command(after_help = help::STOP, override_usage = help::STOP_USAGE)]
    Stop(StopArgs),
    /// Send one signal, once, and wait for nothing
    #[command(after_help = help::SIGNAL, override_usage = help::SIGNAL_USAGE)]
    Signal(SignalArgs),
    /// Tell what a process does about requests to stop, and what would come of each; nothing is sent
    #[command(after_help = help::INSPECT, override_usage = help::INSPECT_USAGE)]
    Inspect(InspectArgs),
    /// Print the table of signals: numbers, default actions, and what Windows has in their place
    #[command(after_help = help::SIGNALS)]
    Signals(SignalsArgs),
    /// Stop four real programs before your eyes: a good one, a slow one, a stubborn one, a careless one
    #[command(after_help = help::DEMO)]
    Demo(DemoArgs),
    /// Print what makes a shell complete these words
    #[command(after_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print a manual page
    #[command(after_help = help::MAN)]
    Man(ManArgs),
}

/// The arguments of `bowout inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) find: FindArgs,

    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// The arguments of `bowout signals`.
#[derive(Debug, Args)]
pub(crate) struct SignalsArgs {
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// The arguments of `bowout demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Print one JSON object for each process, a line each
    #[arg(long)]
    pub(crate) json: bool,
}

/// The arguments of one of the demo's own programs.
#[derive(Debug, Parser)]
pub(crate) struct DemoProgramArgs {
    /// Which one it is
    pub(crate) role: Role,
    /// The demo: when it is gone, its programs go too
    #[arg(long)]
    pub(crate) of: ProcessId,
}

/// The arguments of `bowout completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(required_unless_present = "dir")]
    pub(crate) shell: Option<clap_complete::Shell>,

    /// Write those of every shell into this directory instead
    #[arg(long, conflicts_with = "shell")]
    pub(crate) dir: Option<PathBuf>,
}

/// The arguments of `bowout man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The verb that the page is about; without one it is about bowout as a whole
    pub(crate) verb: Option<String>,

    /// Write every page into this directory instead
    #[arg(long, conflicts_with = "verb")]
    pub(crate) dir: Option<PathBuf>,
}

/// How much is told, and in what form.
#[derive(Debug, Args)]
pub(crate) struct TellArgs {
    /// Print one JSON document when it is over (docs/json.md)
    #[arg(long)]
    json: bool,

    /// Print errors only
    #[arg(short, long, conflicts_with_all = ["json", "verbose"])]
    quiet: bool,

    /// Tell each signal that is sent on standard error, a line each
    #[arg(short, long)]
    verbose: bool,
}

/// In what form results are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// A line each: on standard output what was done, on standard error what was not.
    Text,
    /// Only what was not done.
    Quiet,
    /// One document at the end.
    Json,
}

/// Whether it is told what is sent, while it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    EachSignal,
    Results,
}

impl TellArgs {
    pub(crate) fn manner(&self) -> Manner {
        match (self.json, self.quiet) {
            (true, _) => Manner::Json,
            (_, true) => Manner::Quiet,
            _ => Manner::Text,
        }
    }

    pub(crate) fn detail(&self) -> Detail {
        if self.verbose {
            Detail::EachSignal
        } else {
            Detail::Results
        }
    }
}

/// What is allowed that is not done otherwise.
#[derive(Debug, Args)]
pub(crate) struct AllowArgs {
    /// Do not spare what is spared otherwise; may be given several times
    #[arg(long = "allow", value_name = "WHO")]
    who: Vec<Allow>,

    /// On Windows, where nothing else reaches a process: start a thread in it that runs its console handlers
    #[arg(long)]
    inject: bool,
}

impl AllowArgs {
    /// How the processes are to be opened.
    pub(crate) fn options(&self) -> TargetOptions {
        let protections = self.who.iter().map(|allow| allow.protection());
        let options = protections.fold(Target::options(), TargetOptions::allow);
        if self.inject { options.inject() } else { options }
    }
}

/// Whom bowout spares, by the word that lifts it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Allow {
    /// This very process
    Own,
    /// A parent of this process: the shell, the terminal, the session
    Ancestor,
    /// Process 1
    Init,
    /// A thread of the kernel
    Kernel,
    /// What Windows cannot go on without
    Critical,
    /// A process that several Windows services share: all of them stop
    SharedHost,
}

impl Allow {
    fn protection(self) -> Protection {
        match self {
            Allow::Own => Protection::OwnProcess,
            Allow::Ancestor => Protection::Ancestor,
            Allow::Init => Protection::Init,
            Allow::Kernel => Protection::KernelThread,
            Allow::Critical => Protection::Critical,
            Allow::SharedHost => Protection::SharedServiceHost,
        }
    }

    /// The word that lifts this protection.
    pub(crate) fn word(protection: Protection) -> Option<String> {
        let lifts = Allow::value_variants()
            .iter()
            .find(|allow| allow.protection() == protection)?;
        Some(lifts.to_possible_value()?.get_name().to_owned())
    }
}

/// The whole command, as help, completions and manual pages show it.
pub(crate) fn command() -> clap::Command {
    Cli::command().subcommand(crate::run::command())
}

/// Whether this is one of the programs that `demo` starts: `bowout demo-program …`, which is nobody else's business.
pub(crate) fn of_demo_program() -> Option<DemoProgramArgs> {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    (words.first()? == DEMO_PROGRAM).then(|| DemoProgramArgs::parse_from(&words))
}

/// The verb of the demo's own programs.
pub(crate) const DEMO_PROGRAM: &str = "demo-program";

/// Reads the command line. What cannot be read ends the program here, before anything is done.
pub(crate) fn read() -> Cli {
    let argv: Vec<OsString> = std::env::args_os().collect();
    parse(&argv).unwrap_or_else(|refusal| refusal.leave())
}

fn parse(argv: &[OsString]) -> Result<Cli, Refusal> {
    let matches = command().color(colours_of_help(argv)).try_get_matches_from(argv);
    let parsed = matches.and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|error| Refusal::new(error, argv))
}

/// Help is printed before `--color` is read in earnest.
fn colours_of_help(argv: &[OsString]) -> ColorChoice {
    let words = argv.iter().map(|word| word.to_str().unwrap_or_default());
    let values = words.clone().skip(1);
    let mut pairs = words.zip(values.chain([""]));
    let value = pairs.find_map(|(word, next)| match word {
        "--color" => Some(next),
        _ => word.strip_prefix("--color="),
    });
    value.and_then(|value| value.parse().ok()).unwrap_or_default()
}
