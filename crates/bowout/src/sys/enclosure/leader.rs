//! The child that leads a group, and whether its number is still its own.
//!
//! A group is asked by number, and the number is that of its leader. It stays reserved while anybody is in the group *or* the
//! leader has not been reaped; when neither holds, the next process may get it, and with it whatever is sent. So one rule:
//! nothing goes by number to a group whose leader has been reaped.
//!
//! - **Where the system signals a group by descriptor** (Linux 6.9) the rule costs nothing: the descriptor means this group
//!   for ever, and the leader is reaped as soon as somebody learns of its exit.
//! - **Elsewhere** learning of the exit reaps nobody (`WNOWAIT`); the leader stays a zombie until the group is empty, or until
//!   nobody holds the child any more.
//!
//! Asking and reaping take the same lock, so no reaping falls between the look and the signal. Waiting takes it only for the
//! moment of each look: who sleeps, sleeps on the descriptor, and holds nobody up.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, waitpid};

use crate::sys::exit;

use super::group;

/// How often is looked where the system offers nothing to wait on.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A child of ours that leads a group of its own.
#[derive(Debug)]
pub(crate) struct Leader {
    pid: Pid,
    /// Opened when it is first needed: it costs a good part of what a spawn does, and many never wait.
    exit: OnceLock<OwnedFd>,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// As far as we have looked.
    Running,
    /// A zombie: the number is still its own.
    #[cfg_attr(
        any(target_os = "openbsd", target_os = "netbsd"),
        expect(dead_code, reason = "there, learning of the exit reaps")
    )]
    Exited(ExitStatus),
    /// The number may be anybody's.
    Reaped(ExitStatus),
}

impl Leader {
    /// The caller has just started it, and nobody else waits for it.
    pub(crate) fn new(pid: Pid) -> Leader {
        Leader {
            pid,
            exit: OnceLock::new(),
            state: Mutex::new(State::Running),
        }
    }

    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    /// What becomes readable when it exits; `None` where there is no such thing, or none to be had any more.
    pub(crate) fn pollable(&self) -> Option<BorrowedFd<'_>> {
        match self.exit.get() {
            Some(exit) => Some(exit.as_fd()),
            None => self.open(&self.state()),
        }
    }

    /// The state is that of the lock, so the number is still its own when it is opened.
    fn open(&self, state: &State) -> Option<BorrowedFd<'_>> {
        if self.exit.get().is_none() && !matches!(state, State::Reaped(_)) {
            let exit = exit::descriptor(self.pid).ok()?;
            // Others may have reaped it before that. Looked at afterwards, it tells for before as well.
            if is_our_child(self.pid) {
                let _ = self.exit.set(exit);
            }
        }
        self.exit.get().map(AsFd::as_fd)
    }

    /// How it ended, if it has.
    pub(crate) fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        self.look(&mut self.state())
    }

    /// The same, when it has, or when the moment has come; `None` never comes.
    pub(crate) fn wait_until(&self, until: Option<Instant>) -> io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(Some(status));
            }
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Ok(None);
            }
            if self.sleep(left)? && self.try_wait()?.is_none() {
                // Readable, and yet not ours to fetch: a debugger is told first, and keeps it as long as it likes.
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }

    /// Sleeps until it has exited, or for so long; tells which, as far as the descriptor knows.
    fn sleep(&self, left: Option<Duration>) -> io::Result<bool> {
        let Some(exit) = self.pollable() else {
            std::thread::sleep(left.map_or(LOOK_EVERY, |left| left.min(LOOK_EVERY)));
            return Ok(false);
        };
        // What is too long for a timespec is without end.
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        match poll(&mut [PollFd::from_borrowed_fd(exit, PollFlags::IN)], left.as_ref()) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Has the number used while it is the leader's own, be it alive or a zombie; `None` where it is not any more.
    pub(crate) fn with_number<T>(&self, using: impl FnOnce(Pid) -> T) -> Option<T> {
        let state = self.state();
        (!matches!(*state, State::Reaped(_)) && is_our_child(self.pid)).then(|| using(self.pid))
    }

    /// Asks everybody in the group at once; `ESRCH` where nobody is left.
    pub(super) fn signal_group(&self, number: i32) -> io::Result<()> {
        let by_descriptor = self.pollable().and_then(|fd| group::signal(fd, number));
        by_descriptor
            .or_else(|| self.with_number(|pid| kill_group(pid, number)))
            .unwrap_or_else(|| Err(Errno::SRCH.into()))
    }

    /// Whether its number still means its group and no other. Whoever has read something by that number asks afterwards.
    pub(crate) fn owns_group(&self) -> bool {
        match self.pollable().and_then(|fd| group::signal(fd, 0)) {
            Some(Err(error)) => error.raw_os_error() != Some(libc::ESRCH),
            Some(Ok(())) => true,
            None => self.with_number(|_| ()).is_some(),
        }
    }

    fn look(&self, state: &mut State) -> io::Result<Option<ExitStatus>> {
        if let State::Running = *state {
            match fetch(self.pid)? {
                None => return Ok(None),
                Some(fetched) => *state = fetched,
            }
        }
        match *state {
            State::Running => Ok(None),
            State::Reaped(status) => Ok(Some(status)),
            State::Exited(status) => {
                if self.group_needs_no_number(state) {
                    reap(self.pid);
                    *state = State::Reaped(status);
                }
                Ok(Some(status))
            }
        }
    }

    /// Asked of a leader that has exited and was not reaped.
    fn group_needs_no_number(&self, state: &State) -> bool {
        self.open(state).is_some_and(|fd| group::signal(fd, 0).is_some())
            || group::members(self.pid).is_ok_and(|members| members.is_empty())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody can ask the group by us any more, so the zombie has done its duty.
impl Drop for Leader {
    fn drop(&mut self) {
        if let State::Exited(_) = *self.state() {
            reap(self.pid);
        }
    }
}

/// How a child has ended, without taking that away.
#[cfg(not(any(target_os = "openbsd", target_os = "netbsd")))]
fn fetch(pid: Pid) -> io::Result<Option<State>> {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let ended = match waitid(WaitId::Pid(pid), options) {
        Ok(ended) => ended,
        Err(Errno::INTR) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(ended.map(|ended| {
        // The status of wait(2), of which waitid(2) gives the parts.
        let core = if ended.dumped() { 0x80 } else { 0 };
        let code = ended.exit_status().map(|code| (code & 0xFF) << 8);
        let status = code.or(ended.terminating_signal().map(|signal| signal | core));
        State::Exited(ExitStatus::from_raw(status.unwrap_or_default()))
    }))
}

/// `rustix` has no `waitid` for these two, or not its answer: learning of the exit reaps, and the group gets nothing more.
#[cfg(any(target_os = "openbsd", target_os = "netbsd"))]
fn fetch(pid: Pid) -> io::Result<Option<State>> {
    match waitpid(Some(pid), WaitOptions::NOHANG) {
        Ok(ended) => Ok(ended.map(|(_, status)| State::Reaped(ExitStatus::from_raw(status.as_raw())))),
        Err(Errno::INTR) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Somebody who waits for every child, or a SIGCHLD that is ignored, reaps behind our back; the number is nobody's then.
#[cfg(not(any(target_os = "openbsd", target_os = "netbsd")))]
fn is_our_child(pid: Pid) -> bool {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(pid), options), Err(Errno::CHILD))
}

/// There is no look that takes nothing away.
#[cfg(any(target_os = "openbsd", target_os = "netbsd"))]
fn is_our_child(_: Pid) -> bool {
    true
}

/// Of a child that is known to have exited.
fn reap(pid: Pid) {
    // It can fail only if somebody else has reaped it, and then there is nothing left to do.
    let _ = waitpid(Some(pid), WaitOptions::NOHANG);
}

fn kill_group(leader: Pid, number: i32) -> io::Result<()> {
    // SAFETY: kill(2) takes two integers and touches no memory of ours. A `Pid` is above 0, and that of a child is not 1.
    match unsafe { libc::kill(-leader.as_raw_nonzero().get(), number) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
