//! Windows: a request has several routes, and each may be closed for a reason of its own.

mod ancestors;
mod console;
mod event;
mod helper;
mod process;
mod wait;

use std::collections::HashSet;

use crate::Signal;
use crate::stop::protection::Protection;
use crate::stop::report::ExitStatus;
use crate::stop::route::{Attempt, NotSent, Reached, Route};
use crate::sys::call::{check, is, own, raw};

use super::{Facts, Manner, OpenFailure};
use process::Opened;

pub(in crate::stop) use helper::run_helper_if_asked;
pub(in crate::stop) use wait::{Waiter, Waker};

/// What to use instead of a signal that cannot be sent.
pub(in crate::stop) const CAN_SEND: &str = "TERM, INT or KILL";

/// Whether any process can be sent this signal here.
pub(in crate::stop) fn can_send(signal: Signal) -> bool {
    !routes(signal).is_empty()
}

/// The routes of a signal, in the order in which they are tried.
fn routes(signal: Signal) -> &'static [Route] {
    match signal {
        Signal::Term => &[Route::CooperativeEvent, Route::ConsoleCtrlC],
        Signal::Int => &[Route::ConsoleCtrlC],
        Signal::Kill => &[Route::Terminate],
        _ => &[],
    }
}

/// A process that was opened: the number cannot be given out again while the handle is there.
#[derive(Debug)]
pub(in crate::stop) struct Process {
    opened: Opened,
}

impl Process {
    pub(in crate::stop) fn open(pid: u32) -> Result<(Process, Facts), OpenFailure> {
        let opened = Opened::open(pid)?;
        if opened.has_exited() {
            return Err(OpenFailure::AlreadyExited { parent: None });
        }
        let facts = Facts {
            start: Some(opened.created()),
            name: opened.name(),
            protection: protection(&opened),
        };
        Ok((Process { opened }, facts))
    }

    pub(in crate::stop) fn has_exited(&self) -> bool {
        self.opened.has_exited()
    }

    pub(in crate::stop) fn exit_status(&self) -> ExitStatus {
        self.opened.exit_status()
    }

    /// Tries the routes of the signal one after the other. Who is in `heard` has heard it already, because somebody else on
    /// its console was asked: to many programs a second Ctrl-C means "at once", so it is not asked again.
    pub(in crate::stop) fn send(
        &self,
        signal: Signal,
        manner: Manner,
        allowed: &[Protection],
        heard: &mut HashSet<u32>,
    ) -> Vec<Attempt> {
        if heard.contains(&self.opened.pid()) {
            let (route, result) = (Route::ConsoleCtrlC, Ok(Reached::default()));
            return vec![Attempt { route, result }];
        }
        let mut attempts = Vec::new();
        for route in routes(signal) {
            let result = if self.has_exited() {
                Err(NotSent::Exited)
            } else {
                self.send_by(*route, manner, allowed, heard)
            };
            let over = matches!(result, Ok(_) | Err(NotSent::Exited)) && manner != Manner::Preview;
            attempts.push(Attempt { route: *route, result });
            if over {
                break;
            }
        }
        attempts
    }

    fn send_by(
        &self,
        route: Route,
        manner: Manner,
        allowed: &[Protection],
        heard: &mut HashSet<u32>,
    ) -> Result<Reached, NotSent> {
        let alone = |()| Reached::default();
        match route {
            Route::CooperativeEvent => event::set(self.opened.pid(), self.opened.created(), manner).map(alone),
            Route::ConsoleCtrlC => {
                let others = console::ctrl_c(&self.opened, manner, allowed)?;
                if manner != Manner::Preview {
                    heard.extend(&others);
                    heard.insert(self.opened.pid());
                }
                Ok(Reached { others })
            }
            Route::Terminate => self.opened.terminate(manner).map(alone),
            // The routes of Unix; `routes` names none of them.
            Route::Signal => Err(NotSent::System(0)),
        }
    }
}

/// The most telling reason to leave the process alone.
fn protection(process: &Opened) -> Option<Protection> {
    let is_ancestor = || ancestors::of_this_process().contains(&process.pid());
    if process.pid() == std::process::id() {
        Some(Protection::OwnProcess)
    } else if process.is_critical() {
        Some(Protection::Critical)
    } else {
        is_ancestor().then_some(Protection::Ancestor)
    }
}

/// For the calls that take UTF-16 with a NUL behind it.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
