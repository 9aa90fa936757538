//! Unix: every signal is waited for, and `SIGCHLD` is one of them.

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "fork/linux.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), path = "fork/posix.rs")]
mod fork;
#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "guard/linux.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), path = "guard/none.rs")]
mod guard;
mod page;
mod parent;
mod program;
mod ready;
mod send;
#[cfg_attr(target_os = "linux", path = "session/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "session/posix.rs")]
mod session;
mod signals;
mod terminal;
#[cfg_attr(any(target_vendor = "apple", target_os = "openbsd"), path = "wait/alarm.rs")]
#[cfg_attr(not(any(target_vendor = "apple", target_os = "openbsd")), path = "wait/timed.rs")]
mod wait;

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rustix::process::{Pid, getpid, getppid};

use super::super::core::Core;
use super::super::{Ended, Happening, Leftovers, ParentDeath, SuperviseError, Supervisor};
use page::Page;
use parent::{Main, Orphans, Parent};
use program::Program;
use ready::Ready;
use terminal::Seat;

pub(in crate::supervise) use signals::{hold_signals, release_signals};

pub(in crate::supervise) fn run(
    supervisor: &Supervisor,
    tell: &mut dyn FnMut(Happening),
) -> Result<Ended, SuperviseError> {
    let settings = supervisor.settings();
    hold_signals();
    signals::want_all();
    let is_init = getpid().is_init();
    let watched = match supervisor.parent_death {
        ParentDeath::Stop if !guard::PARENT_DEATH_IS_TOLD => return Err(SuperviseError::ParentDeathUnsupported),
        // SIGCHLD wakes us, and says nothing by itself.
        ParentDeath::Stop => {
            fork::die_with_parent(libc::SIGCHLD);
            getppid()
        }
        ParentDeath::LiveOn => None,
    };
    // Process 1 adopts everybody anyway.
    let orphans = match is_init || crate::spawn::become_subreaper().is_ok() {
        true => Orphans::ComeHere,
        false => {
            tell(Happening::OrphansGoElsewhere);
            Orphans::GoElsewhere
        }
    };
    let (mut ready, gift) = supervisor.ready.map(Ready::open).transpose()?.unzip();
    let seat = Seat::find(supervisor.terminal);
    seat.vacate();
    let page = Page::new().map_err(SuperviseError::Io)?;
    let guarded = guard::EXISTS && !is_init && orphans == Orphans::ComeHere && supervisor.leftovers == Leftovers::Stop;
    // Without a guard, the main process at least is asked when this one is killed.
    let death_signal = if guarded || is_init {
        None
    } else {
        supervisor.plan.stages()[0].signal.number()
    };
    let mut program = Program::new(
        &supervisor.program,
        &supervisor.args,
        seat,
        death_signal,
        gift.flatten(),
        page,
    )
    .map_err(|source| start_error(supervisor, source))?;
    let address = ready.as_ref().and_then(Ready::address);
    let main = ready::with_socket(address, || {
        if guarded {
            return guard::start(&mut program, &settings, seat, page, &mut ready).map(Main::Guarded);
        }
        let main = program.start()?;
        page.main.store(main.as_raw_nonzero().get(), Ordering::SeqCst);
        Ok(Main::Ours(main))
    });
    let main = main.map_err(SuperviseError::Io)?;
    program.give_up();
    let core = Core::new(settings, Instant::now());
    let ended = Parent::new(core, main, seat, page, orphans, watched, ready).run(None, tell);
    match page.errno.load(Ordering::SeqCst) {
        0 => Ok(ended),
        errno => Err(start_error(supervisor, io::Error::from_raw_os_error(errno))),
    }
}

fn start_error(supervisor: &Supervisor, source: io::Error) -> SuperviseError {
    SuperviseError::Start {
        program: supervisor.program.clone(),
        source,
    }
}

/// Ends this process as another has ended.
pub(in crate::supervise) fn end_as(status: ExitStatus) -> ! {
    match status.signal() {
        Some(number) => crate::sys::end::by_signal(number),
        None => std::process::exit(status.code().unwrap_or(1)),
    }
}

/// A process of ours, or of our group's.
fn kill(pid: Pid, number: i32) {
    // SAFETY: kill(2) takes two integers. Who is meant has not been reaped, by us or the guard; one that has just ended
    // gets nothing.
    unsafe { libc::kill(pid.as_raw_nonzero().get(), number) };
}
