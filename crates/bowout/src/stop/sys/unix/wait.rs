//! Sleeping until one of many processes exits.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(feature = "tokio")]
use tokio::io::{Interest, unix::AsyncFd};

use super::super::Watching;
use super::Process;
use super::handle::Waits;

/// How often a process is looked at where the system offers nothing to wait on: a Linux kernel before 5.3 (or a sandbox that
/// forbids pidfd), illumos.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How often those are looked at who wait for room among the watched, and how many of them at a time.
const LOOK_LATER_EVERY: Duration = Duration::from_secs(1);
const LOOK_LATER_AT: usize = 256;

/// Sleeps until a process exits, somebody wakes it, or the time is up.
#[derive(Debug)]
pub(in crate::stop) struct Waiter {
    waits: Waits,
    bell: UnixStream,
    watched: HashMap<usize, Arc<Process>>,
    looked_at: Vec<(usize, Arc<Process>)>,
    /// Those for whom there is no room yet among the watched.
    later: VecDeque<(usize, Arc<Process>)>,
    /// When some of those were looked at last.
    looked_later: Instant,
    #[cfg(feature = "tokio")]
    task: Option<AsyncFd<std::os::fd::OwnedFd>>,
}

/// Ends the sleep of its [`Waiter`], from any thread.
#[derive(Debug)]
pub(in crate::stop) struct Waker {
    rope: UnixStream,
}

impl Waker {
    pub(in crate::stop) fn wake(&self) {
        // Full means that it has been rung and not heard yet; closed means that nobody waits any more.
        let _ = (&self.rope).write(&[1]);
    }
}

impl Waiter {
    pub(in crate::stop) fn new() -> io::Result<(Waiter, Waker)> {
        let (bell, rope) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        rope.set_nonblocking(true)?;
        let waiter = Waiter {
            waits: Waits::new(bell.as_fd())?,
            bell,
            watched: HashMap::new(),
            looked_at: Vec::new(),
            later: VecDeque::new(),
            looked_later: Instant::now(),
            #[cfg(feature = "tokio")]
            task: None,
        };
        Ok((waiter, Waker { rope }))
    }

    /// Has the process watched; its exit is told under this number.
    pub(in crate::stop) fn watch(&mut self, member: usize, process: Arc<Process>) -> io::Result<()> {
        self.later.push_back((member, process));
        Ok(())
    }

    /// Sleeps until one of the processes exits, a waker rings, or the moment has come; `None` never comes. Gives the numbers
    /// of those that have exited, each once. It may wake early.
    pub(in crate::stop) fn wait(&mut self, until: Option<Instant>) -> io::Result<Vec<usize>> {
        let mut exited = self.take_in()?;
        let mut timeout = until.map(|until| until.saturating_duration_since(Instant::now()));
        if !exited.is_empty() {
            timeout = Some(Duration::ZERO);
        } else if let Some(pause) = self.look_every() {
            timeout = Some(timeout.map_or(pause, |timeout| timeout.min(pause)));
        }
        let told = self.waits.wait(timeout)?;
        exited.extend(told.into_iter().filter(|member| self.watched.remove(member).is_some()));
        let mut bytes = [0; 16];
        while matches!((&self.bell).read(&mut bytes), Ok(1..)) {}
        let mut is_there = |(member, process): &(usize, Arc<Process>)| {
            let gone = process.has_exited();
            exited.extend(gone.then_some(*member));
            !gone
        };
        self.looked_at.retain(&mut is_there);
        if self.watched.is_empty() {
            // Nobody's exit will make room for them.
            self.later.retain(is_there);
        } else if self.looked_later.elapsed() >= LOOK_LATER_EVERY {
            for _ in 0..self.later.len().min(LOOK_LATER_AT) {
                // The others have their turn first.
                let waits_on = self.later.pop_front().filter(&mut is_there);
                self.later.extend(waits_on);
            }
            self.looked_later = Instant::now();
        }
        Ok(exited)
    }

    /// The same for a task, which then calls [`wait`](Waiter::wait) to hear who has exited. It may wake early.
    #[cfg(feature = "tokio")]
    pub(in crate::stop) async fn wait_async(&mut self, until: Option<Instant>) -> io::Result<()> {
        let look = self.look_every().map(|pause| Instant::now() + pause);
        let task = match &mut self.task {
            Some(task) => task,
            task => {
                let pollable = self.waits.pollable().try_clone_to_owned()?;
                // SAFETY: an `OwnedFd` stays the same descriptor, and open, for as long as it is there.
                task.insert(unsafe { AsyncFd::register_with_interest(pollable, Interest::READABLE)? })
            }
        };
        let readable = async {
            // Forgotten before it is read: what comes after that is told anew.
            task.readable().await?.clear_ready();
            Ok(())
        };
        match until.into_iter().chain(look).min() {
            Some(until) => tokio::time::timeout_at(until.into(), readable).await.unwrap_or(Ok(())),
            None => readable.await,
        }
    }

    /// How often there is somebody to be looked at, of whose exit nobody will tell.
    fn look_every(&self) -> Option<Duration> {
        if !self.looked_at.is_empty() || self.watched.is_empty() && !self.later.is_empty() {
            return Some(LOOK_EVERY);
        }
        (!self.later.is_empty()).then_some(LOOK_LATER_EVERY)
    }

    /// Has as many watched as there is room for, and gives those that have exited already.
    fn take_in(&mut self) -> io::Result<Vec<usize>> {
        let mut exited = Vec::new();
        while let Some((member, process)) = self.later.pop_front() {
            match self.waits.add(member, &process.handle)? {
                Watching::Watched => {
                    self.watched.insert(member, process);
                }
                Watching::Look => self.looked_at.push((member, process)),
                Watching::Exited => exited.push(member),
                Watching::Later => {
                    self.later.push_front((member, process));
                    break;
                }
            }
        }
        Ok(exited)
    }
}
