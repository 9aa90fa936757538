//! The main process, and everybody who is in the job with it.

use super::super::super::Reach;
use super::seat::Seat;
use crate::Signal;
use crate::stop::{self, Protection, SignalError, Target, TargetOptions};
use crate::sys::console;
use crate::sys::enclosure::{Enclosure, OnClose};

pub(super) struct Family {
    main: Target,
    enclosure: Enclosure,
    seat: Seat,
    end: End,
}

/// Whether all were ended by force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    Forced,
}

/// Whom a request has reached besides those it was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    ByThemAlone,
    /// A Ctrl-C went to everybody on a console that this process is on.
    ByUsToo,
}

/// We hear the Ctrl-C that we send to our own console, and live on.
pub(super) fn options() -> TargetOptions {
    Target::options().allow(Protection::OwnProcess)
}

impl Family {
    pub(super) fn new(main: Target, enclosure: Enclosure, seat: Seat) -> Family {
        let main = match seat {
            Seat::Shared => main,
            Seat::Apart => main.leads_group(),
        };
        Family {
            main,
            enclosure,
            seat,
            end: End::Open,
        }
    }

    pub(super) fn seat(&self) -> Seat {
        self.seat
    }

    /// Whether the main process hears of the console what this process hears of it.
    pub(super) fn is_on_our_console(&self) -> bool {
        // Without a console there is nobody on it.
        console::processes().is_ok_and(|pids| pids.contains(&self.main.id().pid()))
    }

    /// Everybody who is left, except for whom the system does not let us open. Where all were ended by force these are too: the
    /// end of a job is that of who is in it then, and a process that was just being started comes in behind it.
    pub(super) fn members(&self) -> Vec<Target> {
        if self.end == End::Forced {
            // It has worked before, and there is nothing else to be tried.
            let _ = self.enclosure.kill();
        }
        // The system tells a job's members to whoever has made it.
        stop::Tree::targets_in(&self.enclosure, &options()).unwrap_or_default()
    }

    /// Sends it to each, and is content if it has reached one.
    ///
    /// # Errors
    /// Why it has reached nobody, the main process first.
    pub(super) fn send(&mut self, signal: Signal, reach: Reach) -> Result<Heard, SignalError> {
        let main = (!self.main.has_exited()).then_some(&self.main);
        if signal == Signal::Kill && !(reach == Reach::Main && main.is_some()) && self.enclosure.kill().is_ok() {
            self.end = End::Forced;
            return Ok(Heard::ByThemAlone);
        }
        let others = match (reach, main) {
            (Reach::Main, Some(_)) => Vec::new(),
            _ => self.members(),
        };
        let others = others.iter().filter(|one| one.id() != self.main.id());
        // Who has heard a Ctrl-C together with another would take a second one for "at once".
        let mut heard = Vec::new();
        let mut is_sent = false;
        let mut refused = None;
        // Who has an event of his own comes last: he may hear the Ctrl-C to another, and needs no second request then.
        let mut targets: Vec<&Target> = main.into_iter().chain(others).collect();
        targets.sort_by_key(|target| stop::sys::is_reached_alone(target, signal));
        for target in targets {
            if heard.contains(&target.id().pid()) {
                continue;
            }
            match stop::signal(target, signal) {
                Ok(sent) => {
                    is_sent = true;
                    heard.extend(sent.reached.others);
                }
                // He misses nothing.
                Err(_) if target.has_exited() => {}
                Err(error) => {
                    refused.get_or_insert(error);
                }
            }
        }
        match refused {
            Some(error) if !is_sent => Err(error),
            _ if heard.contains(&std::process::id()) => Ok(Heard::ByUsToo),
            _ => Ok(Heard::ByThemAlone),
        }
    }

    /// Lets those live on who have survived the plan: without this they end with this process.
    pub(super) fn let_go(&self) {
        // That it cannot be settled is as good as force, which whoever is left has come to expect.
        let _ = self.enclosure.set_on_close(OnClose::LeaveRunning);
    }
}

#[cfg(test)]
mod tests {
    use std::os::windows::io::AsHandle;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::stop::ProcessId;

    /// It ends with its standard input, so with the test.
    fn sleeper_in(enclosure: &Enclosure) -> Child {
        let mut command = Command::new("cmd");
        command
            .args(["/c", "pause"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let child = command.spawn().unwrap();
        enclosure.assign(child.as_handle()).unwrap();
        child
    }

    #[test]
    fn who_comes_into_the_job_behind_its_end_is_ended_too() {
        let enclosure = Enclosure::new(OnClose::LeaveRunning).unwrap();
        let mut main = sleeper_in(&enclosure);
        let target = options().open(ProcessId::from(&main)).unwrap();
        let mut family = Family::new(target, enclosure, Seat::Shared);
        family.send(Signal::Kill, Reach::Tree).unwrap();
        main.wait().unwrap();
        let mut late = sleeper_in(&family.enclosure);
        let until = Instant::now() + Duration::from_secs(10);
        while !family.members().is_empty() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
        let ended = late.try_wait().unwrap();
        let _ = late.kill();
        let _ = late.wait();
        assert!(ended.is_some());
    }
}
