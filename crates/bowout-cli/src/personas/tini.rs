//! `tini` 0.19, which Docker calls `docker-init`.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use bowout::Signal;
use bowout::stop::Plan;
use bowout::supervise::{Happening, Leftovers, ParentDeath, Reach, Supervisor};

use super::{Failures, Tool, Wish, shell_status, text};
use crate::options::{self, Opt, option};
use crate::run::{NOT_EXECUTABLE, NOT_FOUND};
use crate::{exit, output};

const TOOL: Tool = Tool {
    name: "tini",
    // `docker info` looks for this beginning.
    version: "tini version 0.19.0",
    usage: "tini [OPTIONS] COMMAND [ARG]...",
    options: &OPTIONS,
    notes: "\
Environment:
  TINI_SUBREAPER           the same as -s, whatever its value
  TINI_KILL_PROCESS_GROUP  the same as -g, whatever its value
  TINI_VERBOSITY           0 errors only, 1 warnings [default], 2 and 3 more; each -v adds one

Exit codes: the command's own, 128 + the number of the signal that it died of, and
  1    tini itself failed, or was called wrongly
  126  the command cannot be executed
  127  there is no such command
",
    failures: Failures {
        usage: 1,
        not_found: NOT_FOUND,
        not_executable: NOT_EXECUTABLE,
        own: 1,
    },
};

const OPTIONS: [Opt; 9] = [
    option(
        "expect",
        Some('e'),
        Some("CODE"),
        "Exit with 0 where the code would be this one; may be given several times",
    ),
    option(
        "group",
        Some('g'),
        None,
        "Pass signals on to the command's process group",
    ),
    option("help", Some('h'), None, "Print help"),
    option("license", Some('l'), None, "Print the license"),
    option(
        "parent-death",
        Some('p'),
        Some("SIGNAL"),
        "When the parent is gone, send this to everybody below",
    ),
    option("subreaper", Some('s'), None, "Accepted: bowout adopts orphans anyway"),
    option("verbose", Some('v'), None, "Say more; may be given several times"),
    option("version", None, None, "Print the version"),
    option("warn", Some('w'), None, "Warn of orphans that are reaped"),
];

/// The variables that count.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    group: Option<OsString>,
    verbosity: Option<OsString>,
}

impl Surroundings {
    fn here() -> Surroundings {
        Surroundings {
            group: std::env::var_os("TINI_KILL_PROCESS_GROUP"),
            verbosity: std::env::var_os("TINI_VERBOSITY"),
        }
    }
}

/// A program under an init.
#[derive(Debug)]
pub(super) struct Init {
    supervisor: Supervisor,
    /// The codes that count as success.
    expected: Vec<u8>,
    verbosity: i32,
    warns: bool,
}

/// Something that tini can be asked for beside its work.
#[derive(Debug)]
pub(super) enum Task {
    Run(Init),
    License,
}

pub(super) fn main(line: Vec<OsString>) -> u8 {
    TOOL.carry_out(read(line, &Surroundings::here()), |task| match task {
        Task::Run(init) => run(init),
        Task::License => {
            output::data("bowout is under the terms of the MIT license or of the Apache license 2.0, as you like.");
            exit::DONE
        }
    })
}

/// # Errors
/// What is wrong, in one line.
pub(super) fn read(line: Vec<OsString>, surroundings: &Surroundings) -> Result<Wish<Task>, String> {
    let given = options::read(&OPTIONS, line)?;
    let mut reach = match surroundings.group {
        Some(_) => Reach::Group,
        None => Reach::Main,
    };
    let mut verbosity = surroundings.verbosity.as_deref().map_or(1, number);
    let mut expected = Vec::new();
    let mut parent_death = None;
    let mut warns = false;
    for (option, value) in &given.options {
        match *option {
            "expect" => {
                let code = text(value)?;
                expected.push(
                    code.parse()
                        .map_err(|_| format!("'{code}' is no exit code: 0 to 255"))?,
                );
            }
            "group" => reach = Reach::Group,
            "help" => return Ok(Wish::Help),
            "license" => return Ok(Wish::Do(Task::License)),
            "parent-death" => {
                let signal = text(value)?.parse::<Signal>();
                parent_death = Some(signal.map_err(|error| error.to_string())?);
            }
            "verbose" => verbosity = verbosity.saturating_add(1),
            "version" => return Ok(Wish::Version),
            "warn" => warns = true,
            _ => {}
        }
    }
    let Some((program, args)) = given.rest.split_first() else {
        return Err("there is no command to run".into());
    };
    let supervisor = Supervisor::new(program)
        .args(args)
        .forward_to(reach)
        .leftovers(Leftovers::Leave);
    let supervisor = match parent_death {
        // It is passed on, and nothing follows.
        Some(signal) => supervisor
            .parent_death(ParentDeath::Stop)
            .plan(Plan::new(signal).wait(Duration::MAX)),
        None => supervisor,
    };
    Ok(Wish::Do(Task::Run(Init {
        supervisor,
        expected,
        verbosity,
        warns,
    })))
}

/// As `atoi(3)` reads it, but for what stands behind the number.
fn number(value: &OsStr) -> i32 {
    value.to_str().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

fn run(init: Init) -> u8 {
    let mut tell = |happening| {
        let (level, line) = match happening {
            Happening::Reaped(orphan) if init.warns => (1, format!("{orphan} was an orphan, and is reaped")),
            Happening::Started(id) => (2, format!("the command is {id}")),
            Happening::ParentGone => (2, "the parent is gone".into()),
            Happening::Forwarded(signal, _) | Happening::Asked(signal, _) => (3, format!("{signal} is passed on")),
            Happening::Reaped(orphan) => (3, format!("{orphan} is reaped")),
            _ => return,
        };
        if level <= init.verbosity {
            TOOL.tell(line);
        }
    };
    let ended = match TOOL.supervise(init.supervisor, &mut tell) {
        Ok(ended) => ended,
        Err(code) => return code,
    };
    let code = ended.status().map_or(TOOL.failures.own, shell_status);
    match init.expected.contains(&code) {
        true => exit::DONE,
        false => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn init(line: &str, surroundings: &Surroundings) -> Init {
        match read(line.split(' ').map(OsString::from).collect(), surroundings) {
            Ok(Wish::Do(Task::Run(init))) => init,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn same(line: &str, surroundings: &Surroundings, expected: &Supervisor) {
        let init = init(line, surroundings);
        assert_eq!(format!("{:?}", init.supervisor), format!("{expected:?}"), "{line}");
    }

    fn plain() -> Supervisor {
        Supervisor::new("app").args(["-g"]).leftovers(Leftovers::Leave)
    }

    #[test]
    fn each_option_is_one_of_the_supervisors() {
        let bare = Surroundings::default();
        for line in ["app -g", "-- app -g", "-s -- app -g", "-vvv -w app -g", "-e 143 app -g"] {
            same(line, &bare, &plain());
        }
        let group = plain().forward_to(Reach::Group);
        same("-g -- app -g", &bare, &group);
        same("-svg app -g", &bare, &group);
        let with_variable = Surroundings {
            group: Some(OsString::new()),
            verbosity: None,
        };
        same("app -g", &with_variable, &group);
        let orphaned = plain()
            .parent_death(ParentDeath::Stop)
            .plan("KILL/inf".parse().unwrap());
        same("-p SIGKILL -- app -g", &bare, &orphaned);
    }

    #[test]
    fn verbosity_is_that_of_the_variable_and_one_for_each_v() {
        for (variable, line, verbosity) in [
            (None, "app", 1),
            (None, "-vv app", 3),
            (Some("0"), "app", 0),
            (Some("0"), "-v app", 1),
            (Some("3"), "app", 3),
            (Some("x"), "app", 0),
        ] {
            let surroundings = Surroundings {
                group: None,
                verbosity: variable.map(OsString::from),
            };
            assert_eq!(init(line, &surroundings).verbosity, verbosity, "{variable:?} {line}");
        }
    }

    #[test]
    fn codes_are_those_of_a_byte() {
        assert_eq!(
            init("-e 0 -e 255 -e143 app", &Surroundings::default()).expected,
            [0, 255, 143]
        );
        for line in ["-e 256 app", "-e -1 app", "-e x app", "-p NOPE app", "-e", "-x app", ""] {
            let words = line.split_whitespace().map(OsString::from).collect();
            assert!(read(words, &Surroundings::default()).is_err(), "{line}");
        }
    }
}
