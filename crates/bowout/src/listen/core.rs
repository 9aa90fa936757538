//! The state of a shutdown, without a clock, a thread or a system: it is told what happened and when, and says what is due.

use std::time::{Duration, Instant, SystemTime};

use super::request::{REPEAT_WINDOW, Request, SecondRequest, Sender, Trigger};

/// What one request to stop means. Of several the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// It is one that was heard already, told again.
    Coalesced,
    /// It is a further one, to be noted.
    Repeat,
    /// It is the first: tell everybody who waits.
    Begin,
    /// It is a further one, and the process ends now.
    LeaveNow,
}

/// What time has made necessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// The program did not get to its cleanups in time: somebody else has to run what is left of them. Said once.
    RunCleanups,
    /// The deadline has passed.
    LeaveNow,
}

/// The longest time that is kept back for cleanups at the end of a grace period.
const MOST_KEPT_FOR_CLEANUPS: Duration = Duration::from_secs(1);

/// One request, as it arrives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) trigger: Trigger,
    pub(super) sender: Option<Sender>,
    /// How long the system lets the process live after it, if it says.
    pub(super) limit: Option<Duration>,
    pub(super) now: Instant,
    pub(super) time: SystemTime,
}

#[derive(Debug)]
pub(super) struct Core {
    grace: Duration,
    second: SecondRequest,
    first: Option<Request>,
    /// When the latest request from outside came that was not a repetition of the one before.
    last_external: Option<Instant>,
    /// The first one from outside, which may have come after the program began to leave by itself.
    first_external: Option<Trigger>,
    repeats: u32,
    deadline: Option<Deadline>,
    handed_over: bool,
}

/// When the process ends, and since when its cleanups cannot wait for the program any longer.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    at: Instant,
    cleanups_from: Instant,
}

impl Core {
    pub(super) fn new(grace: Duration, second: SecondRequest) -> Core {
        Core {
            grace,
            second,
            first: None,
            last_external: None,
            first_external: None,
            repeats: 0,
            deadline: None,
            handed_over: false,
        }
    }

    pub(super) fn request(&mut self, arrival: Arrival) -> Verdict {
        let external = arrival.trigger != Trigger::Program;
        let last = self.last_external;
        let told_again = last.is_some_and(|last| arrival.now.saturating_duration_since(last) < REPEAT_WINDOW);
        if external && !told_again {
            self.last_external = Some(arrival.now);
        }
        if external && self.first_external.is_none() {
            self.first_external = Some(arrival.trigger);
        }
        self.tighten(&arrival);
        if self.first.is_none() {
            self.first = Some(Request {
                trigger: arrival.trigger,
                sender: arrival.sender,
                time: arrival.time,
                instant: arrival.now,
                deadline: self.deadline.map(|deadline| deadline.at),
            });
            return Verdict::Begin;
        }
        // The first request from outside is never "a second one", even if the program was leaving by itself already.
        if !external || last.is_none() || told_again {
            return Verdict::Coalesced;
        }
        self.repeats = self.repeats.saturating_add(1);
        match self.second {
            SecondRequest::LeaveNow => Verdict::LeaveNow,
            SecondRequest::Note => Verdict::Repeat,
        }
    }

    /// The deadline never moves back: the grace counts from the first request, and a system's limit from its own.
    fn tighten(&mut self, arrival: &Arrival) {
        let grace = self.first.is_none().then_some(self.grace);
        let Some(lifetime) = grace.into_iter().chain(arrival.limit).min() else {
            return;
        };
        let Some(at) = arrival.now.checked_add(lifetime) else {
            return;
        };
        if self.deadline.is_some_and(|present| present.at <= at) {
            return;
        }
        let kept = MOST_KEPT_FOR_CLEANUPS.min(lifetime / 4);
        self.deadline = Some(Deadline {
            at,
            cleanups_from: at.checked_sub(kept).unwrap_or(at),
        });
        if let Some(first) = &mut self.first {
            first.deadline = Some(at);
        }
    }

    pub(super) fn due(&mut self, now: Instant) -> Due {
        let Some(deadline) = self.deadline else {
            return Due::Nothing;
        };
        if deadline.at <= now {
            return Due::LeaveNow;
        }
        if deadline.cleanups_from <= now && !self.handed_over {
            self.handed_over = true;
            return Due::RunCleanups;
        }
        Due::Nothing
    }

    /// When [`due`](Core::due) has something to say, unless something else happens first.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        let deadline = self.deadline?;
        Some(if self.handed_over {
            deadline.at
        } else {
            deadline.cleanups_from
        })
    }

    pub(super) fn first(&self) -> Option<Request> {
        self.first
    }

    /// What the process leaves for: the first request from outside, else nothing but its own will.
    pub(super) fn leaves_for(&self) -> Option<Trigger> {
        self.first_external
    }

    pub(super) fn repeats(&self) -> u32 {
        self.repeats
    }
}

#[cfg(test)]
#[path = "core_tests.rs"]
mod tests;
