//! What a parent does when something happens. No process, no signal, no clock of its own.

use std::time::{Duration, Instant};

use crate::Signal;
use crate::stop::{Plan, Stage};

use super::{Escalation, Happening, Leftovers, Reach};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Pass a signal on.
    Forward(Signal, Reach),
    /// Ask by the plan; where the signal is KILL, by force.
    Ask(Signal, Reach),
}

impl Order {
    pub(super) fn happening(self) -> Happening {
        match self {
            Order::Forward(signal, reach) => Happening::Forwarded(signal, reach),
            Order::Ask(signal, reach) => Happening::Asked(signal, reach),
        }
    }
}

/// How the parent was told to behave.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) forward_to: Reach,
    pub(super) map: Vec<(Signal, Option<Signal>)>,
    pub(super) timeout: Option<Duration>,
    pub(super) plan: Plan,
    pub(super) stop_reach: Reach,
    pub(super) escalation: Escalation,
    pub(super) leftovers: Leftovers,
}

#[derive(Debug)]
pub(super) struct Core {
    settings: Settings,
    main: Main,
    phase: Phase,
    timed_out: bool,
    forced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Main {
    Runs,
    HasEnded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nobody is to be stopped, unless the moment comes.
    Running(Option<Instant>),
    /// This stage of the plan is going on, until then.
    Stopping(usize, Option<Instant>, Reach),
    /// Whoever is left is left on purpose.
    Over,
    /// The plan is at its end, and somebody is left.
    GivenUp,
}

/// What asks a process to stop.
fn is_request_to_stop(signal: Signal) -> bool {
    matches!(
        signal,
        Signal::Term | Signal::Int | Signal::Hup | Signal::Quit | Signal::Break
    )
}

impl Core {
    pub(super) fn new(settings: Settings, now: Instant) -> Core {
        let end = settings.timeout.and_then(|timeout| now.checked_add(timeout));
        Core {
            settings,
            main: Main::Runs,
            phase: Phase::Running(end),
            timed_out: false,
            forced: false,
        }
    }

    /// When [`tick`](Core::tick) is due.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Running(until) | Phase::Stopping(_, until, _) => until,
            Phase::Over | Phase::GivenUp => None,
        }
    }

    /// Nothing more is waited for, whoever is left.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over | Phase::GivenUp)
    }

    /// The plan is at its end, and was not enough.
    pub(super) fn has_given_up(&self) -> bool {
        self.phase == Phase::GivenUp
    }

    /// The plan is being carried out.
    pub(super) fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Stopping(..))
    }

    pub(super) fn timed_out(&self) -> bool {
        self.timed_out
    }

    /// KILL was sent by the plan.
    pub(super) fn forced(&self) -> bool {
        self.forced
    }

    pub(super) fn main_has_ended(&self) -> bool {
        self.main == Main::HasEnded
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Order> {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return None;
        }
        match self.phase {
            Phase::Running(_) => {
                self.timed_out = true;
                self.begin(now, None)
            }
            Phase::Stopping(..) => self.next_stage(now),
            Phase::Over | Phase::GivenUp => None,
        }
    }

    /// The stage that is going on has had its time, or nobody could be asked, and there is nothing to wait for.
    pub(super) fn next_stage(&mut self, now: Instant) -> Option<Order> {
        match self.phase {
            Phase::Stopping(stage, _, reach) => self.enter(stage + 1, now, reach, None),
            Phase::Running(_) | Phase::Over | Phase::GivenUp => None,
        }
    }

    /// A signal has come to this process.
    pub(super) fn signal(&mut self, now: Instant, signal: Signal) -> Option<Order> {
        let said = self.settings.map.iter().rev().find(|(from, _)| *from == signal);
        let signal = said.map_or(Some(signal), |(_, to)| *to)?;
        match (self.main, self.phase) {
            // Whoever is left was asked before: this is the second request.
            (Main::HasEnded, _) if self.is_stopping() && is_request_to_stop(signal) => self.next_stage(now),
            (Main::HasEnded, _) => Some(Order::Forward(signal, Reach::Tree)),
            (Main::Runs, Phase::Running(_))
                if is_request_to_stop(signal) && self.settings.escalation == Escalation::OnRequest =>
            {
                self.begin(now, Some(signal))
            }
            (Main::Runs, _) => Some(Order::Forward(signal, self.settings.forward_to)),
        }
    }

    /// The main process is gone, and somebody may be left.
    pub(super) fn main_ended(&mut self, now: Instant) -> Option<Order> {
        self.main = Main::HasEnded;
        match (self.settings.leftovers, self.phase) {
            (_, Phase::Over | Phase::GivenUp) => None,
            (Leftovers::Leave, _) => {
                self.phase = Phase::Over;
                None
            }
            // Whoever is left was asked together with it, and keeps the time that he was given.
            (Leftovers::Stop, Phase::Stopping(_, _, Reach::Tree)) => None,
            (Leftovers::Stop, _) => self.enter(0, now, Reach::Tree, None),
            (Leftovers::Wait, Phase::Stopping(..)) => None,
            (Leftovers::Wait, _) => {
                self.phase = Phase::Running(None);
                None
            }
        }
    }

    /// The parent of this process is gone.
    pub(super) fn parent_gone(&mut self, now: Instant) -> Option<Order> {
        match self.phase {
            Phase::Running(_) => self.enter(0, now, Reach::Tree, None),
            Phase::Stopping(..) | Phase::Over | Phase::GivenUp => None,
        }
    }

    fn begin(&mut self, now: Instant, first: Option<Signal>) -> Option<Order> {
        self.enter(0, now, self.settings.stop_reach, first)
    }

    /// Enters a stage, with another signal than its own if one is given.
    fn enter(&mut self, stage: usize, now: Instant, reach: Reach, instead: Option<Signal>) -> Option<Order> {
        let Some(&Stage { signal, wait }) = self.settings.plan.stages().get(stage) else {
            self.phase = Phase::GivenUp;
            return None;
        };
        let until = (wait != Duration::MAX).then(|| now.checked_add(wait)).flatten();
        self.phase = Phase::Stopping(stage, until, reach);
        let signal = instead.unwrap_or(signal);
        self.forced |= signal == Signal::Kill;
        Some(Order::Ask(signal, reach))
    }
}
