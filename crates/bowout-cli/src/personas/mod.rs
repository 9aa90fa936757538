//! Other tools' names. Called by one of them, bowout takes the options and environment variables and gives the exit codes of
//! that tool; what each means is said in the words of [`bowout::supervise`]. docs/drop-in.md has the tables.

mod dumb_init;
mod kill;
mod timeout;
mod tini;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitStatus;

use bowout::Signal;
use bowout::supervise::{Ended, Happening, SuperviseError, Supervisor};

use crate::exit::DONE;
use crate::options::Opt;
use crate::output;

/// The tool that bowout is called as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Persona {
    Timeout,
    Kill,
    Tini,
    DumbInit,
}

impl Persona {
    /// By the name of a program's file, which is a link's where it is called by one.
    pub(crate) fn named(program: &OsStr) -> Option<Persona> {
        let name = Path::new(program).file_name()?.to_str()?;
        match name.strip_suffix(std::env::consts::EXE_SUFFIX).unwrap_or(name) {
            "timeout" => Some(Persona::Timeout),
            "kill" => Some(Persona::Kill),
            "tini" | "docker-init" => Some(Persona::Tini),
            "dumb-init" => Some(Persona::DumbInit),
            _ => None,
        }
    }

    /// Does what the tool does, with what is behind its name on the command line.
    pub(crate) fn run(self, line: Vec<OsString>) -> u8 {
        match self {
            Persona::Timeout => timeout::main(line),
            Persona::Kill => kill::main(line),
            Persona::Tini => tini::main(line),
            Persona::DumbInit => dumb_init::main(line),
        }
    }
}

/// What is wanted of a tool.
#[derive(Debug)]
enum Wish<T> {
    Help,
    Version,
    Do(T),
}

/// How a tool is called, and what it says of itself.
struct Tool {
    name: &'static str,
    /// With the version of the original whose ways these are, where somebody may ask for it.
    version: &'static str,
    usage: &'static str,
    options: &'static [Opt],
    /// What is to be known beyond the options.
    notes: &'static str,
    /// The exit codes of its own.
    failures: Failures,
}

/// The exit codes for what did not come about.
struct Failures {
    usage: u8,
    not_found: u8,
    not_executable: u8,
    own: u8,
}

impl Tool {
    /// Does what is wanted, or says what is wrong about it.
    fn carry_out<T>(&self, wish: Result<Wish<T>, String>, work: impl FnOnce(T) -> u8) -> u8 {
        let code = match wish {
            Ok(Wish::Do(wanted)) => work(wanted),
            Ok(Wish::Help) => {
                output::data(self.help());
                DONE
            }
            Ok(Wish::Version) => {
                output::data(format_args!("{} (bowout {})", self.version, env!("CARGO_PKG_VERSION")));
                DONE
            }
            Err(problem) => {
                self.tell(format_args!("{problem}; see {} --help", self.name));
                self.failures.usage
            }
        };
        output::code(code, self.failures.own)
    }

    /// Runs the program to its end; where that cannot be, says why and gives the exit code.
    fn supervise(&self, supervisor: Supervisor, tell: &mut dyn FnMut(Happening)) -> Result<Ended, u8> {
        supervisor.run_and_tell(tell).map_err(|error| {
            self.tell(&error);
            match error {
                SuperviseError::Start { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                    self.failures.not_found
                }
                SuperviseError::Start { .. } => self.failures.not_executable,
                _ => self.failures.own,
            }
        })
    }

    fn tell(&self, what: impl std::fmt::Display) {
        output::narrate(format_args!("{}: {what}", self.name));
    }

    fn help(&self) -> String {
        let width = |option: &Opt| spelling(option).chars().count();
        let width = self.options.iter().map(width).max().unwrap_or(0);
        let options = self
            .options
            .iter()
            .map(|option| format!("  {:<width$}  {}\n", spelling(option), option.help));
        format!(
            "This is bowout, called as {}.\n\nUsage: {}\n\n{}\n{}",
            self.name,
            self.usage,
            options.collect::<String>(),
            self.notes
        )
    }
}

/// `-k, --kill-after DURATION`.
fn spelling(option: &Opt) -> String {
    let short = option.short.map_or("    ".to_owned(), |short| format!("-{short}, "));
    let value = option.value.map_or(String::new(), |value| format!(" {value}"));
    format!("{short}--{}{value}", option.long)
}

fn text(value: &OsStr) -> Result<&str, String> {
    value.to_str().ok_or_else(|| format!("{value:?} is no text"))
}

/// The status that a shell gives: the exit code, or 128 + the number of the signal.
fn shell_status(status: ExitStatus) -> u8 {
    let death = crate::sys::death_of(status).and_then(Signal::number);
    let code = death.map(|number| 128 + number).or(status.code());
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(line: &[String]) -> Vec<OsString> {
        line.iter().map(OsString::from).collect()
    }

    #[test]
    fn a_tool_is_known_by_its_files_name() {
        let exe = std::env::consts::EXE_SUFFIX;
        for (path, persona) in [
            ("timeout", Persona::Timeout),
            ("/usr/bin/kill", Persona::Kill),
            ("./tini", Persona::Tini),
            ("/sbin/docker-init", Persona::Tini),
            ("dumb-init", Persona::DumbInit),
        ] {
            assert_eq!(Persona::named(path.as_ref()), Some(persona));
            assert_eq!(Persona::named(format!("{path}{exe}").as_ref()), Some(persona));
        }
        for path in ["bowout", "", "/", "timeouts", "kill/..", "-kill"] {
            assert_eq!(Persona::named(path.as_ref()), None);
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_one_panic(line in proptest::collection::vec(arguments(), 0..6)) {
            let _ = timeout::read(words(&line));
            let _ = tini::read(words(&line), &tini::Surroundings::default());
            let _ = dumb_init::read(words(&line), &dumb_init::Surroundings::default());
            let _ = kill::read(words(&line));
        }
    }

    fn arguments() -> impl Strategy<Value = String> {
        prop_oneof![
            "-{0,2}[a-zA-Z0-9:=.+-]{0,8}",
            "(-[skperv]|--(signal|kill-after|rewrite|list)=)?-?[0-9a-zA-Z.:]{0,20}",
            ".{0,6}",
            "-{1,2}(l|list|table|help|version|SIGTERM|RTMIN\\+[0-9]{1,3})",
        ]
    }
}
