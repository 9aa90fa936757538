//! Which process is meant, by what is known of it: a name, a port, a pidfile.

mod error;
mod matches;
mod pidfile;
mod port;
mod query;

pub use error::{FindError, FindProblem};
pub use matches::{Ambiguous, Found, Matches};
pub use pidfile::PidFileProblem;
pub(super) use pidfile::not_opened as pidfile_not_opened;
pub use port::{ParsePortError, Port, Protocol};
use query::Spares;
pub use query::{Pattern, Query};

use super::ProcessId;
use super::sys::find as sys;
use super::sys::{OpenFailure, Process};

/// A process that a query hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) pid: u32,
    /// The socket that it listens on, where the system tells sockets apart and the query is for one.
    pub(super) socket: Option<u64>,
}

impl Hit {
    pub(super) fn process(pid: u32) -> Hit {
        Hit { pid, socket: None }
    }
}

/// Finds the processes that a query means. Nothing is sent to anybody.
///
/// Each one is found with its start time, so whoever gets its number between the finding and [`Target::open`](super::Target::open)
/// is not mistaken for it. The process that calls is never found but in its group, and neither are its ancestors by a name or a
/// command line: the shell that was told `bowout stop --command-line server` has those words in its own. An ancestor that was
/// pointed out, by its port for example, is found; to open it is refused.
///
/// On Linux `/proc` is what is looked into: it shows no process of another pid namespace, no port of another network
/// namespace, and with `hidepid` none of another user.
///
/// # Errors
/// [`FindError`], and so the matches are never none: its [`problem`](FindError::problem) tells why nobody was found, or why
/// nobody could be.
///
/// ```no_run
/// use bowout::stop::{self, Plan, Query, Target};
///
/// let nginx = Query::Name("nginx".into());
/// // `one` lists the matches in its error where there are several.
/// let target = Target::open(stop::find(&nginx)?.one()?.id)?;
/// stop::stop(target, &Plan::default())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn find(query: &Query) -> Result<Matches, FindError> {
    matches(query).map_err(|problem| FindError::new(query, problem))
}

/// How many are held open at a time.
const AT_ONCE: usize = 100;

fn matches(query: &Query) -> Result<Matches, FindProblem> {
    let hits = search(query, &sys::processes()?)?;
    let mut spared = match query.spares() {
        Spares::Ancestors => sys::ancestors(),
        Spares::OnlyCaller | Spares::Nobody => Vec::new(),
    };
    if query.spares() != Spares::Nobody {
        spared.push(std::process::id());
    }
    let is_spared = |pid| spared.contains(&pid);
    let (spared, hits): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| is_spared(hit.pid));
    let mut kept = Vec::new();
    for hits in hits.chunks(AT_ONCE) {
        kept.extend(confirm(query, hits)?);
    }
    if kept.is_empty() {
        // Who searches command lines mostly has the pattern in his own: that says nothing.
        let is_told = |pid: &u32| !matches!(query, Query::CommandLine(_)) || *pid != std::process::id();
        let spared = spared.into_iter().map(|hit| hit.pid).filter(is_told).collect();
        return Err(FindProblem::NoMatch { spared });
    }
    kept.sort_by_key(|(hit, _)| hit.pid);
    let head = sys::head(&kept.iter().map(|(hit, _)| *hit).collect::<Vec<_>>());
    let found = kept.into_iter().map(|(_, found)| found).collect();
    Ok(Matches::new(query, found, head))
}

/// The handle first, and then the look that counts: a number that was given out again since the first look is noticed.
fn confirm(query: &Query, hits: &[Hit]) -> Result<Vec<(Hit, Found)>, FindProblem> {
    let mut held = Vec::new();
    for Hit { pid, .. } in hits {
        match Process::open(*pid) {
            Ok((process, facts)) => held.push((*pid, process, facts.start)),
            Err(OpenFailure::NoSuchProcess | OpenFailure::AlreadyExited { .. } | OpenFailure::Thread { .. }) => {}
            Err(OpenFailure::Refused(_)) => return Err(FindProblem::PermissionDenied { pid: *pid }),
            Err(OpenFailure::Io(source)) => return Err(FindProblem::Io(source)),
        }
    }
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let hits = search(query, &held.iter().map(|(pid, ..)| *pid).collect::<Vec<_>>())?;
    let confirmed = held.iter().filter_map(|(pid, process, start)| {
        let hit = hits.iter().find(|hit| hit.pid == *pid)?;
        let found = found(ProcessId::new(*pid)?.with_start(*start));
        (!process.has_exited()).then_some((*hit, found))
    });
    Ok(confirmed.collect())
}

/// A process as it is shown to people.
pub(crate) fn found(id: ProcessId) -> Found {
    let name = sys::names(&[id.pid()]).ok().and_then(|names| names.into_iter().next());
    Found {
        id,
        name: name.map(|(_, name)| name),
        command_line: sys::command_line(id.pid()).ok().flatten(),
    }
}

/// Who among these the query means.
fn search(query: &Query, among: &[u32]) -> Result<Vec<Hit>, FindProblem> {
    let hits = |pids: Vec<u32>| pids.into_iter().map(Hit::process).collect();
    let those_among = |pids: Vec<u32>| hits(pids.into_iter().filter(|pid| among.contains(pid)).collect());
    match query {
        Query::Name(name) => {
            // A process may take even its name away; that is nobody's query.
            let is_meant = |found: &str| !found.is_empty() && sys::same_name(found, name);
            let named = sys::names(among)?.into_iter().filter(|(_, found)| is_meant(found));
            Ok(hits(named.map(|(pid, _)| pid).collect()))
        }
        Query::CommandLine(pattern) => command_lines(pattern, among).map(hits),
        Query::Port(port) => sys::listeners(*port, among),
        Query::UnixSocket(path) => sys::socket_listeners(path, among),
        Query::Cgroup(path) => sys::cgroup(path).map(those_among),
        Query::Unit(name) => sys::unit(name).map(those_among),
        // Who cannot even find himself finds nobody.
        Query::ProcessGroup(_) if among.is_empty() => Err(FindProblem::NotOnThisSystem),
        Query::ProcessGroup(group) => sys::group(*group, among).map(hits),
        Query::Service(name) => sys::service(name).map(|pid| those_among(vec![pid])),
        Query::PidFile(path) => pidfile::pid(path).map(|pid| hits(vec![pid])),
    }
}

/// Those among these whose command line is like that.
fn command_lines(pattern: &Pattern, among: &[u32]) -> Result<Vec<u32>, FindProblem> {
    // Who cannot be told his own command line is told nobody's.
    if sys::command_line(std::process::id())?.is_none() {
        return Err(FindProblem::NotOnThisSystem);
    }
    let hit = |pid: &u32| {
        let line = sys::command_line(*pid).transpose()?;
        line.map(|line| pattern.matches(&line).then_some(*pid)).transpose()
    };
    among.iter().filter_map(hit).collect()
}
