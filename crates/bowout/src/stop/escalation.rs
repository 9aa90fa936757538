//! When is who asked what? The pure core: no system calls, no clock of its own.
//!
//! Every member walks through the stages of one plan on its own feet, so that
//!
//! - all are asked at once, in the first stage, and one that leaves late does not delay the others;
//! - nobody is forced before the wait that the plan gives, counted from the moment *it* was asked;
//! - a member that a stage cannot reach goes on to its next stage at once: nobody was asked, so there is nothing to wait for;
//! - the whole takes no longer than the waits of the plan together, plus the time that the sending itself takes;
//! - a member that has ended is never asked again.

use std::time::{Duration, Instant};

use crate::Signal;

use super::plan::{Plan, Stage};

/// A request to be sent now. It is answered with [`Escalation::answer`] before the next is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) member: usize,
    pub(super) stage: usize,
    pub(super) signal: Signal,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It was delivered.
    Sent,
    /// This system has no way to deliver this signal to this process.
    Unreachable,
    /// We may not.
    Denied,
    /// It is no longer there.
    Gone,
}

/// How it ended for a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It left after it was asked.
    Stopped,
    /// It left before anybody asked.
    AlreadyGone,
    /// It was asked, and is still there after the last wait.
    Survived,
    /// No stage could reach it.
    Unreachable,
    /// We may not send to it.
    Denied,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The stage's request is to be sent.
    Due {
        stage: usize,
    },
    /// The stage's request was sent, and the member has until then; `None` is without end.
    Waiting {
        stage: usize,
        until: Option<Instant>,
    },
    Ended(End),
}

#[derive(Clone, Debug)]
struct Member {
    state: State,
    was_asked: bool,
}

/// When the core wants to be driven again if nothing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wake {
    /// At that moment, which may have passed.
    At(Instant),
    /// Only when a member exits, or force is called for.
    Never,
    /// Every member has ended.
    Done,
}

#[derive(Clone, Debug)]
pub(super) struct Escalation {
    stages: Vec<Stage>,
    members: Vec<Member>,
}

impl Escalation {
    pub(super) fn new(plan: &Plan, members: usize) -> Escalation {
        let member = Member {
            state: State::Due { stage: 0 },
            was_asked: false,
        };
        Escalation {
            stages: plan.stages().to_vec(),
            members: vec![member; members],
        }
    }

    /// Lets the time pass until `now` and gives the next request to be sent, if there is one.
    pub(super) fn next_ask(&mut self, now: Instant) -> Option<Ask> {
        for (member, of) in self.members.iter_mut().enumerate() {
            if let State::Waiting {
                stage,
                until: Some(until),
            } = of.state
            {
                if until <= now {
                    of.state = after(stage, &self.stages, of.was_asked);
                }
            }
            if let State::Due { stage } = of.state {
                return Some(Ask {
                    member,
                    stage,
                    signal: self.stages[stage].signal,
                });
            }
        }
        None
    }

    /// Takes what came of the member's request. Its wait begins `now`.
    pub(super) fn answer(&mut self, member: usize, answer: Answer, now: Instant) {
        let of = &mut self.members[member];
        let State::Due { stage } = of.state else { return };
        of.state = match answer {
            Answer::Sent => {
                of.was_asked = true;
                State::Waiting {
                    stage,
                    until: until(now, self.stages[stage].wait),
                }
            }
            Answer::Unreachable => after(stage, &self.stages, of.was_asked),
            Answer::Denied => State::Ended(End::Denied),
            Answer::Gone => State::Ended(gone(of.was_asked)),
        };
    }

    /// The member has exited.
    pub(super) fn exited(&mut self, member: usize) {
        let of = &mut self.members[member];
        if !matches!(of.state, State::Ended(_)) {
            of.state = State::Ended(gone(of.was_asked));
        }
    }

    /// Everybody who is still there is due for the last stage now, whatever wait is left. Whom the last stage has already
    /// asked stays as it is.
    pub(super) fn force(&mut self) {
        let last = self.stages.len() - 1;
        for of in &mut self.members {
            match of.state {
                State::Due { stage } | State::Waiting { stage, .. } if stage < last => {
                    of.state = State::Due { stage: last };
                }
                _ => {}
            }
        }
    }

    pub(super) fn wake(&self) -> Wake {
        let mut wake = Wake::Done;
        for of in &self.members {
            wake = match (of.state, wake) {
                // Nobody is due here: whoever drives the core takes every request before it sleeps.
                (State::Due { .. } | State::Waiting { until: None, .. }, Wake::Done) => Wake::Never,
                (State::Waiting { until: Some(until), .. }, Wake::At(at)) => Wake::At(until.min(at)),
                (State::Waiting { until: Some(until), .. }, _) => Wake::At(until),
                (_, wake) => wake,
            };
        }
        wake
    }

    /// The stage whose answer the member has, and until when it has time; `None` once it has ended, and before it was asked.
    pub(super) fn waiting(&self, member: usize) -> Option<(usize, Option<Instant>)> {
        match self.members[member].state {
            State::Waiting { stage, until } => Some((stage, until)),
            State::Due { .. } | State::Ended(_) => None,
        }
    }

    pub(super) fn end(&self, member: usize) -> Option<End> {
        match self.members[member].state {
            State::Ended(end) => Some(end),
            _ => None,
        }
    }
}

/// What follows a stage that is over.
fn after(stage: usize, stages: &[Stage], was_asked: bool) -> State {
    match (stage + 1 < stages.len(), was_asked) {
        (true, _) => State::Due { stage: stage + 1 },
        (false, true) => State::Ended(End::Survived),
        (false, false) => State::Ended(End::Unreachable),
    }
}

fn gone(was_asked: bool) -> End {
    if was_asked { End::Stopped } else { End::AlreadyGone }
}

/// `None` is without end, also for a wait that the clock cannot count to.
fn until(now: Instant, wait: Duration) -> Option<Instant> {
    now.checked_add(wait)
}

#[cfg(test)]
#[path = "escalation_tests.rs"]
mod tests;
