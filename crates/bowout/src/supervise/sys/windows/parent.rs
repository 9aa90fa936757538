//! The parent's loop: a request comes, a process ends, a moment is there.

use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use windows_sys::Win32::System::Threading::PROCESS_SYNCHRONIZE;

use super::super::super::core::{Core, Order};
use super::super::super::{Ended, Happening, Reach};
use super::family::{Family, Heard};
use super::seat::Seat;
use crate::Signal;
use crate::listen::Trigger;
use crate::listen::sys::windows::{self as listen, Ear};
use crate::stop::{ProcessId, Target};
use crate::sys::process;

/// When the console is closed, the user logs off or the system shuts down, it ends this process after 5 s
/// ([HandlerRoutine](https://learn.microsoft.com/windows/console/handlerroutine), "Timeouts"). Force comes before that, so that
/// there is time to leave with the right status.
const BEFORE_THE_SYSTEM: Duration = Duration::from_secs(4);

/// How long is waited for those who were ended by force in that hurry.
const LAST_WAIT: Duration = Duration::from_millis(500);

/// How long the console takes to hand an event round: it may come to us when the main process has ended by it already.
const HANDED_ROUND: Duration = Duration::from_millis(500);

pub(super) struct Parent {
    core: Core,
    ear: Ear,
    child: Child,
    family: Family,
    status: Option<ExitStatus>,
    /// The parent of this process, if its death is of interest.
    watched: Option<listen::Parent>,
    /// Who is not to outlive this process.
    must_end: Reach,
    /// When force has to come, whatever the plan says.
    limit: Option<Instant>,
    /// Until then, what comes from the console is nothing new.
    told_until: Option<Instant>,
}

impl Parent {
    pub(super) fn new(
        core: Core,
        ear: Ear,
        child: Child,
        family: Family,
        watched: Option<listen::Parent>,
        must_end: Reach,
    ) -> Parent {
        Parent {
            core,
            ear,
            child,
            family,
            status: None,
            watched,
            must_end,
            limit: None,
            told_until: None,
        }
    }

    pub(super) fn run(mut self, tell: &mut dyn FnMut(Happening)) -> Ended {
        tell(Happening::Started(ProcessId::from(&self.child)));
        let mut cut_short = false;
        loop {
            let left = self.left();
            if self.status.is_some() && !self.core.main_has_ended() {
                if left.is_empty() {
                    break;
                }
                let order = self.core.main_ended(Instant::now());
                if order.is_some() {
                    tell(Happening::LeftBehind);
                }
                self.carry_out(order, tell);
                // Whoever was hit by force is gone by now.
                continue;
            }
            if self.status.is_some() && left.is_empty() || self.core.is_over() {
                break;
            }
            if self.limit.is_some_and(|limit| limit <= Instant::now()) {
                self.end_all(tell);
                cut_short = true;
                break;
            }
            if self.watched.as_ref().is_some_and(listen::Parent::is_gone) {
                self.watched = None;
                tell(Happening::ParentGone);
                let order = self.core.parent_gone(Instant::now());
                self.carry_out(order, tell);
                continue;
            }
            if self.core.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
                let had_timed_out = self.core.timed_out();
                let order = self.core.tick(Instant::now());
                if self.core.timed_out() && !had_timed_out {
                    tell(Happening::TimedOut);
                }
                self.carry_out(order, tell);
                continue;
            }
            self.wait(&left);
            for trigger in self.ear.heard() {
                self.hear(trigger, tell);
            }
        }
        let survivors = match self.core.has_given_up() {
            true => self.family.members(),
            false => Vec::new(),
        };
        if !survivors.is_empty() {
            self.family.let_go();
        }
        Ended {
            status: self.status,
            timed_out: self.core.timed_out(),
            forced: self.core.forced() || cut_short,
            survivors: survivors.iter().map(Target::id).collect(),
        }
    }

    /// Who is left behind by the main process; nobody is looked for while that runs.
    fn left(&mut self) -> Vec<Target> {
        if self.status.is_none() {
            // The handle is our own child's: nothing keeps the system from telling.
            self.status = self.child.try_wait().unwrap_or_default();
            if self.status.is_some() && self.family.seat() == Seat::Shared {
                self.told_until = Some(Instant::now() + HANDED_ROUND);
            }
        }
        match self.status {
            Some(_) => self.family.members(),
            None => Vec::new(),
        }
    }

    /// Sleeps until something may have changed. Of those who are left one is enough: as long as he is there, so is somebody.
    fn wait(&self, left: &[Target]) {
        let one_of_them = left.first().map(watch).transpose();
        let mut handles: Vec<BorrowedHandle<'_>> = Vec::new();
        let mut until = [self.core.deadline(), self.limit].into_iter().flatten().min();
        match (self.status, &one_of_them) {
            (None, _) => handles.push(self.child.as_handle()),
            (Some(_), Ok(one)) => handles.extend(one.iter().map(AsHandle::as_handle)),
            // It is looked for anew.
            (Some(_), Err(_)) => until = Some(Instant::now() + Duration::from_millis(20)),
        }
        handles.extend(self.watched.as_ref().and_then(listen::Parent::handle));
        self.ear.wait(&handles, until);
    }

    fn hear(&mut self, trigger: Trigger, tell: &mut dyn FnMut(Happening)) {
        let signal = match trigger {
            Trigger::Cooperative => Signal::Term,
            Trigger::Interrupt | Trigger::Break if self.is_known() => return,
            Trigger::Interrupt => Signal::Int,
            Trigger::Break => Signal::Break,
            // Everybody on the console is told of its end, but one after the other, and perhaps not before we have left.
            Trigger::Close | Trigger::Logoff | Trigger::SystemShutdown => {
                self.limit.get_or_insert(Instant::now() + BEFORE_THE_SYSTEM);
                if self.core.is_stopping() {
                    return;
                }
                Signal::Term
            }
            _ => return,
        };
        let order = self.core.signal(Instant::now(), signal);
        self.carry_out(order, tell);
    }

    /// Whether what was typed at the console is heard there by those for whom it is, or was; or it was we who sent it.
    fn is_known(&self) -> bool {
        let is_told = self.told_until.is_some_and(|until| Instant::now() < until);
        is_told
            || self.family.seat() == Seat::Shared
                && match self.status {
                    None => self.family.is_on_our_console(),
                    // Those who are left were asked before: this is the second request.
                    Some(_) => !self.core.is_stopping(),
                }
    }

    fn carry_out(&mut self, order: Option<Order>, tell: &mut dyn FnMut(Happening)) {
        let mut next = order.map(|order| self.spoken(order));
        while let Some(order) = next.take() {
            tell(order.happening());
            let (Order::Forward(signal, reach) | Order::Ask(signal, reach)) = order;
            match self.family.send(signal, reach) {
                Ok(Heard::ByThemAlone) => {}
                Ok(Heard::ByUsToo) => self.told_until = Some(Instant::now() + HANDED_ROUND),
                Err(error) => {
                    tell(Happening::NotSent(error));
                    if matches!(order, Order::Ask(..)) && signal != Signal::Kill {
                        // There is nothing to wait for.
                        next = self.core.next_stage(Instant::now()).map(|order| self.spoken(order));
                    }
                }
            }
        }
    }

    /// The order as it can be carried out here.
    fn spoken(&self, order: Order) -> Order {
        let seat = self.family.seat();
        match order {
            Order::Forward(signal, reach) => Order::Forward(seat.instead_of(signal), reach),
            Order::Ask(signal, reach) => Order::Ask(seat.instead_of(signal), reach),
        }
    }

    /// Ends whoever must not outlive us, before the system ends this process.
    fn end_all(&mut self, tell: &mut dyn FnMut(Happening)) {
        self.carry_out(Some(Order::Ask(Signal::Kill, self.must_end)), tell);
        let until = Instant::now() + LAST_WAIT;
        while self.status.is_none() && Instant::now() < until {
            self.ear.wait(&[self.child.as_handle()], Some(until));
            self.left();
        }
    }
}

/// A handle to wait for its end, while the target keeps its number.
fn watch(target: &Target) -> io::Result<OwnedHandle> {
    process::open(target.id().pid(), PROCESS_SYNCHRONIZE)
}
