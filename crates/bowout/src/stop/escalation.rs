//! When is who asked what? The pure core: no system calls, no clock of its own.
//!
//! Every member walks through the stages of one plan, by one clock, so that
//!
//! - all are asked at once, in the first stage, and one that leaves late does not delay the others;
//! - a stage is over for all at the same moment: one deadline, counted from the last time that somebody was asked in it, so
//!   that nobody has less than the wait that the plan gives, however long the asking takes;
//! - a member that a stage cannot reach goes on to its next stage at once: nobody was asked, so there is nothing to wait for;
//! - the whole takes no longer than the waits of the plan together, plus the time that the sending itself takes;
//! - a member that has ended is never asked again.

use std::time::Instant;

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
    /// The stage's request was sent, and the member has until the stage is over.
    Waiting {
        stage: usize,
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
    /// When each stage is over for those who were asked in it; `None` is never.
    over: Vec<Option<Instant>>,
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
            over: vec![None; plan.stages().len()],
            members: vec![member; members],
        }
    }

    /// Lets the time pass until `now` and gives the next request to be sent, if there is one.
    pub(super) fn next_ask(&mut self, now: Instant) -> Option<Ask> {
        for (member, of) in self.members.iter_mut().enumerate() {
            if let State::Waiting { stage } = of.state {
                if self.over[stage].is_some_and(|over| over <= now) {
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

    /// Takes what came of the member's request. The wait of its stage begins `now`, also for those who were asked before.
    pub(super) fn answer(&mut self, member: usize, answer: Answer, now: Instant) {
        let of = &mut self.members[member];
        let State::Due { stage } = of.state else { return };
        of.state = match answer {
            Answer::Sent => {
                of.was_asked = true;
                self.over[stage] = now.checked_add(self.stages[stage].wait);
                State::Waiting { stage }
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
                State::Due { stage } | State::Waiting { stage } if stage < last => {
                    of.state = State::Due { stage: last };
                }
                _ => {}
            }
        }
    }

    pub(super) fn wake(&self) -> Wake {
        let mut wake = Wake::Done;
        for of in &self.members {
            // Nobody is due here: whoever drives the core takes every request before it sleeps.
            let over = match of.state {
                State::Waiting { stage } => self.over[stage],
                State::Due { .. } => None,
                State::Ended(_) => continue,
            };
            wake = match (over, wake) {
                (Some(over), Wake::At(at)) => Wake::At(over.min(at)),
                (Some(over), _) => Wake::At(over),
                (None, Wake::Done) => Wake::Never,
                (None, wake) => wake,
            };
        }
        wake
    }

    /// The stage whose answer the member has, and until when it has time; `None` once it has ended, and before it was asked.
    pub(super) fn waiting(&self, member: usize) -> Option<(usize, Option<Instant>)> {
        match self.members[member].state {
            State::Waiting { stage } => Some((stage, self.over[stage])),
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

#[cfg(test)]
#[path = "escalation_tests.rs"]
mod tests;
