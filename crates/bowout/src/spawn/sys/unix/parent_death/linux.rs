//! Linux: `PR_SET_PDEATHSIG` ([PR_SET_PDEATHSIG(2const)](https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html)).
//!
//! It fires when the *thread* ends that has forked, so that thread must be one that lasts: the main thread, with which the
//! process ends, or one that is kept for this.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, getpid, getppid, set_parent_process_death_signal};
use rustix::thread::gettid;

use crate::spawn::ParentDeath;

pub(in super::super) const SCOPE: ParentDeath = ParentDeath::Child;

/// In the child: to be killed when its parent is gone.
pub(in super::super) fn ask(parent: Pid) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // It was perhaps gone before; then nothing comes any more. A parent in another pid namespace has no number here.
    match getppid() {
        Some(now) if now != parent => Err(Errno::SRCH.into()),
        _ => Ok(()),
    }
}

type Work = Box<dyn FnOnce() + Send>;

/// Runs it on a thread that lasts as long as the process.
pub(in super::super) fn on_lasting_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    if gettid() == getpid() {
        return Ok(work());
    }
    /// The thread, and the process that it is in: a fork leaves it behind.
    static THREAD: Mutex<Option<(Pid, Sender<Work>)>> = Mutex::new(None);
    let mut thread = THREAD.lock().unwrap_or_else(PoisonError::into_inner);
    let (answer, answered) = channel();
    let mut work: Work = Box::new(move || drop(answer.send(work())));
    if let Some((process, sender)) = &*thread {
        if *process == getpid() {
            match sender.send(work) {
                Ok(()) => return received(answered.recv()),
                Err(unsent) => work = unsent.0,
            }
        }
    }
    let (sender, works) = channel::<Work>();
    std::thread::Builder::new().name("bowout-spawn".into()).spawn(move || {
        for work in works {
            work();
        }
    })?;
    // Its receiver lives in a thread that waits for this.
    let _ = sender.send(work);
    *thread = Some((getpid(), sender));
    received(answered.recv())
}

/// There is no answer if the standard library has panicked.
fn received<T, E>(answer: Result<T, E>) -> io::Result<T> {
    answer.map_err(|_| io::Error::other("the thread that starts children has panicked"))
}
