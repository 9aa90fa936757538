//! Which processes are meant, as it is written.

use std::num::NonZeroU32;
use std::path::PathBuf;

use bowout::stop::{Pattern, Port, ProcessId, ProcessIdProblem, Query};
use clap::Args;
use clap::builder::{NonEmptyStringValueParser, PathBufValueParser, TypedValueParser};
use regex::Regex;

/// Which processes are meant.
#[derive(Debug, Args)]
pub(crate) struct FindArgs {
    /// The processes: PID, or PID:START as bowout prints it, which cannot come to mean another process
    #[arg(value_name = "PID", value_parser = process, allow_negative_numbers = true)]
    pids: Vec<ProcessId>,

    /// The program's name, whole and exact
    #[arg(long = "name", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
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
    #[arg(long = "socket", value_name = "PATH", value_parser = PathBufValueParser::new().try_map(socket))]
    sockets: Vec<PathBuf>,

    /// Who belongs to this systemd unit (Linux)
    #[arg(long = "unit", value_name = "UNIT", value_parser = NonEmptyStringValueParser::new().try_map(unit))]
    units: Vec<String>,

    /// Who is in this cgroup, or in one below (Linux)
    #[arg(long = "cgroup", value_name = "PATH")]
    cgroups: Vec<PathBuf>,

    /// Every member of this process group, each by itself (Unix)
    #[arg(long = "group", value_name = "PGID", value_parser = group, allow_negative_numbers = true)]
    groups: Vec<NonZeroU32>,

    /// Who runs this service (Windows)
    #[arg(long = "service", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    services: Vec<String>,

    /// Take every process that is found, where several are; otherwise they are listed, and nothing is done
    #[arg(long)]
    all: bool,
}

/// Which processes are meant.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) ids: Vec<ProcessId>,
    pub(crate) queries: Vec<Query>,
    /// Whether a query may come to several.
    pub(crate) all: bool,
}

impl FindArgs {
    pub(crate) fn wanted(&self) -> Wanted {
        fn each<T: Clone>(values: &[T], query: impl Fn(T) -> Query) -> impl Iterator<Item = Query> {
            values.iter().cloned().map(query)
        }
        let command_line = |regex: Regex| {
            let text = regex.to_string();
            Query::CommandLine(Pattern::new(text, move |line| regex.is_match(line)))
        };
        let queries = each(&self.names, Query::Name)
            .chain(each(&self.pidfiles, Query::PidFile))
            .chain(each(&self.command_lines, command_line))
            .chain(each(&self.ports, Query::Port))
            .chain(each(&self.sockets, Query::UnixSocket))
            .chain(each(&self.units, Query::Unit))
            .chain(each(&self.cgroups, Query::Cgroup))
            .chain(each(&self.groups, Query::ProcessGroup))
            .chain(each(&self.services, Query::Service));
        Wanted {
            ids: self.pids.clone(),
            queries: queries.collect(),
            all: self.all,
        }
    }
}

/// A process. What kill(1) takes for a group is sent to where groups are named.
pub(super) fn process(text: &str) -> Result<ProcessId, String> {
    text.parse().map_err(|why: bowout::stop::ParseProcessIdError| {
        let number = text.trim_start_matches('-');
        match (why.problem(), group(number)) {
            (ProcessIdProblem::Negative, Ok(NonZeroU32::MIN)) => EVERYBODY.to_owned(),
            (ProcessIdProblem::Negative, Ok(number)) => {
                format!("{text:?} names no process: for the process group write --group {number}")
            }
            (ProcessIdProblem::NotANumber, _) => match option_for(text) {
                Some(option) => format!("{text:?} names no process: {option}"),
                None => why.to_string(),
            },
            _ => why.to_string(),
        }
    })
}

/// The option for what pkill(1), fkill and the like take as it is, where it can be written down as it is.
fn option_for(text: &str) -> Option<String> {
    let port: Result<Port, _> = text.strip_prefix(':').unwrap_or(text).parse();
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || "._+-@/".contains(c));
    match port {
        Ok(port) => Some(format!("for who listens on the port write --port {port}")),
        Err(_) if !is_plain => None,
        Err(_) if text.contains('/') || text.ends_with(".pid") => {
            Some(format!("for the one in a pidfile write --pidfile {text}"))
        }
        Err(_) if text.starts_with(char::is_alphabetic) => Some(format!("for a program's name write --name {text}")),
        Err(_) => None,
    }
}

/// What -1 is to kill(2).
pub(super) const EVERYBODY: &str = "\"-1\" would mean every process there is, and that cannot be asked for: name them";

/// The number of a process group.
pub(super) fn group(text: &str) -> Result<NonZeroU32, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| {
        format!("{text:?} is no process group: write the number of it as `ps -o pgid` shows it, without a sign")
    })
}

/// A socket's path, or its abstract name, which is not empty.
fn socket(path: PathBuf) -> Result<PathBuf, String> {
    match path.as_os_str() == "@" {
        true => Err("\"@\" is no socket: write its path, or @NAME for an abstract one".to_owned()),
        false => Ok(path),
    }
}

/// A unit's name, and not the path of its file or cgroup.
fn unit(name: String) -> Result<String, String> {
    match name.contains('/') {
        true => Err(format!(
            "{name:?} is no unit: write its name, as in nginx or nginx.service"
        )),
        false => Ok(name),
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
