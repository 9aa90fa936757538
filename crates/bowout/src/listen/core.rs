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

/// How often the clock is looked at while the program leaves. Nothing else tells that the process was stopped (Ctrl-Z, a
/// debugger): a look that comes much too late does.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A look that is later than this is no slow scheduler any more.
const STOPPED_IF_LATER_THAN: Duration = Duration::from_millis(200);

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
    /// The first one from outside, which may have come after the program began to leave by itself, or for a circumstance in
    /// which nobody asked.
    first_external: Option<Trigger>,
    repeats: u32,
    /// The program's own, which does not run while the process is stopped.
    grace_until: Option<Deadline>,
    /// The system's, which does.
    limit_until: Option<Deadline>,
    handed_over: bool,
    looked: Option<Instant>,
}

/// When the process ends, and since when its cleanups cannot wait for the program any longer.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    at: Instant,
    cleanups_from: Instant,
}

impl Deadline {
    /// `None` where the end lies beyond what the clock can tell.
    fn after(lifetime: Duration, now: Instant) -> Option<Deadline> {
        let at = now.checked_add(lifetime)?;
        let kept = MOST_KEPT_FOR_CLEANUPS.min(lifetime / 4);
        Some(Deadline {
            at,
            cleanups_from: at.checked_sub(kept).unwrap_or(at),
        })
    }

    fn later_by(self, time: Duration) -> Option<Deadline> {
        Some(Deadline {
            at: self.at.checked_add(time)?,
            cleanups_from: self.cleanups_from.checked_add(time)?,
        })
    }
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
            grace_until: None,
            limit_until: None,
            handed_over: false,
            looked: None,
        }
    }

    pub(super) fn request(&mut self, arrival: Arrival) -> Verdict {
        let external = arrival.trigger.is_asked();
        let last = self.last_external;
        let told_again = last.is_some_and(|last| arrival.now.saturating_duration_since(last) < REPEAT_WINDOW);
        if external && !told_again {
            self.last_external = Some(arrival.now);
        }
        if external && self.first_external.is_none() {
            self.first_external = Some(arrival.trigger);
        }
        if let Some(limit) = arrival.limit {
            let until = Deadline::after(limit, arrival.now);
            // Of two limits the earlier holds.
            let earlier = |present: &Deadline| until.is_none_or(|until| present.at <= until.at);
            self.limit_until = self.limit_until.filter(earlier).or(until);
        }
        if self.first.is_none() {
            self.grace_until = Deadline::after(self.grace, arrival.now);
            self.looked = Some(arrival.now);
            self.first = Some(Request {
                trigger: arrival.trigger,
                sender: arrival.sender,
                time: arrival.time,
                instant: arrival.now,
                deadline: self.deadline().map(|deadline| deadline.at),
            });
            return Verdict::Begin;
        }
        self.tell_deadline();
        // The first request from outside is never "a second one", even if the program was leaving by itself already.
        if !external || last.is_none() || told_again || arrival.trigger.ends_more_than_us() {
            return Verdict::Coalesced;
        }
        self.repeats = self.repeats.saturating_add(1);
        match self.second {
            SecondRequest::LeaveNow => Verdict::LeaveNow,
            SecondRequest::Note => Verdict::Repeat,
        }
    }

    /// The tighter of the two.
    fn deadline(&self) -> Option<Deadline> {
        let both = self.grace_until.into_iter().chain(self.limit_until);
        both.reduce(|one, other| Deadline {
            at: one.at.min(other.at),
            cleanups_from: one.cleanups_from.min(other.cleanups_from),
        })
    }

    fn tell_deadline(&mut self) {
        let deadline = self.deadline();
        if let Some(first) = &mut self.first {
            first.deadline = deadline.map(|deadline| deadline.at);
        }
    }

    /// What is due at this look at the clock. Of a look that comes much later than [`wake_at`](Core::wake_at) said, the
    /// process was stopped in between, and the grace period lasts longer by as much.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        let late = self.wake_at().map(|expected| now.saturating_duration_since(expected));
        if let Some(stopped) = late.filter(|late| *late > STOPPED_IF_LATER_THAN) {
            self.grace_until = self.grace_until.and_then(|deadline| deadline.later_by(stopped));
            self.tell_deadline();
        }
        if self.first.is_some() {
            self.looked = Some(now);
        }
        let Some(deadline) = self.deadline() else {
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

    /// When to look again with [`due`](Core::due), unless something else happens first; `None` before there is a request.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        let next_look = self.looked?.checked_add(LOOK_EVERY);
        let deadline = self.deadline().map(|deadline| {
            if self.handed_over {
                deadline.at
            } else {
                deadline.cleanups_from
            }
        });
        next_look.into_iter().chain(deadline).min()
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
