//! `dumb-init` 1.2.

use std::ffi::OsString;
use std::time::Duration;

use bowout::Signal;
use bowout::stop::Plan;
use bowout::supervise::{Happening, Leftovers, Reach, Supervisor, Terminal};

use super::{Failures, Tool, Wish, shell_status, text};
use crate::options::{self, Opt, option};

const TOOL: Tool = Tool {
    name: "dumb-init",
    version: "dumb-init v1.2.5",
    usage: "dumb-init [OPTIONS] COMMAND [ARG]...",
    options: &OPTIONS,
    notes: "\
The command leads a session, and every signal goes to its whole process group. When it ends, everybody below gets TERM.

Environment:
  DUMB_INIT_SETSID=0  the same as --single-child
  DUMB_INIT_DEBUG=1   the same as --verbose

Exit codes: the command's own, 128 + the number of the signal that it died of, and
  1  dumb-init itself failed, or was called wrongly
  2  the command cannot be executed, or is not there
",
    failures: Failures {
        usage: 1,
        not_found: 2,
        not_executable: 2,
        own: 1,
    },
};

const OPTIONS: [Opt; 5] = [
    option(
        "single-child",
        Some('c'),
        None,
        "Pass signals on to the command alone, in this session",
    ),
    option(
        "rewrite",
        Some('r'),
        Some("FROM:TO"),
        "Pass signal TO on where FROM comes, by their numbers; nothing for 0. May be given several times",
    ),
    option("verbose", Some('v'), None, "Say on standard error what happens"),
    option("help", Some('h'), None, "Print help"),
    option("version", Some('V'), None, "Print the version"),
];

/// The variables that count.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    setsid: Option<OsString>,
    debug: Option<OsString>,
}

impl Surroundings {
    fn here() -> Surroundings {
        Surroundings {
            setsid: std::env::var_os("DUMB_INIT_SETSID"),
            debug: std::env::var_os("DUMB_INIT_DEBUG"),
        }
    }
}

/// A program under an init.
#[derive(Debug)]
pub(super) struct Init {
    supervisor: Supervisor,
    verbose: bool,
}

pub(super) fn main(line: Vec<OsString>) -> u8 {
    TOOL.carry_out(read(line, &Surroundings::here()), run)
}

/// # Errors
/// What is wrong, in one line.
pub(super) fn read(line: Vec<OsString>, surroundings: &Surroundings) -> Result<Wish<Init>, String> {
    let given = options::read(&OPTIONS, line)?;
    let mut reach = match &surroundings.setsid {
        Some(value) if value == "0" => Reach::Main,
        _ => Reach::Group,
    };
    let mut verbose = surroundings.debug.as_ref().is_some_and(|value| value == "1");
    let mut rewrites = Vec::new();
    for (option, value) in &given.options {
        match *option {
            "single-child" => reach = Reach::Main,
            "rewrite" => rewrites.push(rewrite(text(value)?)?),
            "verbose" => verbose = true,
            "help" => return Ok(Wish::Help),
            "version" => return Ok(Wish::Version),
            _ => {}
        }
    }
    let Some((program, args)) = given.rest.split_first() else {
        return Err("there is no command to run".into());
    };
    let supervisor = Supervisor::new(program).args(args).forward_to(reach);
    let supervisor = match reach {
        Reach::Main => supervisor.terminal(Terminal::Shared).leftovers(Leftovers::Leave),
        // Nobody outside could continue a session, and so TSTP and its like do nothing in one that has just begun: STOP does.
        _ => [Signal::Tstp, Signal::Ttin, Signal::Ttou]
            .into_iter()
            .fold(supervisor, |supervisor, keyboards| {
                supervisor.map(keyboards, Some(Signal::Stop))
            })
            .terminal(Terminal::Session)
            // Whoever is left is asked, and not waited for.
            .plan(Plan::new(Signal::Term).wait(Duration::ZERO)),
    };
    let supervisor = rewrites
        .into_iter()
        .fold(supervisor, |supervisor, (from, to)| supervisor.map(from, to));
    Ok(Wish::Do(Init { supervisor, verbose }))
}

/// `15:3`, or `15:0`.
fn rewrite(given: &str) -> Result<(Signal, Option<Signal>), String> {
    let signal = |number: &str| match number.parse::<i32>() {
        Ok(0) => Some(None),
        Ok(number @ 1..=31) => Signal::from_number(number).ok().map(Some),
        _ => None,
    };
    match given.split_once(':').map(|(from, to)| (signal(from), signal(to))) {
        Some((Some(Some(from)), Some(to))) => Ok((from, to)),
        _ => Err(format!(
            "'{given}' are no two numbers of signals: -r 15:3, or -r 15:0 to drop it"
        )),
    }
}

fn run(init: Init) -> u8 {
    let mut tell = |happening| {
        let line = match happening {
            _ if !init.verbose => return,
            Happening::Started(id) => format!("the command is {id}"),
            Happening::Forwarded(signal, _) => format!("{signal} is passed on"),
            Happening::Asked(signal, _) => format!("{signal} goes to everybody who is left"),
            Happening::Reaped(orphan) => format!("{orphan} is reaped"),
            _ => return,
        };
        TOOL.tell(line);
    };
    match TOOL.supervise(init.supervisor, &mut tell) {
        Ok(ended) => ended.status().map_or(TOOL.failures.own, shell_status),
        Err(code) => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(line: &str, setsid: Option<&str>, expected: &Supervisor) {
        let surroundings = Surroundings {
            setsid: setsid.map(OsString::from),
            debug: None,
        };
        match read(line.split(' ').map(OsString::from).collect(), &surroundings) {
            Ok(Wish::Do(init)) => assert_eq!(format!("{:?}", init.supervisor), format!("{expected:?}"), "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn each_option_is_one_of_the_supervisors() {
        let group = || {
            Supervisor::new("app")
                .args(["-c"])
                .forward_to(Reach::Group)
                .map(Signal::Tstp, Some(Signal::Stop))
                .map(Signal::Ttin, Some(Signal::Stop))
                .map(Signal::Ttou, Some(Signal::Stop))
                .terminal(Terminal::Session)
                .plan("TERM/0s".parse().unwrap())
        };
        for line in ["app -c", "-- app -c", "-v app -c"] {
            same(line, None, &group());
            same(line, Some("1"), &group());
        }
        let single = Supervisor::new("app")
            .args(["-c"])
            .terminal(Terminal::Shared)
            .leftovers(Leftovers::Leave);
        same("-c app -c", None, &single);
        same("--single-child -- app -c", None, &single);
        same("app -c", Some("0"), &single);
        let term = Signal::Term.number().unwrap_or(15);
        let rewritten = group().map(Signal::Term, Some(Signal::Quit)).map(Signal::Hup, None);
        same(&format!("-r {term}:3 --rewrite=1:0 app -c"), None, &rewritten);
    }

    #[test]
    fn rewrites_are_two_numbers() {
        for given in [
            "",
            ":",
            "15",
            "15:",
            ":3",
            "0:3",
            "15:99",
            "32:1",
            "TERM:QUIT",
            "-1:3",
            "15:3:1",
        ] {
            assert!(rewrite(given).is_err(), "{given}");
        }
    }

    #[test]
    fn the_variable_makes_it_talk() {
        for (value, verbose) in [("1", true), ("0", false), ("", false), ("yes", false)] {
            let surroundings = Surroundings {
                setsid: None,
                debug: Some(value.into()),
            };
            let Ok(Wish::Do(init)) = read(vec!["app".into()], &surroundings) else {
                panic!("{value}");
            };
            assert_eq!(init.verbose, verbose, "{value}");
        }
    }
}
