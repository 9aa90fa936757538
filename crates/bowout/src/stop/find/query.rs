//! What is known of the process that is meant.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;

use super::Port;

/// What is known of the process that is meant. Where a system does not offer a kind of query,
/// [`find`](super::find) says so ([`NotOnThisSystem`](super::FindProblem::NotOnThisSystem)).
#[derive(Debug)]
#[non_exhaustive]
pub enum Query {
    /// The name of its program, whole and exact: `nginx` finds no `nginx-proxy`.
    ///
    /// On Unix that is the name that `ps -o comm` shows, which is the file's unless the program has changed it; a script is named
    /// after its own file when it was started by its `#!` line, else after its interpreter. Linux cuts that name to 15 bytes
    /// ([proc_pid_comm(5)](https://man7.org/linux/man-pages/man5/proc_pid_comm.5.html)), FreeBSD to 19; a name that may be cut is
    /// completed from the executable's file name, or that of the program or script in the command line, if these begin with
    /// it. macOS: the executable's file name.
    ///
    /// On Windows it is the file name of the program, in any case, with or without `.exe`.
    Name(String),
    /// A pattern in its command line: all of its arguments, with a blank between two of them.
    CommandLine(Pattern),
    /// A file that holds its number, and nothing else but a line's end; `PID:START` is read too.
    ///
    /// It is not believed if others can write it: it must belong to us or to root (Windows: Administrators, the system), and
    /// nobody else may have the right to write. That follows
    /// [start-stop-daemon(8)](https://manpages.debian.org/bookworm/dpkg/start-stop-daemon.8.en.html). Nor is it where the
    /// process was started after the file was last written: then the number is somebody else's by now.
    PidFile(PathBuf),
    /// A port that it listens on: a TCP socket that takes connections, or a bound UDP socket that has no peer.
    ///
    /// Other people's processes show their ports only to root or administrators on Linux, and to everybody on Windows.
    Port(Port),
    /// A Unix socket that it listens on: the file that is at this path now, or, with `@` in front, a name of Linux's abstract
    /// namespace
    /// ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html)). Linux.
    UnixSocket(PathBuf),
    /// The cgroup that it is in, or in one below: a path in the file system, or from the root of the hierarchy as
    /// `/proc/PID/cgroup` shows it. Not the root itself, where everybody is. Linux.
    Cgroup(PathBuf),
    /// The systemd unit that it belongs to; `nginx` is `nginx.service`. Those of the system first, then those of the caller's
    /// own user manager. Told by the cgroup, so systemd is not asked. Linux.
    Unit(String),
    /// The process group that it is in, by the group's number, which is that of the process that made it. Every member is found, the
    /// process that calls and its ancestors as well, so that it is seen whom a signal to the group would hit; to open these is
    /// refused. Unix.
    ProcessGroup(NonZeroU32),
    /// The Windows service that it runs, by the service's name (not the one for display).
    Service(String),
}

impl Query {
    /// Who is no match: the process that calls, and where words can match by accident its ancestors.
    pub(super) fn spares(&self) -> Spares {
        match self {
            Query::Name(_) | Query::CommandLine(_) => Spares::Ancestors,
            Query::ProcessGroup(_) => Spares::Nobody,
            _ => Spares::OnlyCaller,
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Name(name) => write!(f, "name {name:?}"),
            Query::CommandLine(pattern) => write!(f, "command line {:?}", pattern.text),
            Query::PidFile(path) => write!(f, "pidfile {path:?}"),
            Query::Port(port) => write!(f, "port {port}"),
            Query::UnixSocket(path) => write!(f, "socket {path:?}"),
            Query::Cgroup(path) => write!(f, "cgroup {path:?}"),
            Query::Unit(name) => write!(f, "unit {name:?}"),
            Query::ProcessGroup(group) => write!(f, "process group {group}"),
            Query::Service(name) => write!(f, "service {name:?}"),
        }
    }
}

/// Whom a query leaves out, though it describes him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spares {
    Nobody,
    /// The process that calls.
    OnlyCaller,
    /// And its ancestors.
    Ancestors,
}

/// What a command line must be like.
pub struct Pattern {
    text: String,
    matches: Box<dyn Fn(&str) -> bool + Send + Sync>,
}

impl Pattern {
    /// The command line has this text in it, as it is written here. An empty text is in none: it was meant to be another.
    ///
    /// ```
    /// use bowout::stop::{Pattern, Query};
    ///
    /// let query = Query::CommandLine(Pattern::containing("server.py --port 8080"));
    /// assert_eq!(query.to_string(), "command line \"server.py --port 8080\"");
    /// ```
    pub fn containing(text: impl Into<String>) -> Pattern {
        let text = text.into();
        let part = text.clone();
        Pattern::new(text, move |line| !part.is_empty() && line.contains(&part))
    }

    /// The command line satisfies this predicate, a regular expression for example. The text stands for it in messages.
    pub fn new(text: impl Into<String>, matches: impl Fn(&str) -> bool + Send + Sync + 'static) -> Pattern {
        Pattern {
            text: text.into(),
            matches: Box::new(matches),
        }
    }

    pub(super) fn matches(&self, line: &str) -> bool {
        (self.matches)(line)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}
