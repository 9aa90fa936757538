//! What is told of a stopping.

use std::time::Duration;

use crate::Signal;
use crate::stop::ProcessId;
use crate::stop::report::{Report, Step};

use super::Stopping;

/// What has happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A process was asked, or could not be: [`Step::route`] tells which.
    Step {
        /// The process.
        id: ProcessId,
        /// The request.
        step: Step,
    },
    /// It is over for this process.
    Ended(Report),
}

/// What has happened, until somebody hears it: a step, counted from the first of its member, or the end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    Step { member: usize, step: usize },
    Ended { member: usize },
}

/// What came of a call of [`Stopping::next`].
#[derive(Clone, Debug)]
pub enum Next {
    /// Something happened.
    Event(Event),
    /// Nothing happened in the time given, or until [`ForceHandle::wake`](super::ForceHandle::wake) was called.
    TimedOut,
    /// It is over for every process, and every event has been given out.
    Done,
}

/// A process that is still there, and has until its stage of the plan is over.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Waiting {
    /// The process.
    pub id: ProcessId,
    /// Its name, where the system tells it.
    pub name: Option<String>,
    /// What is asked in that stage. In a tree it need not have been asked itself: it came later, or could not be.
    pub signal: Signal,
    /// How long it has; `Duration::MAX` is without end.
    pub remaining: Duration,
    /// What comes then; `None` where nothing does, and it will count as [survived](crate::stop::Outcome::Survived).
    pub next: Option<Signal>,
}

impl Stopping {
    pub(super) fn event(&self, told: Told) -> Option<Event> {
        match told {
            Told::Step { member, step } => {
                let member = &self.members[member];
                let step = member.steps.get(step)?.clone();
                Some(Event::Step { id: member.id, step })
            }
            Told::Ended { member } => Some(Event::Ended(self.members[member].report(&self.trees)?)),
        }
    }
}
