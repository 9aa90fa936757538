//! What the child does between fork and exec, where it may make async-signal-safe calls only
//! ([signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html)).

use std::io;
use std::ops::Range;
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rustix::process::Pid;

use super::parent_death;

/// The signals that have names, of any system; behind them are the real-time ones.
const NAMED: Range<i32> = 1..32;
const REAL_TIME: Range<i32> = 32..129;

/// Beside the signals, which are always set right.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    /// To be killed when this process, its parent, is gone.
    pub(super) die_with: Option<Pid>,
    /// The `cgroup.procs` of the cgroup to enter.
    pub(super) enter: Option<RawFd>,
}

/// Spawns with an empty mask, default dispositions, and these steps.
///
/// The standard library resets SIGPIPE and passes the mask on; signals that are ignored go through exec by themselves. Where
/// there is nothing to set right, nothing is done in the child, and the standard library can take its faster way
/// (`posix_spawn`, which copies no page tables).
pub(super) fn spawn(command: &mut Command, steps: Steps) -> io::Result<Child> {
    if steps.die_with.is_none() && steps.enter.is_none() && !inherits_anything() {
        return command.spawn();
    }
    // The command keeps the closure for ever; if it is used again, the closure finds that its time is over.
    let armed = Arc::new(AtomicBool::new(true));
    let in_child = Arc::clone(&armed);
    // SAFETY: the closure reads memory that was there before the fork, and makes calls that are async-signal-safe.
    unsafe {
        command.pre_exec(move || {
            if in_child.load(Ordering::Relaxed) {
                steps.take()
            } else {
                Ok(())
            }
        })
    };
    // The handlers of this process live on in the child until its exec. A request to the child that came to one of them would
    // be lost; so it waits until they are gone.
    let blocked = AllBlocked::new();
    let child = command.spawn();
    drop(blocked);
    armed.store(false, Ordering::Relaxed);
    child
}

impl Steps {
    fn take(&self) -> io::Result<()> {
        for number in NAMED.chain(REAL_TIME) {
            // SAFETY: sigaction is plain data, for which all zeros is a value, and means the default.
            let default: libc::sigaction = unsafe { std::mem::zeroed() };
            // SAFETY: it reads the struct. It refuses KILL, STOP, what the C library keeps for itself, and what is no signal.
            unsafe { libc::sigaction(number, &default, std::ptr::null_mut()) };
        }
        if let Some(parent) = self.die_with {
            parent_death::ask(parent)?;
        }
        if let Some(entrance) = self.enter {
            // SAFETY: the descriptor was open at the fork, and the pointer is to one byte. The parent looks whether it worked.
            let _ = unsafe { libc::write(entrance, b"0".as_ptr().cast(), 1) };
        }
        let none = empty_set();
        // SAFETY: it reads the set.
        unsafe { libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut()) };
        Ok(())
    }
}

/// Whether a child would get a blocked or an ignored signal from this thread.
fn inherits_anything() -> bool {
    /// Nobody ignores one of these on purpose, and to ask for each costs more than all the rest of this. So what this process
    /// has inherited itself is looked for, once.
    static REAL_TIME_IGNORED: OnceLock<bool> = OnceLock::new();
    let mut mask = empty_set();
    // SAFETY: it writes the set, and changes nothing.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, std::ptr::null(), &mut mask) };
    // SAFETY: it reads the set.
    let is_blocked = |number| unsafe { libc::sigismember(&mask, number) } == 1;
    NAMED.chain(REAL_TIME).any(is_blocked)
        || NAMED.filter(|number| *number != libc::SIGPIPE).any(is_ignored)
        || *REAL_TIME_IGNORED.get_or_init(|| REAL_TIME.into_iter().any(is_ignored))
}

fn is_ignored(number: i32) -> bool {
    // SAFETY: sigaction is plain data, for which all zeros is a value.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: it writes the struct, and changes nothing. What is no signal is refused.
    let known = unsafe { libc::sigaction(number, std::ptr::null(), &mut action) } == 0;
    known && action.sa_sigaction == libc::SIG_IGN
}

fn empty_set() -> libc::sigset_t {
    // SAFETY: sigset_t is plain data, for which all zeros is a value.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: it writes the set.
    unsafe { libc::sigemptyset(&mut set) };
    set
}

/// Every signal is blocked in this thread, until it is dropped there.
struct AllBlocked {
    before: libc::sigset_t,
}

impl AllBlocked {
    fn new() -> AllBlocked {
        let (mut all, mut before) = (empty_set(), empty_set());
        // SAFETY: both calls write the sets that they are given.
        unsafe {
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut before);
        }
        AllBlocked { before }
    }
}

impl Drop for AllBlocked {
    fn drop(&mut self) {
        // SAFETY: it reads the set.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, std::ptr::null_mut()) };
    }
}
