//! Windows: a request has several routes, and each may be closed for a reason of its own.

mod ancestors;
mod console;
mod ctrl_c;
mod errand;
mod event;
pub(in crate::stop) mod find;
mod helper;
mod inject;
mod process;
mod seen;
mod service;
mod survey;
mod together;
mod wait;
mod window;

use std::collections::HashSet;

use crate::Signal;
use crate::stop::Target;
use crate::stop::protection::Protection;
use crate::stop::report::ExitStatus;
use crate::stop::route::{Attempt, NotSent, Reached, Route};
use crate::sys::call::{check, is, own, raw};
use crate::sys::library;
use crate::sys::process::{Entry, all};

use super::{Allowed, Facts, Group, Manner, OpenFailure};
use errand::Errand;
use process::Opened;
use window::Which;

pub(crate) use find::without_extension;
pub(crate) use inject::machine_of;
pub(crate) use seen::Seen;
pub(crate) use service::names as service_names;
pub(crate) use window::integrity_level;

pub(in crate::stop) use helper::{run_helper_if_asked, set_helper};
pub(in crate::stop) use survey::{DEAD_PARENTS_ARE_KNOWN, Snapshot, descendants, identify, is_moving, is_running};
pub(in crate::stop) use together::{ask_together, spared_in, was_asked_together};
pub(in crate::stop) use wait::{Waiter, Waker};

/// What to use instead of a signal that cannot be sent.
pub(in crate::stop) const CAN_SEND: &str = "TERM, INT, BREAK, CLOSE or KILL";

/// Whether any process can be sent this signal here.
pub(in crate::stop) fn can_send(signal: Signal) -> bool {
    !routes(signal).is_empty()
}

/// The routes of a signal, in the order in which they are tried.
fn routes(signal: Signal) -> &'static [Route] {
    use Route::{
        ConsoleCtrlC, CooperativeEvent, GroupCtrlBreak, HiddenWindowClose, InjectedEvent, ServiceStop, Terminate,
        WindowClose,
    };
    match signal {
        Signal::Term => &[
            CooperativeEvent,
            ServiceStop,
            GroupCtrlBreak,
            WindowClose,
            ConsoleCtrlC,
            HiddenWindowClose,
            InjectedEvent,
        ],
        Signal::Int => &[ConsoleCtrlC, InjectedEvent],
        Signal::Break => &[GroupCtrlBreak, InjectedEvent],
        Signal::Close => &[WindowClose, HiddenWindowClose, InjectedEvent],
        Signal::Kill => &[Terminate],
        _ => &[],
    }
}

/// A process that was opened: the number cannot be given out again while the handle is there.
#[derive(Debug)]
pub(in crate::stop) struct Process {
    opened: Opened,
    /// The service control manager has started it.
    may_be_service: bool,
}

impl Process {
    pub(in crate::stop) fn open(pid: u32) -> Result<(Process, Facts), OpenFailure> {
        // Listed behind the handle: what the list says of the number is then said of this process.
        Process::known_among(Opened::open(pid)?, &all().map_err(OpenFailure::Io)?)
    }

    /// One of many, who have been listed before.
    fn open_among(pid: u32, processes: &[Entry]) -> Result<(Process, Facts), OpenFailure> {
        Process::known_among(Opened::open(pid)?, processes)
    }

    fn known_among(opened: Opened, processes: &[Entry]) -> Result<(Process, Facts), OpenFailure> {
        let pid = opened.pid();
        if opened.has_exited() {
            return Err(OpenFailure::AlreadyExited {
                name: opened.name(),
                parent: None,
            });
        }
        let process = Process {
            opened,
            may_be_service: service::may_be_one(pid, processes),
        };
        let facts = Facts {
            start: Some(process.opened.created()),
            name: process.opened.name(),
            protection: process.protection(processes),
        };
        Ok((process, facts))
    }

    /// The most telling reason to leave it alone.
    fn protection(&self, processes: &[Entry]) -> Option<Protection> {
        let pid = self.opened.pid();
        let is_ancestor = || ancestors::of_this_process(processes).contains(&pid);
        let is_shared = || self.may_be_service && !service::sharing(pid).is_empty();
        if pid == std::process::id() {
            Some(Protection::OwnProcess)
        } else if self.opened.is_critical() {
            Some(Protection::Critical)
        } else if is_ancestor() {
            Some(Protection::Ancestor)
        } else {
            is_shared().then_some(Protection::SharedServiceHost)
        }
    }

    pub(in crate::stop) fn has_exited(&self) -> bool {
        self.opened.has_exited()
    }

    /// Windows has no way to keep a process from starting another. It needs none: who has lost his parent keeps its number.
    pub(in crate::stop) fn freeze(&self) -> bool {
        false
    }

    /// Nobody was frozen.
    pub(in crate::stop) fn thaw(&self) {}

    pub(in crate::stop) fn exit_status(&self) -> ExitStatus {
        self.opened.exit_status()
    }

    /// Whether the signal reaches it by its own event. It may share a console with others whom only a Ctrl-C reaches: these are
    /// asked first, so that it does not hear two requests.
    pub(in crate::stop) fn is_reached_alone(&self, signal: Signal) -> bool {
        routes(signal).first() == Some(&Route::CooperativeEvent)
            && event::set(self.opened.pid(), self.opened.created(), Manner::Preview).is_ok()
    }

    /// Tries the routes of the signal one after the other. Who is in `heard` has heard it already, because somebody else on
    /// its console was asked: to many programs a second Ctrl-C means "at once", so it is not asked again.
    pub(in crate::stop) fn send(
        &self,
        signal: Signal,
        manner: Manner,
        allowed: &Allowed,
        heard: &mut HashSet<u32>,
    ) -> Vec<Attempt> {
        if heard.contains(&self.opened.pid()) {
            let (route, result) = (Route::ConsoleCtrlC, Ok(Reached::default()));
            return vec![Attempt { route, result }];
        }
        let mut attempts: Vec<Attempt> = Vec::new();
        let mut errand = Errand::new(&self.opened, routes(signal), manner);
        // Whatever ends the process ends all of them.
        let services = match self.may_be_service {
            true => service::sharing(self.opened.pid()),
            false => Vec::new(),
        };
        let shared = Protection::SharedServiceHost;
        let is_spared = !services.is_empty() && !allowed.protections.contains(&shared);
        for route in routes(signal).iter().copied() {
            let told = errand.told(route);
            let only_hidden = |tried: &Attempt| tried.result == Err(NotSent::NoVisibleWindow);
            let is_sent = matches!(told, Some(Ok(_)));
            if route == Route::HiddenWindowClose && !is_sent && !attempts.iter().any(only_hidden) {
                continue;
            }
            let result = match told {
                // What the helper has sent may have ended the process meanwhile.
                Some(told) => told,
                None if self.has_exited() => Err(NotSent::Exited),
                None if is_spared => Err(NotSent::Protected(shared)),
                None => self.send_by(route, signal, manner, allowed, &mut errand),
            };
            let result = result.map(|reached| Reached {
                services: services.clone(),
                ..reached
            });
            if let (Route::ConsoleCtrlC, Ok(reached), false) = (route, &result, manner == Manner::Preview) {
                heard.extend(&reached.others);
                heard.insert(self.opened.pid());
            }
            let is_over = matches!(result, Ok(_) | Err(NotSent::Exited)) && manner != Manner::Preview;
            attempts.push(Attempt { route, result });
            if is_over {
                break;
            }
        }
        attempts
    }

    fn send_by(
        &self,
        route: Route,
        signal: Signal,
        manner: Manner,
        allowed: &Allowed,
        errand: &mut Errand<'_>,
    ) -> Result<Reached, NotSent> {
        let opened = &self.opened;
        let alone = |()| Reached::default();
        match route {
            Route::CooperativeEvent => event::set(opened.pid(), opened.created(), manner).map(alone),
            Route::ServiceStop if self.may_be_service => service::stop(opened.pid(), manner).map(alone),
            Route::ServiceStop => Err(NotSent::NotAService),
            Route::GroupCtrlBreak if allowed.group != Group::Ours => Err(NotSent::LeadsNoGroupOfOurs),
            Route::GroupCtrlBreak if is_on_our_console(opened) => match manner {
                Manner::Preview => Ok(Reached::default()),
                _ => console::send_ctrl_break(opened.pid())
                    .map(alone)
                    .map_err(|error| NotSent::from_io(&error)),
            },
            Route::WindowClose if library::has_user32() => window::close(opened, Which::Visible, manner).map(alone),
            Route::HiddenWindowClose if library::has_user32() => window::close(opened, Which::Any, manner).map(alone),
            Route::GroupCtrlBreak | Route::WindowClose | Route::ConsoleCtrlC | Route::HiddenWindowClose => {
                errand.run(route, allowed)
            }
            Route::InjectedEvent => inject::send(opened, signal, allowed.injection, manner).map(alone),
            Route::Terminate => opened.terminate(manner).map(alone),
            // Those of Unix, and of whole jobs; `routes` names none of them.
            Route::Signal | Route::ProcessGroup | Route::Cgroup | Route::TerminateJob => Err(NotSent::System(0)),
        }
    }
}

/// Whether it is the program that Windows runs behind every console. Only who bears its name is opened.
pub(crate) fn is_console_host(pid: u32, program: &str) -> bool {
    program.eq_ignore_ascii_case("conhost.exe") && Opened::open(pid).is_ok_and(|opened| opened.is_console_host())
}

/// The windows of a process on this desktop.
pub(crate) fn windows_of(target: &Target) -> Result<Vec<Seen>, NotSent> {
    let opened = &target.process().opened;
    match library::has_user32() {
        true => window::seen(opened.pid()).map_err(|error| NotSent::from_io(&error)),
        false => errand::windows(opened),
    }
}

/// Who shares the console of a process, whether Ctrl-C is off in them or not.
pub(crate) fn console_of(target: &Target) -> Result<Vec<u32>, NotSent> {
    errand::sharing_console(&target.process().opened)
}

fn is_on_our_console(process: &Opened) -> bool {
    // Without a console there is nobody on it.
    crate::sys::console::processes().is_ok_and(|pids| pids.contains(&process.pid()))
}

/// For the calls that take UTF-16 with a NUL behind it.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

#[cfg(test)]
mod tests {
    use std::os::windows::process::CommandExt;
    use std::process::{Command, Stdio};

    use windows_sys::Win32::System::Threading::CREATE_NEW_PROCESS_GROUP;

    use super::*;
    use crate::stop::ProcessId;

    /// A CTRL_BREAK_EVENT to a process that leads no group breaks Ctrl-C for the whole console.
    #[test]
    fn ctrl_break_is_only_for_the_leader_of_a_group_that_was_made_here() {
        let mut child = Command::new("ping")
            .args(["-n", "60", "127.0.0.1"])
            .creation_flags(CREATE_NEW_PROCESS_GROUP)
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        let target = Target::open(ProcessId::from(&child)).expect("it runs");
        let by_group = |target: &Target| target.attempt(Signal::Break, Manner::Preview)[0].clone();
        let unmarked = by_group(&target);
        let marked = by_group(&target.leads_group());
        child.kill().and_then(|()| child.wait()).expect("it is ours");
        assert_eq!(
            (unmarked.route, marked.route),
            (Route::GroupCtrlBreak, Route::GroupCtrlBreak)
        );
        assert_eq!(unmarked.result, Err(NotSent::LeadsNoGroupOfOurs));
        // Whether there is a console here depends on who runs the tests.
        assert!(matches!(marked.result, Ok(_) | Err(NotSent::NoHelper)), "{marked:?}");
    }
}
