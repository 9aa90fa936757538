//! Waiting for many processes at once: one kqueue for all, which needs no descriptor for each.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::kqueue::{Event, EventFilter, EventFlags, ProcessEvents, kevent, kqueue};
use rustix::io::{Errno, FdFlags, fcntl_setfd};

use super::super::super::Watching;
use super::Handle;

#[derive(Debug)]
pub(in super::super) struct Waits {
    queue: OwnedFd,
}

/// How many exits are taken at a time.
const AT_A_TIME: usize = 256;

impl Waits {
    /// The bell must stay open for as long as this is there.
    pub(in super::super) fn new(bell: BorrowedFd<'_>) -> io::Result<Waits> {
        let queue = kqueue()?;
        fcntl_setfd(&queue, FdFlags::CLOEXEC)?;
        let waits = Waits { queue };
        let rung = EventFilter::Read(bell.as_raw_fd());
        waits.register(&Event::new(rung, EventFlags::ADD, std::ptr::null_mut()))?;
        Ok(waits)
    }

    /// What becomes readable when [`wait`](Waits::wait) would return at once.
    #[cfg(feature = "tokio")]
    pub(in super::super) fn pollable(&self) -> BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.queue)
    }

    /// Has the process watched.
    pub(in super::super) fn add(&self, member: usize, handle: &Handle) -> io::Result<Watching> {
        let exit = EventFilter::Proc {
            pid: handle.pid,
            flags: ProcessEvents::EXIT,
        };
        let data = std::ptr::without_provenance_mut(member);
        match self.register(&Event::new(exit, EventFlags::ADD | EventFlags::ONESHOT, data)) {
            // The registration holds on to the process. If it is not the one that was meant, that one is gone.
            Ok(()) if handle.has_exited() => Ok(Watching::Exited),
            Ok(()) => Ok(Watching::Watched),
            Err(Errno::SRCH) => Ok(Watching::Exited),
            // Another user's, on some of these systems.
            Err(Errno::PERM | Errno::ACCESS) => Ok(Watching::Look),
            Err(error) => Err(error.into()),
        }
    }

    fn register(&self, event: &Event) -> Result<(), Errno> {
        let mut none: [Event; 0] = [];
        // SAFETY: the event names a process, or the bell, which stays open for as long as the queue.
        unsafe { kevent(&self.queue, std::slice::from_ref(event), &mut none, None) }.map(|_| ())
    }

    /// Sleeps until one of the watched exits, the bell rings, or the time is up; `None` never is. It may wake early.
    pub(in super::super) fn wait(&self, timeout: Option<Duration>) -> io::Result<Vec<usize>> {
        let mut events = Vec::with_capacity(AT_A_TIME);
        // SAFETY: no change is made.
        let answer = unsafe { kevent(&self.queue, &[], spare_capacity(&mut events), timeout) };
        match answer {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let exits = events.iter().filter_map(|event| match event.filter() {
            EventFilter::Proc { .. } => Some(event.udata().addr()),
            _ => None,
        });
        Ok(exits.collect())
    }
}
