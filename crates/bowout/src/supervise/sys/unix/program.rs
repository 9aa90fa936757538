//! The start of the main process.

use std::ffi::{CString, OsStr, OsString, c_char};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::Ordering;

use libc::{c_int, sigset_t};
use rustix::process::Pid;

use super::fork;
use super::page::Page;
use super::ready::Gift;
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
    gift: Option<Gift>,
    page: Page,
}

impl Program {
    pub(super) fn new(
        program: &OsStr,
        args: &[OsString],
        seat: Seat,
        death_signal: Option<c_int>,
        gift: Option<Gift>,
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
            gift,
            page,
        })
    }

    /// Starts it as a child of this process, and returns when it is the program, or has ended because it cannot be: that is
    /// told by its exit status (127 or 126) and [`Shared::errno`](super::page::Shared::errno).
    pub(super) fn start(&self) -> io::Result<Pid> {
        let main = fork::and_exec(self)?;
        self.page.has_begun.store(1, Ordering::SeqCst);
        Ok(main)
    }

    /// Gives away what only the main process is to have: once it runs, nobody else keeps its descriptor open.
    pub(super) fn give_up(&mut self) {
        self.gift = None;
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
            if let Some(gift) = &self.gift {
                give(gift);
            }
            let default: libc::sigaction = std::mem::zeroed();
            for number in self.handled.iter().chain(&[libc::SIGPIPE]) {
                libc::sigaction(*number, &default, std::ptr::null_mut());
            }
            // Said by itself: a guard that is killed at this moment says nothing any more.
            self.page.main.store(libc::getpid(), Ordering::SeqCst);
            libc::sigprocmask(libc::SIG_SETMASK, &self.mask, std::ptr::null_mut());
        }
        // SAFETY: the pointers are to strings that `self.args` holds, and end with a null pointer.
        unsafe { libc::execvp(self.args[0].as_ptr(), self.pointers.as_ptr()) };
        let errno = io::Error::last_os_error().raw_os_error().unwrap_or(libc::ENOEXEC);
        self.page.errno.store(errno, Ordering::SeqCst);
        crate::sys::end::at_once(if errno == libc::ENOENT { 127 } else { 126 })
    }
}

/// Puts the descriptor where the program will look for it, and has it stay there. Async-signal-safe.
fn give(gift: &Gift) {
    let descriptor = gift.descriptor.as_raw_fd();
    // SAFETY: both calls take numbers.
    unsafe {
        // That it is there already means that it was opened with this number, to be closed by what comes.
        if descriptor == gift.number {
            libc::fcntl(descriptor, libc::F_SETFD, 0);
        } else {
            libc::dup2(descriptor, gift.number);
        }
    }
}
