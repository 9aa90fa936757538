//! Which processes are meant: the arguments, and who they come to.

use std::path::PathBuf;

use bowout::stop::{self, Ambiguous, FindError, FindProblem, Pattern, Port, ProcessId, Query};
use clap::Args;
use regex::Regex;

use crate::json::{Candidate, Document, NotFound, SCHEMA_VERSION};
use crate::{exit, output};

/// Which processes are meant.
#[derive(Debug, Args)]
pub(crate) struct FindArgs {
    #[command(flatten)]
    who: WhoArgs,

    /// Take every process that is found, where several are; otherwise they are listed, and nothing is done
    #[arg(long)]
    all: bool,
}

/// At least one of these must be given.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct WhoArgs {
    /// The processes: PID, or PID:START as bowout prints it, which cannot come to mean another process
    #[arg(value_name = "PID", allow_negative_numbers = true)]
    pids: Vec<ProcessId>,

    /// The program's name, whole and exact
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,

    /// A file with the PID in it, which nobody else can write
    #[arg(long = "pidfile", value_name = "FILE")]
    pidfiles: Vec<PathBuf>,

    /// The command line matches this; bowout itself and its parents are left out
    #[arg(long = "command-line", value_name = "REGEX", value_parser = regular_expression)]
    command_lines: Vec<Regex>,

    /// Who listens on this port: 8080, tcp:8080, udp:53
    #[arg(long = "port", value_name = "PORT")]
    ports: Vec<Port>,

    /// Who listens on this Unix socket; @NAME is an abstract one (Linux)
    #[arg(long = "socket", value_name = "PATH")]
    sockets: Vec<PathBuf>,

    /// Who belongs to this systemd unit (Linux)
    #[arg(long = "unit", value_name = "UNIT")]
    units: Vec<String>,

    /// Who is in this cgroup, or in one below (Linux)
    #[arg(long = "cgroup", value_name = "PATH")]
    cgroups: Vec<PathBuf>,

    /// Who runs this service (Windows)
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,
}

impl WhoArgs {
    /// What is to be looked for.
    fn queries(&self) -> Vec<Query> {
        fn each<T: Clone>(values: &[T], query: impl Fn(T) -> Query) -> impl Iterator<Item = Query> {
            values.iter().cloned().map(query)
        }
        let command_line = |regex: Regex| {
            let text = regex.to_string();
            Query::CommandLine(Pattern::new(text, move |line| regex.is_match(line)))
        };
        each(&self.names, Query::Name)
            .chain(each(&self.pidfiles, Query::PidFile))
            .chain(each(&self.command_lines, command_line))
            .chain(each(&self.ports, Query::Port))
            .chain(each(&self.sockets, Query::UnixSocket))
            .chain(each(&self.units, Query::Unit))
            .chain(each(&self.cgroups, Query::Cgroup))
            .chain(each(&self.services, Query::Service))
            .collect()
    }
}

/// The error in one line: that of the crate points at the place in a picture of several. What matches everything was meant to
/// be something else, a variable that is not set for example.
fn regular_expression(text: &str) -> Result<Regex, String> {
    let regex = Regex::new(text).map_err(|why| {
        let why = why.to_string();
        let why = why
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        format!("{text:?} is no regular expression: {why}")
    })?;
    if regex.is_match("") {
        return Err(format!("{text:?} would match every command line: say more"));
    }
    Ok(regex)
}

/// Who was meant.
pub(crate) struct Meant {
    pub(crate) ids: Vec<ProcessId>,
    /// What nobody answers to.
    pub(crate) missing: Vec<FindError>,
}

impl Meant {
    /// Says who is missing, a line each.
    pub(crate) fn tell_missing(&self) {
        self.missing.iter().for_each(|error| output::error(&error.to_string()));
    }
}

/// In what form it is told that nothing is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    /// One document.
    Json,
}

/// Why nothing is done at all.
pub(crate) enum Unclear {
    Ambiguous(Ambiguous),
    NotFound(FindError),
}

/// Looks for everybody before anybody is touched.
pub(crate) fn find(args: &FindArgs) -> Result<Meant, Unclear> {
    let mut meant = Meant {
        ids: args.who.pids.clone(),
        missing: Vec::new(),
    };
    for query in args.who.queries() {
        match stop::find(&query) {
            Ok(matches) if args.all => meant.ids.extend(matches.all().iter().map(|found| found.id)),
            Ok(matches) => meant.ids.push(matches.one().map_err(Unclear::Ambiguous)?.id),
            Err(error) if error.is_missing() => meant.missing.push(error),
            Err(error) => return Err(Unclear::NotFound(error)),
        }
    }
    Ok(meant)
}

impl Unclear {
    /// Says so, and gives the exit code.
    pub(crate) fn tell(&self, verb: &'static str, form: Form) -> u8 {
        let exit_code = self.exit_code();
        match self {
            _ if form == Form::Json => output::document(&self.document(verb, exit_code)),
            Unclear::Ambiguous(ambiguous) => {
                let (query, count) = (ambiguous.query(), ambiguous.found().len());
                output::error(&format!(
                    "{query}: {count} processes match: name one of them, or give --all"
                ));
                ambiguous.found().iter().for_each(output::narrate);
            }
            Unclear::NotFound(error) => output::error(&error.to_string()),
        }
        exit_code
    }

    fn exit_code(&self) -> u8 {
        match self {
            Unclear::Ambiguous(_) => exit::USAGE,
            Unclear::NotFound(error) => match error.problem() {
                // Somebody is there, and is not ours to stop.
                FindProblem::OwnerHidden { .. } | FindProblem::NoOwner | FindProblem::PermissionDenied { .. } => {
                    exit::ALIVE
                }
                FindProblem::Io(_) => exit::FAILED,
                _ => exit::USAGE,
            },
        }
    }

    fn document(&self, verb: &'static str, exit_code: u8) -> Document<Candidate> {
        let (candidates, not_found) = match self {
            Unclear::Ambiguous(ambiguous) => (ambiguous.found(), None),
            Unclear::NotFound(error) => (&[][..], Some(error)),
        };
        Document {
            schema_version: SCHEMA_VERSION,
            verb,
            dry_run: true,
            plan: None,
            processes: candidates.iter().map(Candidate::from).collect(),
            not_found: not_found.into_iter().map(NotFound::from).collect(),
            exit_code,
        }
    }
}
