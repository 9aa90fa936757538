//! macOS and the BSDs: a kqueue that waits for the exit of one process
//! ([kqueue(2)](https://man.freebsd.org/cgi/man.cgi?query=kqueue), `EVFILT_PROC`).

use std::os::fd::OwnedFd;

use rustix::event::kqueue::{Event, EventFilter, EventFlags, ProcessEvents, kevent, kqueue};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::process::Pid;

/// A descriptor that means the process which has this number now, and becomes readable when it has exited. It is closed on
/// exec, and not inherited by a fork.
pub(crate) fn descriptor(pid: Pid) -> Result<OwnedFd, Errno> {
    let queue = kqueue()?;
    fcntl_setfd(&queue, FdFlags::CLOEXEC)?;
    let filter = EventFilter::Proc {
        pid,
        flags: ProcessEvents::EXIT,
    };
    let exit = Event::new(filter, EventFlags::ADD, std::ptr::null_mut());
    let mut none: [Event; 0] = [];
    // SAFETY: the event names a process, and no descriptor that would have to stay open.
    unsafe { kevent(&queue, &[exit], &mut none, None) }?;
    Ok(queue)
}
