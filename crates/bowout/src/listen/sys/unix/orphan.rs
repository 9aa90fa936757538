//! Standard input that is closed, and a parent that is gone: one thread, which sleeps in poll(2) until the kernel tells.

use std::io::{self, IsTerminal};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, fstat};
use rustix::io::{Errno, fcntl_dupfd_cloexec, ioctl_fionread};
use rustix::process::{Pid, getppid};

use super::super::super::request::Trigger;
use super::{Pollable, thread};
use crate::sys::exit;

/// What is watched.
pub(in super::super::super) struct Sources {
    pub(in super::super::super) stdin: Option<Stdin>,
    pub(in super::super::super) parent: Option<Parent>,
}

/// How often is looked where the kernel does not tell.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Keeps the watch until `end` is lit.
pub(in super::super::super) fn spawn_orphan_watch(
    sources: Sources,
    end: Pollable,
    tell: impl Fn(Trigger) + Send + Sync + 'static,
) -> io::Result<()> {
    thread::spawn_deaf("bowout-orphan", move || watch(sources, &end, tell))
}

fn watch(mut sources: Sources, end: &Pollable, tell: impl Fn(Trigger)) {
    let mut early = false;
    loop {
        if sources.parent.as_ref().is_some_and(Parent::is_gone) {
            sources.parent = None;
            tell(Trigger::ParentGone);
        }
        if sources.stdin.as_mut().is_some_and(|stdin| stdin.is_at_end(early)) {
            sources.stdin = None;
            tell(Trigger::StdinClosed);
        }
        let timeout = match &sources {
            Sources { stdin: Some(stdin), .. } if stdin.resting => Some(stdin.pause),
            Sources {
                parent: Some(Parent::Number(_)),
                ..
            } => Some(LOOK_EVERY),
            _ => None,
        };
        let mut watched = vec![PollFd::new(end, PollFlags::IN)];
        if let Some(Parent::Exit(exit)) = &sources.parent {
            watched.push(PollFd::new(exit, PollFlags::IN));
        }
        if let Some(stdin) = sources.stdin.as_ref().filter(|stdin| !stdin.resting) {
            watched.push(PollFd::new(&stdin.copy, HANGUP));
        }
        let began = Instant::now();
        let limit = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        match poll(&mut watched, limit.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            // No memory, say: not for ever, and no reason to spin.
            Err(_) => std::thread::sleep(LOOK_EVERY),
        }
        if !watched[0].revents().is_empty() {
            return;
        }
        early = timeout.is_none_or(|timeout| began.elapsed() < timeout);
    }
}

/// What poll(2) says of a descriptor from which no more will come than is there; of a socket also where the peer has only
/// closed its writing half ([poll(2)](https://man7.org/linux/man-pages/man2/poll.2.html)).
#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "illumos"
))]
const HANGUP: PollFlags = PollFlags::HUP.union(PollFlags::RDHUP);
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "illumos"
)))]
const HANGUP: PollFlags = PollFlags::HUP;

/// Standard input, of which nothing is taken: the program reads it.
pub(in super::super::super) struct Stdin {
    /// The program may close its own, or put something else in its place.
    copy: OwnedFd,
    /// It was hung up while there was still something to be read, which nobody tells the end of: it is looked at again after
    /// a pause, which grows.
    resting: bool,
    pause: Duration,
}

enum State {
    Open,
    HungUpUnread,
    AtEnd,
}

impl Stdin {
    const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
    const LONGEST_PAUSE: Duration = Duration::from_secs(1);

    pub(in super::super::super) fn open() -> Result<Stdin, String> {
        // Above the three that have a meaning, whichever of them are closed.
        let copy = fcntl_dupfd_cloexec(io::stdin(), libc::STDERR_FILENO + 1).map_err(|error| match error {
            Errno::BADF => "standard input is closed already".to_owned(),
            error => format!("standard input cannot be watched: {error}"),
        })?;
        let kind = fstat(&copy).map(|stat| FileType::from_raw_mode(stat.st_mode));
        let may_close = matches!(kind, Ok(FileType::Fifo | FileType::Socket)) || copy.is_terminal();
        if !may_close {
            return Err(
                "standard input is a file or a device, which nobody closes; a pipe, a socket, a terminal is".into(),
            );
        }
        // macOS does not watch every terminal.
        if ready(&copy, HANGUP).contains(PollFlags::NVAL) {
            return Err("standard input is of a kind that poll(2) does not watch here".into());
        }
        Ok(Stdin {
            copy,
            resting: false,
            pause: Duration::ZERO,
        })
    }

    /// Whether it is closed and read to its end. If not, decides how to wait for that. `early`: something cut the last wait
    /// short; if that was not the end, it may do so again at once. On macOS whatever is there to be read does, on a socket an
    /// error that nobody has fetched.
    fn is_at_end(&mut self, early: bool) -> bool {
        match self.state() {
            State::AtEnd => return true,
            State::Open if !early => {
                if !self.resting {
                    self.pause = Duration::ZERO;
                }
                self.resting = false;
            }
            State::Open | State::HungUpUnread => {
                self.pause = (self.pause * 2).clamp(Stdin::SHORTEST_PAUSE, Stdin::LONGEST_PAUSE);
                self.resting = true;
            }
        }
        false
    }

    fn state(&self) -> State {
        if !ready(&self.copy, HANGUP).intersects(HANGUP) {
            return State::Open;
        }
        // Only now: what came before the end is there. A terminal that was hung up refuses to tell, and has nothing.
        match ioctl_fionread(&self.copy) {
            Ok(0) | Err(_) => State::AtEnd,
            Ok(_) => State::HungUpUnread,
        }
    }
}

/// The process that started this one.
pub(in super::super::super) enum Parent {
    /// The descriptor that becomes readable when it has exited.
    Exit(OwnedFd),
    /// Its number, which getppid(2) gives for as long as it lives.
    Number(Pid),
    Gone,
}

impl Parent {
    pub(in super::super::super) fn open() -> Result<Parent, String> {
        let Some(parent) = getppid() else {
            return Err(
                "the parent is in another pid namespace, as that of PID 1 of a container: it cannot be seen".into(),
            );
        };
        if parent == Pid::INIT {
            return Err(
                "the parent is PID 1, which does not end before the system or the container does; it may have \
                taken this process over from a parent that was gone before the program listened"
                    .into(),
            );
        }
        let watched = match exit::descriptor(parent) {
            Ok(exit) => Parent::Exit(exit),
            Err(Errno::SRCH) => Parent::Gone,
            // An old kernel, a sandbox, no descriptor left.
            Err(_) => Parent::Number(parent),
        };
        // If it was the parent's number all the time, it was the parent that was opened.
        let still = getppid() == Some(parent);
        Ok(if still { watched } else { Parent::Gone })
    }

    fn is_gone(&self) -> bool {
        match self {
            Parent::Exit(exit) => !ready(exit, PollFlags::IN).is_empty(),
            Parent::Number(parent) => getppid() != Some(*parent),
            Parent::Gone => true,
        }
    }
}

/// What poll(2) says at once.
fn ready(fd: &OwnedFd, events: PollFlags) -> PollFlags {
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut watched = [PollFd::new(fd, events)];
    match poll(&mut watched, Some(&at_once)) {
        Ok(_) => watched[0].revents(),
        Err(_) => PollFlags::empty(),
    }
}
