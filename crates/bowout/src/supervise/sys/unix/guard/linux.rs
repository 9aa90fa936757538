//! The guard: a process between this one and the tree, which ends the tree when this one is killed.
//!
//! Orphans go to the nearest adopter above them. With nobody in between, they would leave for process 1 in the moment in which
//! this process dies, and whoever has left the main process's session could not be told from a stranger any more. So the guard
//! adopts them. It does nothing else: it reaps, and wakes its parent when the main process stops. When the main process ends, it
//! ends too, *without* reaping it: the zombie and whoever else is left go to this process, which adopts as well. So the number of
//! the main process is its own as long as this process needs it, and signals go to it directly.
//!
//! The guard of a guard is its parent: a guard that is killed leaves everybody to this process.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rustix::process::{Pid, WaitId, WaitIdOptions, WaitOptions, getpid, getppid, waitid, waitpid};

use super::super::super::core::{Core, Settings};
use super::page::Page;
use super::parent::{Main, Orphans, Parent};
use super::program::Program;
use super::ready::Ready;
use super::terminal::Seat;
use super::{fork, kill, wait};

pub(super) const EXISTS: bool = true;
pub(super) const PARENT_DEATH_IS_TOLD: bool = true;

/// Starts the guard, which starts the program.
pub(super) fn start(
    program: &mut Program,
    settings: &Settings,
    seat: Seat,
    page: Page,
    ready: &mut Option<Ready>,
) -> io::Result<Pid> {
    let parent = getpid();
    // SAFETY: this process has one thread, as the room says it must, so that its copy may do whatever a process may. It does
    // not return.
    match unsafe { libc::fork() } {
        0 => {
            // Its copy: what is said goes to its parent, and nowhere once that is gone.
            *ready = None;
            Guard { parent, page }.serve(program, settings, seat)
        }
        pid => Pid::from_raw(pid.max(0)).ok_or_else(io::Error::last_os_error),
    }
}

/// Whether it is stopped at this moment: what the guard tells of it may be over by now.
pub(super) fn is_stopped(main: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", main.as_raw_nonzero()));
    // The state stands behind the name, which may have anything in it but the last parenthesis
    // ([proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)).
    stat.is_ok_and(|stat| {
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with(['T', 't']))
    })
}

struct Guard {
    parent: Pid,
    page: Page,
}

impl Guard {
    fn serve(&self, program: &mut Program, settings: &Settings, seat: Seat) -> ! {
        // SIGCHLD wakes it, and says nothing by itself.
        fork::die_with_parent(libc::SIGCHLD);
        let _ = crate::spawn::become_subreaper();
        let main = match program.start() {
            Ok(main) => main,
            Err(error) => {
                let errno = error.raw_os_error().unwrap_or(libc::EAGAIN);
                self.page.errno.store(errno, Ordering::SeqCst);
                crate::sys::end::at_once(1)
            }
        };
        program.give_up();
        kill(self.parent, libc::SIGCHLD);
        while getppid() == Some(self.parent) {
            self.reap(main);
            wait::next(None);
        }
        let mut core = Core::new(settings.clone(), Instant::now());
        let order = core.parent_gone(Instant::now());
        Parent::new(core, Main::Ours(main), seat, self.page, Orphans::ComeHere, None, None).run(order, &mut |_| {});
        crate::sys::end::at_once(1)
    }

    /// Looks at everybody who has ended or changed.
    fn reap(&self, main: Pid) {
        while let Some((pid, has_ended)) = look() {
            match (pid == main, has_ended) {
                (true, Ended::Yes) => crate::sys::end::at_once(0),
                (true, Ended::No) => {
                    let changes = WaitIdOptions::STOPPED | WaitIdOptions::CONTINUED | WaitIdOptions::NOHANG;
                    if let Ok(Some(change)) = waitid(WaitId::Pid(main), changes) {
                        self.page.is_stopped.store(change.stopped().into(), Ordering::SeqCst);
                        kill(self.parent, libc::SIGCHLD);
                    }
                }
                (false, _) => {
                    let _ = waitpid(
                        Some(pid),
                        WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED,
                    );
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Yes,
    No,
}

/// One child that has ended, been stopped or continued, with nothing taken away.
fn look() -> Option<(Pid, Ended)> {
    let changes = libc::WEXITED | libc::WSTOPPED | libc::WCONTINUED;
    // SAFETY: siginfo_t is plain data, for which all zeros is a value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    // SAFETY: it writes the info. Where there is nothing, the pid in it stays 0.
    let found = unsafe { libc::waitid(libc::P_ALL, 0, &mut info, changes | libc::WNOHANG | libc::WNOWAIT) };
    // SAFETY: waitid(2) fills in what SIGCHLD has, and the zeros of before are a pid as well.
    let pid = Pid::from_raw(unsafe { info.si_pid() }).filter(|_| found == 0)?;
    let ends = [libc::CLD_EXITED, libc::CLD_KILLED, libc::CLD_DUMPED];
    Some((
        pid,
        if ends.contains(&info.si_code) {
            Ended::Yes
        } else {
            Ended::No
        },
    ))
}
