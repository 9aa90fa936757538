//! The parent's loop: a signal comes, a child ends, a moment is there.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, getppid, wait as wait_for_any};

use crate::Signal;

use super::super::super::core::{Core, Order};
use super::super::super::{Ended, Happening};
use super::page::Page;
use super::ready::{Heard, Ready, is_waker};
use super::send::{Family, has_members, kill_group};
use super::signals::{self, Received};
use super::terminal::Seat;
use super::{guard, kill, wait};

/// Where the main process is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Main {
    /// It is a child of ours.
    Ours(Pid),
    /// It is a child of our guard, with this number, which tells us its own when it is there.
    Guarded(Pid),
}

/// Who adopts the orphans below this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orphans {
    /// This process, which therefore has children as long as anybody is left.
    ComeHere,
    /// Somebody else: who is left is known as long as he stays in the main process's group.
    GoElsewhere,
}

/// How often is looked whether a group is empty by now, which nothing tells.
const LOOK_EVERY: Duration = Duration::from_millis(20);

pub(super) struct Parent {
    core: Core,
    guard: Option<Pid>,
    /// As long as its number is its own.
    main: Option<Pid>,
    status: Option<ExitStatus>,
    seat: Seat,
    page: Page,
    orphans: Orphans,
    /// The parent of this process, if its death is of interest.
    watched: Option<Pid>,
    /// Who listens whether the main process is ready, if that is asked for.
    ready: Option<Ready>,
    /// What came before the main process was there.
    early: Vec<Signal>,
}

/// Whether anybody is left below this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Somebody,
    Nobody,
}

impl Parent {
    pub(super) fn new(
        core: Core,
        main: Main,
        seat: Seat,
        page: Page,
        orphans: Orphans,
        watched: Option<Pid>,
        ready: Option<Ready>,
    ) -> Parent {
        let (main, guard) = match main {
            Main::Ours(main) => (Some(main), None),
            Main::Guarded(guard) => (None, Some(guard)),
        };
        Parent {
            core,
            guard,
            main,
            status: None,
            seat,
            page,
            orphans,
            watched,
            ready,
            early: Vec::new(),
        }
    }

    /// Beginning with this, where somebody else has begun.
    pub(super) fn run(mut self, first: Option<Order>, tell: &mut dyn FnMut(Happening)) -> Ended {
        if let Some(main) = self.main {
            self.introduce(main, tell);
        }
        self.carry_out(first, tell);
        loop {
            let left = self.reap(tell);
            let heard = self.hear_main(tell);
            if self.status.is_some() && !self.core.main_has_ended() {
                if left == Left::Nobody {
                    break;
                }
                let order = self.core.main_ended(Instant::now());
                if order.is_some() {
                    tell(Happening::LeftBehind);
                }
                self.carry_out(order, tell);
                // Whoever was hit by force is a zombie by now.
                continue;
            }
            if left == Left::Nobody || self.core.is_over() {
                break;
            }
            if self.watched.is_some() && getppid() != self.watched {
                self.watched = None;
                tell(Happening::ParentGone);
                let order = self.core.parent_gone(Instant::now());
                self.carry_out(order, tell);
                continue;
            }
            let until = match heard {
                Heard::Something => Some(Instant::now()),
                Heard::Nothing => self.deadline(),
            };
            match wait::next(until) {
                Some(received) if received.number == libc::SIGCHLD || self.is_from_main(received) => {}
                Some(received) => self.hear(received, tell),
                None => {
                    let had_timed_out = self.core.timed_out();
                    let order = self.core.tick(Instant::now());
                    if self.core.timed_out() && !had_timed_out {
                        tell(Happening::TimedOut);
                    }
                    self.carry_out(order, tell);
                }
            }
        }
        // What it has said last.
        while self.hear_main(tell) == Heard::Something {}
        if let Some(group) = self.page_main() {
            self.seat.take_back(group);
        }
        let survivors = match self.core.has_given_up() {
            true => self.family().members(),
            false => Vec::new(),
        };
        // The guard would ask them once more.
        if let Some(guard) = self.guard {
            kill(guard, libc::SIGKILL);
        }
        Ended {
            status: self.status,
            timed_out: self.core.timed_out(),
            forced: self.core.forced(),
            survivors,
        }
    }

    /// Reaps whoever has ended.
    fn reap(&mut self, tell: &mut dyn FnMut(Happening)) -> Left {
        self.greet(tell);
        loop {
            let changes = WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
            match wait_for_any(changes) {
                Ok(Some((pid, status))) if self.status.is_none() && Some(pid) == self.page_main() => {
                    if status.stopped() || status.continued() {
                        self.page.is_stopped.store(status.stopped().into(), Ordering::SeqCst);
                    } else {
                        self.main = None;
                        self.status = Some(ExitStatus::from_raw(status.as_raw()));
                    }
                }
                Ok(Some((pid, status))) if Some(pid) == self.guard && !status.stopped() && !status.continued() => {
                    self.guard = None;
                    self.greet(tell);
                }
                Ok(Some((_, status))) if status.stopped() || status.continued() => {}
                Ok(Some((orphan, _))) => tell(Happening::Reaped(orphan.into())),
                Err(Errno::INTR) => {}
                Ok(None) => break,
                Err(_) if self.group().is_some() => break,
                Err(_) => return Left::Nobody,
            }
        }
        self.follow_stop();
        Left::Somebody
    }

    /// Learns of a main process that the guard has started, and gives it what has come for it.
    fn greet(&mut self, tell: &mut dyn FnMut(Happening)) {
        if self.main.is_some() || self.status.is_some() {
            return;
        }
        let has_begun = self.guard.is_none() || self.page.has_begun.load(Ordering::SeqCst) == 1;
        let Some(main) = self.page_main().filter(|_| has_begun) else {
            return;
        };
        self.main = Some(main);
        self.introduce(main, tell);
        for signal in std::mem::take(&mut self.early) {
            self.pass_on(signal, tell);
        }
    }

    /// Tells of the main process, unless it could not become the program.
    fn introduce(&self, main: Pid, tell: &mut dyn FnMut(Happening)) {
        if self.page.errno.load(Ordering::SeqCst) == 0 {
            tell(Happening::Started(main.into()));
        }
    }

    /// What the main process says, one thing at a time, so that a talkative one keeps nobody from being heard.
    fn hear_main(&mut self, tell: &mut dyn FnMut(Happening)) -> Heard {
        match &mut self.ready {
            // It is not ready before it is told to be there.
            Some(ready) if self.main.is_some() || self.status.is_some() => ready.hear(tell),
            _ => Heard::Nothing,
        }
    }

    /// Whether this only tells that the main process says something. Where nothing tells who has sent it, it is never passed
    /// on: most programs would end by it.
    fn is_from_main(&self, received: Received) -> bool {
        let is_ours = received.from_kernel || !wait::ORIGIN_IS_TOLD;
        self.ready.is_some() && is_waker(received.number) && is_ours
    }

    /// Its number, which is perhaps somebody else's when it has been reaped.
    fn page_main(&self) -> Option<Pid> {
        Pid::from_raw(self.page.main.load(Ordering::SeqCst))
    }

    /// The group that the main process leads. Where it has been reaped, and orphans do not come here, the number is its own as
    /// long as anybody is in it, which is looked at right before it is used.
    fn group(&self) -> Option<Pid> {
        let group = self.page_main().filter(|_| self.seat.has_own_group())?;
        match (self.main, self.orphans) {
            (Some(_), _) => Some(group),
            (None, Orphans::ComeHere) => None,
            (None, Orphans::GoElsewhere) => Some(group).filter(|group| has_members(*group)),
        }
    }

    /// When something is to be looked at.
    fn deadline(&self) -> Option<Instant> {
        let deadline = self.core.deadline();
        match (self.status, self.orphans) {
            (Some(_), Orphans::GoElsewhere) => {
                let look = Instant::now() + LOOK_EVERY;
                Some(deadline.map_or(look, |deadline| deadline.min(look)))
            }
            _ => deadline,
        }
    }

    fn hear(&mut self, received: Received, tell: &mut dyn FnMut(Happening)) {
        let Ok(signal) = Signal::from_number(received.number) else {
            return;
        };
        if self.main.is_none() && self.status.is_none() {
            return self.early.push(signal);
        }
        if let (Signal::Cont, Seat::Foreground, Some(main)) = (signal, self.seat, self.main) {
            self.seat.give(main);
            // The terminal has stopped the whole group.
            return kill_group(main, libc::SIGCONT);
        }
        if received.from_kernel && self.seat == Seat::Shared && self.main.is_some() {
            // The main process has heard it, as has everybody in our group; a plan counts from here all the same.
            let _ = self.core.signal(Instant::now(), signal);
            return;
        }
        self.pass_on(signal, tell);
    }

    fn pass_on(&mut self, signal: Signal, tell: &mut dyn FnMut(Happening)) {
        let order = self.core.signal(Instant::now(), signal);
        self.carry_out(order, tell);
        if self.seat == Seat::Session && [Signal::Tstp, Signal::Ttin, Signal::Ttou].contains(&signal) {
            // The keyboard's Ctrl-Z, which only we have heard: our shell waits for us to stop. It says CONT to continue both.
            signals::stop_here(libc::SIGTSTP);
        }
    }

    /// Stops this process where the main process was stopped by the terminal, so that the shell that has started us gets the
    /// terminal back, and can continue both.
    fn follow_stop(&mut self) {
        let Some(main) = self.main else { return };
        let may_rest = matches!(self.seat, Seat::Foreground | Seat::Shared) && !self.core.is_stopping();
        if !may_rest || self.page.is_stopped.swap(0, Ordering::SeqCst) == 0 {
            return;
        }
        // Somebody has continued it since, or is about to continue us both.
        if !guard::is_stopped(main) || signals::is_pending(libc::SIGCONT) {
            return;
        }
        // With our group in front, because the shell has just put it there, nobody is to be given the terminal but the main process.
        let rests = !self.seat.is_in_foreground() && {
            self.seat.take_back(main);
            // We go on by SIGCONT, which is among the signals that are waited for.
            signals::stop_here(libc::SIGTSTP)
        };
        if !rests && self.seat == Seat::Foreground {
            // Or nobody could ever continue us, and so nobody would continue the main process.
            self.seat.give(main);
            kill_group(main, libc::SIGCONT);
        }
    }

    fn carry_out(&mut self, order: Option<Order>, tell: &mut dyn FnMut(Happening)) {
        let Some(order) = order else { return };
        tell(order.happening());
        match order {
            Order::Forward(signal, reach) => self.family().send(signal, reach),
            Order::Ask(signal, reach) => {
                let left = self
                    .core
                    .deadline()
                    .map(|until| until.saturating_duration_since(Instant::now()));
                self.family().ask(signal, reach, left.unwrap_or(Duration::MAX));
            }
        }
    }

    fn family(&self) -> Family {
        Family {
            main: self.main,
            group: self.group(),
            guard: self.guard,
        }
    }
}
