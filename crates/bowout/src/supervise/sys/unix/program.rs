//! The start of the main process.

use std::ffi::{CString, OsStr, OsString, c_char};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::Ordering;

use libc::{c_int, sigset_t};
use rustix::process::Pid;

use super::fork;
use super::page::Page;
use super::session;
use super::signals;
use super::terminal::Seat;

/// A program to be executed, with all that is needed for it in place: behind the fork nothing may be allocated.
pub(super) struct Program {
    args: Vec<CString>,
    /// Points into `args`, and ends with a null pointer.
    pointers: Vec<*const c_char>,
    seat: Seat,
    takes_foreground: bool,
    /// What it gets when its parent is gone.
    death_signal: Option<c_int>,
    mask: sigset_t,
    handled: Vec<c_int>,
    page: Page,
}

impl Program {
    pub(super) fn new(
        program: &OsStr,
        args: &[OsString],
        seat: Seat,
        death_signal: Option<c_int>,
        page: Page,
    ) -> io::Result<Program> {
        let args = std::iter::once(program).chain(args.iter().map(OsString::as_os_str));
        let args = args
            .map(|arg| CString::new(arg.as_bytes()))
            .collect::<Result<Vec<_>, _>>()?;
        let pointers = args.iter().map(|arg| arg.as_ptr()).chain([std::ptr::null()]).collect();
        Ok(Program {
            args,
            pointers,
            seat,
            takes_foreground: seat.is_in_foreground(),
            death_signal,
            mask: signals::before(),
            handled: signals::handled(),
            page,
        })
    }

    /// Starts it as a child of this process. That it cannot be executed is told by its exit status (127 or 126) and
    /// [`Shared::errno`](super::page::Shared::errno).
    pub(super) fn start(&self) -> io::Result<Pid> {
        fork::and_exec(self)
    }

    /// In the child: becomes the program. Async-signal-safe, and may share the memory of the parent, which stands still.
    pub(super) fn execute(&self) -> ! {
        // SAFETY: all of these take numbers, and structs that are whole; none allocates.
        unsafe {
            if self.seat == Seat::Session {
                libc::setsid();
                session::take_terminal();
            } else if self.seat.has_own_group() {
                libc::setpgid(0, 0);
            }
            if self.takes_foreground {
                // SIGTTOU, which a background process gets for it, is blocked.
                libc::tcsetpgrp(libc::STDIN_FILENO, libc::getpid());
            }
            if let Some(signal) = self.death_signal {
                fork::die_with_parent(signal);
            }
            let default: libc::sigaction = std::mem::zeroed();
            for number in self.handled.iter().chain(&[libc::SIGPIPE]) {
                libc::sigaction(*number, &default, std::ptr::null_mut());
            }
            libc::sigprocmask(libc::SIG_SETMASK, &self.mask, std::ptr::null_mut());
        }
        // SAFETY: the pointers are to strings that `self.args` holds, and end with a null pointer.
        unsafe { libc::execvp(self.args[0].as_ptr(), self.pointers.as_ptr()) };
        let errno = io::Error::last_os_error().raw_os_error().unwrap_or(libc::ENOEXEC);
        self.page.errno.store(errno, Ordering::SeqCst);
        crate::sys::end::at_once(if errno == libc::ENOENT { 127 } else { 126 })
    }
}
