//! What can be written on the command line.

use std::error::Error;
use std::time::Duration;

use bowout::stop::{Plan, ProcessId, Protection, Target, TargetOptions};
use bowout::{Signal, duration};
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::demo::program::Role;
use crate::find::FindArgs;
use crate::{exit, output};

/// Makes processes stop well: ask, wait, and only then use force.
#[derive(Debug, Parser)]
#[command(name = "bowout", version, after_help = OVERVIEW, disable_help_subcommand = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Ask processes to stop, wait, and only then use force
    #[command(after_help = STOP_HELP)]
    Stop(StopArgs),
    /// Send one signal, once, and wait for nothing
    #[command(after_help = SIGNAL_HELP)]
    Signal(SignalArgs),
    /// Print the table of signals: numbers, default actions, and what Windows has in their place
    #[command(after_help = SIGNALS_HELP)]
    Signals(SignalsArgs),
    /// Stop four real programs before your eyes: a good one, a slow one, a stubborn one, a careless one
    #[command(after_help = DEMO_HELP)]
    Demo(DemoArgs),
    /// One of the programs that `demo` starts
    #[command(hide = true)]
    DemoProgram(DemoProgramArgs),
}

/// The arguments of `bowout stop`.
#[derive(Debug, Args)]
pub(crate) struct StopArgs {
    #[command(flatten)]
    pub(crate) find: FindArgs,

    /// Stop whoever comes from them as well: their children, the children of these, and so on
    #[arg(long)]
    pub(crate) tree: bool,

    /// What to ask and how long to wait for it, in turns; after the last signal bowout waits 5s unless told otherwise
    #[arg(long, value_name = "PLAN", default_value_t = Plan::default())]
    plan: Plan,

    /// How long the first request has; it takes the place of the first wait of the plan
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, allow_negative_numbers = true)]
    grace: Option<Duration>,

    #[command(flatten)]
    pub(crate) allow: AllowArgs,

    /// Send nothing: print what would be sent, by which route, and who else would hear it
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Print one JSON document when it is over
    #[arg(long)]
    pub(crate) json: bool,

    /// Print errors only
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,

    /// Exit with 4 where all are stopped, but force was needed
    #[arg(long)]
    pub(crate) fail_if_forced: bool,
}

impl StopArgs {
    /// The plan, with the first wait that `--grace` sets.
    pub(crate) fn plan(&self) -> Plan {
        let stages = self.plan.stages();
        let (Some(grace), Some((first, rest))) = (self.grace, stages.split_first()) else {
            return self.plan.clone();
        };
        rest.iter().fold(Plan::new(first.signal).wait(grace), |plan, stage| {
            plan.then(stage.signal).wait(stage.wait)
        })
    }
}

/// The arguments of `bowout signal`.
#[derive(Debug, Args)]
pub(crate) struct SignalArgs {
    /// The signal: TERM, SIGTERM, 15, RTMIN+1, CTRL_C
    #[arg(value_name = "SIGNAL", allow_negative_numbers = true)]
    pub(crate) signal: Signal,

    #[command(flatten)]
    pub(crate) find: FindArgs,

    #[command(flatten)]
    pub(crate) allow: AllowArgs,

    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,

    /// Print errors only
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
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
#[derive(Debug, Args)]
pub(crate) struct DemoProgramArgs {
    /// Which one it is
    pub(crate) role: Role,
    /// The demo: when it is gone, its programs go too
    #[arg(long)]
    pub(crate) of: ProcessId,
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

/// Reads the command line. What cannot be read ends the program here, before anything is done.
pub(crate) fn read() -> Verb {
    Cli::try_parse().unwrap_or_else(|error| refuse(&error)).verb
}

/// A value that is none gets the library's own words, in one line; the rest is said by clap.
fn refuse(error: &clap::Error) -> ! {
    match (error.kind(), error.source()) {
        (ErrorKind::ValueValidation, Some(why)) => {
            output::error(&why.to_string());
            std::process::exit(exit::USAGE.into())
        }
        _ => error.exit(),
    }
}

const OVERVIEW: &str = "\
Examples:
  bowout demo                       see it work, on real processes
  bowout stop 1234                  TERM, up to 10 seconds to leave, then KILL
  bowout stop 1234 1235 --grace 1m  several at once, a minute for all
  bowout stop --name nginx          by name; also by port, pidfile, command line, unit, service
  bowout signal HUP 1234            one signal, nothing more
  bowout signals                    the table";

const STOP_HELP: &str = "\
A plan is signals and waits in turns, mildest first: INT/5s/TERM/1m/KILL.
Durations: 10 (seconds), .5, 500ms, 1m30s, inf. Signals: see `bowout signals`.
All processes are asked at once. What was stopped is told on standard output, what was not on standard error.
Several that match one of --name, --port and so on are listed, and nothing is done, unless --all is given. A server whose
workers share its listening socket counts as one.
Ctrl-C while it waits: the first time it goes on waiting and says so, the second time it goes to force at once.

Never stopped unless --allow says so: bowout itself, its parents, process 1, threads of the kernel, processes that are
critical to Windows or shared by several of its services. PIDs of 0 and below, which mean whole groups to kill(2), are refused always.

Examples:
  bowout stop 1234
  bowout stop 1234 --grace 30s
  bowout stop 1234 1235 1236 --plan INT/5s/TERM/5s/KILL
  bowout stop 1234 --plan TERM/inf        # no force, ever
  bowout stop 1234 --tree                 # and everybody below it, all under one deadline
  bowout stop --name nginx
  bowout stop --port tcp:8080
  bowout stop --pidfile /run/app.pid
  bowout stop --command-line 'python3? .*server\\.py' --all
  bowout stop 1234 --dry-run              # what would be sent, and who else would hear it
  bowout stop 1234 --json --fail-if-forced

Exit codes:
  0    all stopped (some may have been gone before)
  1    nothing matched: every process was gone already (one that only waits to be reaped counts as gone)
  2    usage, or it is not clear who is meant, or a pidfile cannot be believed: nothing was touched
  3    someone is still alive: refused to die, is spared, or is not ours to stop; none was stopped
  4    all stopped, but force was needed (--fail-if-forced)
  64   some were stopped and some are still alive
  125  bowout itself failed";

const SIGNAL_HELP: &str = "\
On Windows TERM, INT, BREAK (CTRL_BREAK), CLOSE and KILL have a meaning. What goes out as Ctrl-C reaches everybody on the
console of the process: `bowout stop --plan INT --dry-run` shows that beforehand.
Several that match one of --name, --port and so on are listed, and nothing is done, unless --all is given. A server whose
workers share its listening socket counts as one.

Examples:
  bowout signal TERM 1234
  bowout signal usr1 1234 1235
  bowout signal 1 1234
  bowout signal HUP --name nginx
  bowout signal USR1 --unit app --all

Exit codes:
  0    sent to all
  1    nothing matched: every process was gone already
  2    usage, or it is not clear who is meant, or a pidfile cannot be believed: nothing was sent
  3    none was reached
  64   some were reached and some not";

const SIGNALS_HELP: &str = "\
Examples:
  bowout signals
  bowout signals --json | jq '.signals[] | select(.windows)'";

const DEMO_HELP: &str = "\
Starts four programs (this same command in other roles, so nothing else is needed), asks each of them to stop by one
plan, and draws what happens while it happens. The processes and the signals are real. It takes about 3 seconds.

Examples:
  bowout demo
  bowout demo | cat     # no terminal: one line for each event
  bowout demo --json    # one object for each process";
