//! What is known of a process.

use std::fmt;

use crate::Signal;
use crate::stop::{ProcessId, Protection};

use super::{Relative, Request, Signals, State};

/// A process as [`inspect`](super::inspect()) found it. What the system does not tell is `None`, and [`untold`](Self::untold)
/// says why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// The process, with its start time where the system tells it.
    pub id: ProcessId,
    /// The name of its program.
    pub name: Option<String>,
    /// Its command line.
    pub command_line: Option<String>,
    /// What it is doing.
    pub state: Option<State>,
    /// Why it is not stopped unless that is asked for by name.
    pub protection: Option<Protection>,
    /// Its parent, that one's parent, and so on, as far as they can be seen.
    pub parents: Vec<Relative>,
    /// Everybody who comes from it, each behind its parent.
    pub descendants: Vec<Relative>,
    /// Its process group (Unix).
    pub group: Option<Group>,
    /// The number of the process that leads its session (Unix).
    pub session: Option<u32>,
    /// What it does about signals (Linux).
    pub signals: Option<Signals>,
    /// What only Linux has, or tells.
    pub linux: Option<Linux>,
    /// What only Windows has.
    pub windows: Option<Windows>,
    /// What would come of the requests to stop that this system knows: on Unix TERM, INT, HUP, QUIT, KILL, on Windows TERM,
    /// INT, BREAK, CLOSE, KILL.
    pub requests: Vec<Request>,
    /// What is not told, and why.
    pub untold: Vec<Untold>,
}

impl Inspection {
    /// What would come of one of the [requests](Inspection::requests).
    pub fn request(&self, signal: Signal) -> Option<&Request> {
        self.requests.iter().find(|request| request.signal == signal)
    }
}

/// A process group: whom `kill -- -GROUP` reaches, or a Ctrl-C at the terminal while it is in the foreground.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// Its number.
    pub id: u32,
    /// Who is in it besides the process.
    pub others: Vec<u32>,
}

/// What only Linux has, or tells ([proc(5)](https://man7.org/linux/man-pages/man5/proc.5.html)).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Linux {
    /// How many threads it has.
    pub threads: u32,
    /// Whether its first thread has ended, and others live on. `ps` calls such a process a zombie.
    pub first_thread_has_ended: bool,
    /// Its controlling terminal; `None` is that it has none.
    pub terminal: Option<Terminal>,
    /// Its cgroup, in the hierarchy of version 2, or else in that of systemd; `None` where there is neither, or it may not be
    /// seen.
    pub cgroup: Option<String>,
    /// Its numbers, from our pid namespace down to its own; the last is the one that it sees itself. One number is that it is
    /// in ours. Empty before Linux 4.1.
    pub namespace_pids: Vec<u32>,
    /// Its pid namespace, as `pid:[4026531836]`; `None` where we may not see it.
    pub namespace: Option<String>,
    /// The process that debugs it.
    pub tracer: Option<u32>,
}

impl Linux {
    /// Whether it is the first process of its pid namespace.
    pub fn is_pid_1(&self) -> bool {
        self.namespace_pids.last() == Some(&1)
    }
}

/// A controlling terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terminal {
    /// The device: `/dev/pts/3`; its numbers, `4:64`, where its name is not known.
    pub device: String,
    /// The process group that gets the keyboard's signals.
    pub foreground: Option<u32>,
}

/// What only Windows has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Windows {
    /// Its console; `None` where it is not told whether it has one.
    pub console: Option<Console>,
    /// Its top-level windows on this desktop, without those of consoles; `None` where they are not told.
    pub windows: Option<Vec<TopLevelWindow>>,
    /// Whether it listens to bowout's [cooperative event](crate::cooperative); `None` where we may not see that.
    pub cooperative_event: Option<bool>,
    /// The services that run in it; `None` where the manager does not tell.
    pub services: Option<Vec<String>>,
    /// Whether it is in a job
    /// ([IsProcessInJob](https://learn.microsoft.com/windows/win32/api/jobapi/nf-jobapi-isprocessinjob)). Which one, and who
    /// else is in it, Windows tells only those who hold a handle of the job.
    pub in_job: Option<bool>,
    /// The architecture that it was compiled for: `x86-64`, `x86`, `ARM64`, or the number that
    /// [Windows](https://learn.microsoft.com/windows/win32/sysinfo/image-file-machine-constants) gives it.
    pub architecture: Option<String>,
    /// Its integrity level.
    pub integrity: Option<Integrity>,
    /// The session of the user that it belongs to; services are in 0.
    pub session: Option<u32>,
}

/// The console of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Console {
    /// It has none.
    None,
    /// It has one, and shares it with these. A Ctrl-C reaches all of them in whom it is on.
    SharedWith(Vec<u32>),
}

/// A top-level window.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopLevelWindow {
    /// Its title, of which 255 units of UTF-16 at most.
    pub title: String,
    /// Whether it is shown, be it behind others or minimized.
    pub is_visible: bool,
}

/// An [integrity level](https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control): a process takes no
/// messages from one with a lower one. It holds the number that Windows has for it: 0x2000 is medium, 0x3000 high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Integrity(pub u32);

/// `low`, `medium`, `high`, `system`; one in between is called after the next lower one.
impl fmt::Display for Integrity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self.0 {
            ..0x1000 => "untrusted",
            0x1000..0x2000 => "low",
            0x2000..0x3000 => "medium",
            0x3000..0x4000 => "high",
            0x4000.. => "system",
        })
    }
}

/// Something that is not told.
///
/// Shown as `signalfds: Permission denied`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Untold {
    /// What.
    pub what: &'static str,
    /// Why.
    pub why: String,
}

impl Untold {
    pub(super) fn new(what: &'static str, why: impl fmt::Display) -> Untold {
        let why = why.to_string();
        Untold { what, why }
    }
}

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}
