//! Why nobody was found.

use std::fmt;
use std::io;

use super::{PidFileProblem, Query, sys};

/// A query that came to nobody. The message names the query and says what to do.
#[derive(Debug)]
pub struct FindError {
    query: String,
    problem: FindProblem,
}

impl FindError {
    pub(super) fn new(query: &Query, problem: FindProblem) -> FindError {
        FindError {
            query: query.to_string(),
            problem,
        }
    }

    /// Why.
    pub fn problem(&self) -> &FindProblem {
        &self.problem
    }

    /// Whether the answer is that there is no such process, rather than that it could not be found out.
    pub fn is_missing(&self) -> bool {
        match &self.problem {
            FindProblem::NoMatch { .. }
            | FindProblem::NotListening
            | FindProblem::NoSuchSocket
            | FindProblem::NoSuchCgroup
            | FindProblem::NoSuchUnit
            | FindProblem::NoSuchService
            | FindProblem::NotRunning => true,
            FindProblem::PidFile(problem) => problem.is_missing(),
            _ => false,
        }
    }
}

/// Why nobody was found.
#[derive(Debug)]
#[non_exhaustive]
pub enum FindProblem {
    /// Nobody matches, or only these do: the process that calls, and its ancestors where [`find`](super::find) spares them. By a
    /// command line the process that calls is not among them, since it mostly has the pattern in its own.
    NoMatch {
        /// Their numbers.
        spared: Vec<u32>,
    },
    /// Nobody listens there.
    NotListening,
    /// Somebody listens there, and the system does not tell us who.
    OwnerHidden {
        /// The number of the user who opened the socket, where the system tells that.
        user: Option<u32>,
    },
    /// The kernel itself listens there, or a process of another pid namespace.
    NoOwner,
    /// This process matches, and we may not open it. So we cannot make sure that it is the one.
    PermissionDenied {
        /// Its number.
        pid: u32,
    },
    /// There is no Unix socket at this path.
    NoSuchSocket,
    /// What is at this path is no socket.
    NotASocket,
    /// There is no such cgroup.
    NoSuchCgroup,
    /// It is the root of the cgroups, where everybody is.
    RootCgroup,
    /// No unit of this name has processes. That is all that cgroups tell: it may exist, and not run.
    NoSuchUnit,
    /// There is no service of this name.
    NoSuchService,
    /// The cgroup or the service is there, but has no process that we could see.
    NotRunning,
    /// The pidfile is not there, not to be trusted, or out of date.
    PidFile(PidFileProblem),
    /// Processes cannot be found by this on this system.
    NotOnThisSystem,
    /// The system failed in some other way.
    Io(io::Error),
}

impl fmt::Display for FindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.query)?;
        match &self.problem {
            FindProblem::NoMatch { spared } if spared.is_empty() => f.write_str("no process matches"),
            FindProblem::NoMatch { spared } => {
                let spared: Vec<String> = spared.iter().map(u32::to_string).collect();
                let spared = spared.join(", ");
                write!(
                    f,
                    "no process matches but this very one or its parents ({spared}), which are left out: name one by its number"
                )
            }
            FindProblem::NotListening => f.write_str("no process listens there"),
            FindProblem::OwnerHidden { user } => {
                let user = user.map(|user| format!(" (user {user})")).unwrap_or_default();
                write!(
                    f,
                    "a process of somebody else{user} listens there, and may not be seen: act as root"
                )
            }
            FindProblem::NoOwner => {
                f.write_str("no process that can be seen from here listens there, but the kernel or a container")
            }
            FindProblem::PermissionDenied { pid } => {
                write!(
                    f,
                    "process {pid} matches, and there is no permission to open it: act as its owner or as administrator"
                )
            }
            FindProblem::NoSuchSocket => f.write_str("there is no such socket"),
            FindProblem::NotASocket => {
                f.write_str("it is no socket: write the path of one, or @NAME for an abstract one")
            }
            FindProblem::NoSuchCgroup => f.write_str("there is no such cgroup"),
            FindProblem::RootCgroup => {
                f.write_str("the root holds everybody, and cannot be asked for: name one below it")
            }
            FindProblem::NoSuchUnit => f.write_str("no unit of this name is running"),
            FindProblem::NoSuchService => f.write_str("there is no service of this name"),
            FindProblem::NotRunning => f.write_str("it has no running process that can be seen from here"),
            FindProblem::PidFile(problem) => problem.fmt(f),
            FindProblem::NotOnThisSystem => {
                f.write_str("processes cannot be found by this on this system: name one by its number")
            }
            FindProblem::Io(source) => write!(f, "{source}{}", sys::remedy(source)),
        }
    }
}

impl std::error::Error for FindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            FindProblem::Io(source) => Some(source),
            FindProblem::PidFile(problem) => problem.source(),
            _ => None,
        }
    }
}
