//! What can be written behind `bowout run`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use bowout::stop::Plan;
use bowout::supervise::{Escalation, Leftovers, ParentDeath, Reach, Readiness, Supervisor, Terminal};
use bowout::{Signal, duration};

use super::success::Success;
use super::{OnTimeout, PidFileSays, Words};
use crate::options::{self, Opt, option};

/// A program to be run, and how.
#[derive(Debug)]
pub(crate) struct RunArgs {
    pub(crate) supervisor: Supervisor,
    pub(crate) on_timeout: OnTimeout,
    pub(crate) success: Success,
    pub(crate) pidfile: Option<PathBuf>,
    pub(crate) pidfile_says: PidFileSays,
    pub(crate) words: Words,
}

const OPTIONS: [Opt; 19] = [
    option(
        "timeout",
        Some('t'),
        Some("DURATION"),
        "Carry the plan out when the command is not done by then; the exit code is 124",
    ),
    option(
        "plan",
        None,
        Some("PLAN"),
        "How everybody is ended: on a timeout, when the command leaves others behind, when a parent is gone [default: TERM/10s/KILL]",
    ),
    option("signal", Some('s'), Some("SIGNAL"), "The first signal of the plan"),
    option(
        "kill-after",
        Some('k'),
        Some("DURATION"),
        "How long the first signal has before KILL: the plan SIGNAL/DURATION/KILL",
    ),
    option(
        "forward",
        None,
        Some("WHOM"),
        "Whom signals are passed on to: child, group, tree [default: child]",
    ),
    option("group", Some('g'), None, "The same as --forward group"),
    option(
        "map",
        Some('m'),
        Some("FROM=TO"),
        "Pass TO on where FROM comes, or nothing: TERM=QUIT, HUP=none; may be given several times",
    ),
    option(
        "escalate",
        None,
        None,
        "A request to stop (TERM, INT, HUP, QUIT) begins the plan, after it is passed on",
    ),
    option(
        "leftovers",
        None,
        Some("WHAT"),
        "What becomes of processes that the command leaves behind: stop, wait, leave [default: stop]",
    ),
    option(
        "dies-with-parent",
        None,
        None,
        "Stop everybody when the process is gone that has started bowout",
    ),
    option(
        "foreground",
        Some('f'),
        None,
        "Leave the command in the process group of bowout, whatever the terminal",
    ),
    option(
        "session",
        None,
        None,
        "Give the command a session of its own, and the terminal with it (Unix)",
    ),
    option(
        "preserve-status",
        Some('p'),
        None,
        "Exit with the command's status even if its time was over",
    ),
    option(
        "success-exit",
        Some('e'),
        Some("STATUS"),
        "Exit with 0 if the command ends so: 143,SIGTERM; may be given several times",
    ),
    option(
        "pidfile",
        None,
        Some("FILE"),
        "Write the command's pid there, with --ready when it is ready, and remove it at the end",
    ),
    option(
        "ready",
        None,
        Some("HOW"),
        "How the command says that it is ready: notify (READY=1 to NOTIFY_SOCKET), fd=N (a line end to descriptor N); bowout \
         tells its own NOTIFY_SOCKET (Unix)",
    ),
    option("verbose", Some('v'), None, "Say on standard error what happens"),
    option("quiet", Some('q'), None, "Print errors only"),
    option("help", Some('h'), None, "Print help"),
];

/// Reads the line behind `bowout run`; `None` where it asks for help.
///
/// # Errors
/// What is wrong, in one line.
pub(crate) fn read(line: Vec<OsString>) -> Result<Option<RunArgs>, String> {
    let given = options::read(&OPTIONS, line)?;
    if given.options.iter().any(|(option, _)| *option == "help") {
        return Ok(None);
    }
    let Some((program, args)) = given.rest.split_first() else {
        return Err("there is no command to run: bowout run -- COMMAND".into());
    };
    let mut plan = PlanWish::default();
    let mut success = Success::default();
    let mut pidfile = None;
    let mut pidfile_says = PidFileSays::default();
    let mut words = Words::default();
    let mut on_timeout = OnTimeout::default();
    let mut supervisor = Supervisor::new(program).args(args);
    for (option, value) in &given.options {
        supervisor = match *option {
            "timeout" => supervisor.timeout(duration_of(value)?),
            "forward" => supervisor.forward_to(one_of(value, "--forward", &REACHES)?),
            "group" => supervisor.forward_to(Reach::Group),
            "map" => {
                let (from, to) = mapping(text(value)?)?;
                supervisor.map(from, to)
            }
            "escalate" => supervisor.escalation(Escalation::OnRequest),
            "leftovers" => supervisor.leftovers(one_of(value, "--leftovers", &LEFTOVERS)?),
            "dies-with-parent" => supervisor.parent_death(ParentDeath::Stop),
            "ready" => {
                pidfile_says = PidFileSays::Ready;
                supervisor.ready(readiness(text(value)?)?)
            }
            "foreground" => supervisor.terminal(Terminal::Shared),
            "session" => supervisor.terminal(Terminal::Session),
            other => {
                match other {
                    "plan" => plan.plan = Some(parsed(value)?),
                    "signal" => plan.first = Some(parsed(value)?),
                    "kill-after" => plan.kill_after = Some(duration_of(value)?),
                    "preserve-status" => on_timeout = OnTimeout::Preserves,
                    "success-exit" => success.add(text(value)?)?,
                    "pidfile" => pidfile = Some(PathBuf::from(value)),
                    "verbose" => words = Words::Many,
                    "quiet" => words = Words::Few,
                    _ => {}
                }
                supervisor
            }
        };
    }
    Ok(Some(RunArgs {
        supervisor: supervisor.plan(plan.made()?),
        on_timeout,
        success,
        pidfile,
        pidfile_says,
        words,
    }))
}

const REACHES: [(&str, Reach); 3] = [("child", Reach::Main), ("group", Reach::Group), ("tree", Reach::Tree)];
const LEFTOVERS: [(&str, Leftovers); 3] = [
    ("stop", Leftovers::Stop),
    ("wait", Leftovers::Wait),
    ("leave", Leftovers::Leave),
];

/// The ways in which a plan can be wished for.
#[derive(Debug, Default)]
struct PlanWish {
    plan: Option<Plan>,
    first: Option<Signal>,
    kill_after: Option<Duration>,
}

impl PlanWish {
    fn made(self) -> Result<Plan, String> {
        match self {
            PlanWish {
                plan: Some(_),
                first,
                kill_after,
            } if first.is_some() || kill_after.is_some() => {
                Err("--plan says all that --signal and --kill-after say: leave them out".into())
            }
            PlanWish { plan: Some(plan), .. } => Ok(plan),
            PlanWish { first, kill_after, .. } => {
                let default = Plan::default().stages()[0];
                let first = Plan::new(first.unwrap_or(default.signal));
                Ok(first.wait(kill_after.unwrap_or(default.wait)).then(Signal::Kill))
            }
        }
    }
}

/// `TERM=QUIT`, `TERM:QUIT`, `HUP=none`.
fn mapping(text: &str) -> Result<(Signal, Option<Signal>), String> {
    let parts = text.split_once('=').or_else(|| text.split_once(':'));
    let (from, to) = parts.ok_or_else(|| format!("'{text}' is no mapping: --map TERM=QUIT"))?;
    let signal = |name: &str| name.parse::<Signal>().map_err(|error| error.to_string());
    let from = signal(from)?;
    if !from.can_be_caught() {
        return Err(format!("{from} cannot be mapped: nobody hears it before it acts"));
    }
    match to {
        "none" | "0" | "" => Ok((from, None)),
        to => Ok((from, Some(signal(to)?))),
    }
}

/// `notify`, `fd=3`.
fn readiness(text: &str) -> Result<Readiness, String> {
    match text.strip_prefix("fd=").map(str::parse) {
        Some(Ok(number)) if number >= 3 => Ok(Readiness::Descriptor(number)),
        None if text == "notify" => Ok(Readiness::Notify),
        _ => Err(format!(
            "'{text}' is no way to be ready: --ready notify, or --ready fd=N with N from 3 on"
        )),
    }
}

fn one_of<T: Copy>(value: &OsStr, option: &str, known: &[(&str, T)]) -> Result<T, String> {
    let value = text(value)?;
    let found = known.iter().find(|(name, _)| *name == value);
    found.map(|(_, meant)| *meant).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        format!("'{value}' is none of what {option} takes: {}", names.join(", "))
    })
}

fn duration_of(value: &OsStr) -> Result<Duration, String> {
    duration::parse(text(value)?).map_err(|error| error.to_string())
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(value: &OsStr) -> Result<T, String> {
    text(value)?.parse().map_err(|error: T::Err| error.to_string())
}

fn text(value: &OsStr) -> Result<&str, String> {
    value
        .to_str()
        .ok_or_else(|| format!("'{}' is no text", value.to_string_lossy()))
}

/// The same for help, manual and completions.
pub(crate) fn command() -> clap::Command {
    let options = OPTIONS.iter().filter(|option| option.long != "help").map(|option| {
        let arg = clap::Arg::new(option.long).long(option.long).help(option.help);
        let arg = option.short.into_iter().fold(arg, clap::Arg::short);
        match option.value {
            Some(value) => arg.value_name(value).action(clap::ArgAction::Append),
            None => arg.action(clap::ArgAction::SetTrue),
        }
    });
    clap::Command::new("run")
        .about("Run a command as its good parent: pass signals on, reap orphans, leave nobody behind")
        .args(options)
        .arg(
            clap::Arg::new("command")
                .value_name("COMMAND")
                .help("The command and its arguments")
                .required(true)
                .num_args(1..)
                .trailing_var_arg(true)
                .value_hint(clap::ValueHint::CommandWithArguments),
        )
        .after_help(HELP)
}

const HELP: &str = "\
bowout gives the command a process group of its own and the terminal's foreground, passes every signal on to it, adopts and
reaps its orphans, and exits as it exits: with its code, or by the signal that it died of (128 + its number as process 1).
Whoever it leaves behind is stopped by the plan, and so is everybody when bowout itself is killed (Linux, Windows).

Examples:
  bowout run -- make test
  bowout run --timeout 1h --plan TERM/10s/KILL -- make test
  bowout run --map TERM=QUIT -- nginx -g 'daemon off;'    # its graceful stop is QUIT
  bowout run --forward tree -- npm start                  # npm passes nothing on
  bowout run --success-exit 143 -- java -jar app.jar      # death by TERM is no failure
  bowout run --pidfile app.pid -- ./app
  bowout run --ready notify -- ./app                      # in a unit of Type=notify
  ENTRYPOINT [\"bowout\", \"run\", \"--\"]                     # in a Dockerfile, in the place of tini

Exit codes:
  the command's own, and
  124  its time was over (--timeout)
  125  bowout itself failed
  126  the command cannot be executed
  127  there is no such command
  2    usage: nothing was run";

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use proptest::prelude::*;

    use super::{OPTIONS, command, read};

    #[test]
    fn the_manual_knows_the_same_options() {
        command().debug_assert();
        let known = command();
        for option in OPTIONS.iter().filter(|option| option.long != "help") {
            let arg = known.get_arguments().find(|arg| arg.get_long() == Some(option.long));
            let arg = arg.unwrap_or_else(|| panic!("--{}", option.long));
            assert_eq!(
                arg.get_action().takes_values(),
                option.value.is_some(),
                "--{}",
                option.long
            );
        }
    }

    fn word() -> impl Strategy<Value = String> {
        let option = (0..OPTIONS.len(), any::<bool>()).prop_map(|(at, short)| match (OPTIONS[at].short, short) {
            (Some(letter), true) => format!("-{letter}"),
            _ => format!("--{}", OPTIONS[at].long),
        });
        let value = prop::sample::select(vec![
            "TERM",
            "1h",
            "inf",
            "-1",
            "1e999",
            "TERM/10s/KILL",
            "TERM=QUIT",
            "HUP=none",
            "=",
            "tree",
            "wait",
            "143,KILL",
            "",
        ]);
        prop_oneof![
            4 => option,
            4 => value.prop_map(str::to_owned),
            2 => (0..OPTIONS.len(), "\\PC{0,8}").prop_map(|(at, value)| format!("--{}={value}", OPTIONS[at].long)),
            1 => "-\\PC{0,6}",
            1 => "\\PC{0,12}",
            1 => Just("--".to_owned()),
        ]
    }

    proptest! {
        /// It is read or refused, in one line, and never a panic.
        #[test]
        fn any_line_is_read_or_refused(words in prop::collection::vec(word(), 0..8)) {
            if let Err(problem) = read(words.into_iter().map(OsString::from).collect()) {
                prop_assert!(!problem.is_empty() && !problem.contains('\n'), "{problem:?}");
            }
        }

        #[test]
        #[cfg(unix)]
        fn even_if_it_is_no_text(words in prop::collection::vec(prop::collection::vec(1_u8.., 0..12), 0..6)) {
            use std::os::unix::ffi::OsStringExt;
            let _ = read(words.into_iter().map(OsString::from_vec).collect());
        }
    }
}
