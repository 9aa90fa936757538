//! Windows: the tree is a job, which ends with this process, and requests are events: the console's, and bowout's own.

mod family;
mod parent;
mod seat;

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::Instant;

use super::super::core::Core;
use super::super::{Ended, Happening, Leftovers, ParentDeath, Reach, SuperviseError, Supervisor};
use crate::listen::sys::windows::{self as listen, Ear};
use crate::stop::{ProcessId, Target};
use crate::sys::enclosure::{Enclosure, OnClose};
use crate::sys::suspended;
use family::Family;
use parent::Parent;
use seat::Seat;

pub(in crate::supervise) fn run(
    supervisor: &Supervisor,
    tell: &mut dyn FnMut(Happening),
) -> Result<Ended, SuperviseError> {
    if supervisor.ready.is_some() {
        return Err(SuperviseError::ReadinessUnsupported);
    }
    let ear = Ear::open().map_err(SuperviseError::Io)?;
    let watched = match supervisor.parent_death {
        ParentDeath::Stop => Some(listen::Parent::open().map_err(|why| SuperviseError::Io(io::Error::other(why)))?),
        ParentDeath::LiveOn => None,
    };
    let (on_close, must_end) = match supervisor.leftovers {
        Leftovers::Stop | Leftovers::Wait => (OnClose::Kill, Reach::Tree),
        Leftovers::Leave => (OnClose::LeaveRunning, Reach::Main),
    };
    let enclosure = Enclosure::new(on_close).map_err(SuperviseError::Io)?;
    let seat = Seat::find(supervisor.terminal);
    let mut command = Command::new(&supervisor.program);
    let created = suspended::create(command.args(&supervisor.args), seat.creation_flags());
    let mut child = created.map_err(|source| SuperviseError::Start {
        program: supervisor.program.clone(),
        source,
    })?;
    let main = match let_run(&child, &enclosure) {
        Ok(main) => main,
        Err(error) => {
            // It has not run yet. That it cannot be ended either changes nothing about the reason.
            let _ = child.kill();
            return Err(SuperviseError::Io(error));
        }
    };
    let core = Core::new(supervisor.settings(), Instant::now());
    let family = Family::new(main, enclosure, seat);
    Ok(Parent::new(core, ear, child, family, watched, must_end).run(tell))
}

/// Opens the main process before it runs, when it cannot have exited yet, and lets it run.
fn let_run(child: &Child, enclosure: &Enclosure) -> io::Result<Target> {
    let opened = family::options()
        .open(ProcessId::from(child))
        .map_err(io::Error::other)?;
    suspended::let_run(child, enclosure)?;
    Ok(opened)
}

/// Ends this process as another has ended: with all 32 bits of its code.
pub(in crate::supervise) fn end_as(status: ExitStatus) -> ! {
    std::process::exit(status.code().unwrap_or(1))
}

/// There are no signals to hold: until [`run`] listens there is nobody to be passed anything.
pub(in crate::supervise) fn hold_signals() {}

pub(in crate::supervise) fn release_signals() {}
