//! When is who asked what? The pure core: no system calls, no clock of its own.
//!
//! Every member walks through the stages of one plan, by one clock, so that
//!
//! - all are asked at once, in the first stage, and one that leaves late does not delay the others;
//! - a stage is over for all at the same moment: one deadline, counted from the last time that somebody was asked in it, so
//!   that nobody has less than the wait that the plan gives, however long the asking takes;
//! - a member that a stage cannot reach goes on to its next stage at once: nobody was asked, so there is nothing to wait for.
//!   In a tree it waits for as long as one of those who were asked does: a parent that is leaving must not lose the child
//!   that helps it to;
//! - the whole takes no longer than the waits of the plan together, plus the time that the sending itself takes: who joins
//!   late has what is left, and puts nothing off;
//! - a member that has ended is never asked again.
//!
//! No step looks at every member, but for [`force`](Escalation::force), so ten thousand of them cost ten thousand times as
//! much as one.

use std::collections::{HashMap, VecDeque};
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
    /// It is still there after the last wait.
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
    /// The stage's request could not be sent, and it is open yet whether others of its tree were reached.
    Missed {
        stage: usize,
    },
    /// It has until the stage is over.
    Waiting {
        stage: usize,
        role: Role,
    },
    Ended(End),
}

/// Why a member waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It was asked.
    Asked,
    /// It could not be, and others of its tree were: until the last of them is gone.
    Missed,
    /// It came behind the requests.
    Late,
}

#[derive(Clone, Debug)]
struct Member {
    state: State,
    /// Those of one tree have the same number here; a process by itself has one of its own.
    group: usize,
    was_asked: bool,
    was_missed: bool,
    joined: Joined,
}

/// When a member became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// Before the stage's requests went out: it is to get its own.
    InTime,
    /// Behind them. It is asked in the next stage, if it is still there: it may be what a member that was asked needs to leave
    /// well. A stage that kills is for all, though.
    Late,
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

/// One stage of the plan, as far as it has come.
#[derive(Clone, Debug)]
struct Phase {
    stage: Stage,
    /// When it is over for those who wait in it; `None` is never.
    over: Option<Instant>,
    /// Whoever has begun to wait in it. Some may have ended since.
    entered: Vec<usize>,
    /// How many of them wait.
    waiting: usize,
    /// The groups of those whom its request has reached, and how many of each still wait.
    reached: HashMap<usize, usize>,
    /// By group, those who have begun to wait in it though it could not reach them. Some may have ended since.
    missed: HashMap<usize, Vec<usize>>,
}

#[derive(Clone, Debug)]
pub(super) struct Escalation {
    phases: Vec<Phase>,
    members: Vec<Member>,
    /// In the order in which they are asked. Those who are not due any more are passed over.
    due: VecDeque<usize>,
    missed: Vec<usize>,
    /// Those who have ended and have not been told yet.
    ended: VecDeque<usize>,
    live: usize,
}

impl Escalation {
    pub(super) fn new(plan: &Plan) -> Escalation {
        let phase = |stage: &Stage| Phase {
            stage: *stage,
            over: None,
            entered: Vec::new(),
            waiting: 0,
            reached: HashMap::new(),
            missed: HashMap::new(),
        };
        Escalation {
            phases: plan.stages().iter().map(phase).collect(),
            members: Vec::new(),
            due: VecDeque::new(),
            missed: Vec::new(),
            ended: VecDeque::new(),
            live: 0,
        }
    }

    /// Adds a member in this stage, and gives its number: they are counted from 0.
    pub(super) fn join(&mut self, group: usize, stage: usize, joined: Joined) -> usize {
        let member = self.members.len();
        let phase = &self.phases[stage];
        let others_were_asked = phase.stage.signal.can_be_caught() && phase.reached.contains_key(&group);
        let state = match joined {
            Joined::Late if others_were_asked => State::Waiting {
                stage,
                role: Role::Late,
            },
            _ => State::Due { stage },
        };
        self.members.push(Member {
            state,
            group,
            was_asked: false,
            was_missed: false,
            joined,
        });
        self.live += 1;
        match state {
            State::Due { .. } => self.due.push_back(member),
            _ => self.enter(member, stage, Role::Late),
        }
        member
    }

    /// Has one whom nobody has asked yet belong to this group; tells whether that is so now.
    pub(super) fn regroup(&mut self, member: usize, group: usize) -> bool {
        let of = &mut self.members[member];
        let is_fresh = of.state == State::Due { stage: 0 };
        if is_fresh {
            of.group = group;
        }
        is_fresh
    }

    /// Lets the time pass until `now` and gives the next request to be sent, if there is one.
    pub(super) fn next_ask(&mut self, now: Instant) -> Option<Ask> {
        loop {
            for stage in 0..self.phases.len() {
                if self.phases[stage].waiting > 0 && self.phases[stage].over.is_some_and(|over| over <= now) {
                    self.end_stage(stage);
                }
            }
            while let Some(member) = self.due.pop_front() {
                if let State::Due { stage } = self.members[member].state {
                    let signal = self.phases[stage].stage.signal;
                    return Some(Ask { member, stage, signal });
                }
            }
            if self.missed.is_empty() {
                return None;
            }
            for member in std::mem::take(&mut self.missed) {
                let of = &self.members[member];
                match of.state {
                    State::Missed { stage } if self.phases[stage].reached.get(&of.group) > Some(&0) => {
                        self.enter(member, stage, Role::Missed);
                    }
                    State::Missed { stage } => self.go_on(member, stage),
                    _ => {}
                }
            }
        }
    }

    /// Those who are to be asked in this stage behind the request that was given last.
    pub(super) fn due(&self, stage: usize) -> impl Iterator<Item = usize> + '_ {
        let is_due = move |member: &usize| self.members[*member].state == State::Due { stage };
        self.due.iter().copied().filter(is_due)
    }

    /// Puts one who was to be asked behind all others who are.
    pub(super) fn defer(&mut self, member: usize) {
        self.due.push_back(member);
    }

    fn end_stage(&mut self, stage: usize) {
        for member in std::mem::take(&mut self.phases[stage].entered) {
            match self.members[member].state {
                State::Waiting { stage: of, .. } if of == stage => {
                    self.leave(member);
                    self.go_on(member, stage);
                }
                _ => {}
            }
        }
    }

    /// Counts out one that waits.
    fn leave(&mut self, member: usize) {
        let of = &self.members[member];
        let State::Waiting { stage, role } = of.state else {
            return;
        };
        let phase = &mut self.phases[stage];
        phase.waiting -= 1;
        if let (Role::Asked, Some(left)) = (role, phase.reached.get_mut(&of.group)) {
            *left -= 1;
        }
    }

    /// Has those of a tree who could not be asked go on, if nobody is left who was.
    fn release(&mut self, group: usize, stage: usize) {
        let phase = &mut self.phases[stage];
        if phase.reached.get(&group) != Some(&0) {
            return;
        }
        let role = Role::Missed;
        for member in phase.missed.remove(&group).unwrap_or_default() {
            if self.members[member].state == (State::Waiting { stage, role }) {
                self.leave(member);
                self.go_on(member, stage);
            }
        }
    }

    /// What follows a stage that is over for the member.
    fn go_on(&mut self, member: usize, stage: usize) {
        let of = &mut self.members[member];
        if stage + 1 < self.phases.len() {
            // For that one it is in time.
            of.joined = Joined::InTime;
            of.state = State::Due { stage: stage + 1 };
            self.due.push_back(member);
        } else {
            let nobody_could = of.was_missed && !of.was_asked;
            self.end_as(member, if nobody_could { End::Unreachable } else { End::Survived });
        }
    }

    fn enter(&mut self, member: usize, stage: usize, role: Role) {
        self.members[member].state = State::Waiting { stage, role };
        let phase = &mut self.phases[stage];
        phase.entered.push(member);
        phase.waiting += 1;
        if role == Role::Missed {
            let group = self.members[member].group;
            phase.missed.entry(group).or_default().push(member);
        }
    }

    fn end_as(&mut self, member: usize, end: End) {
        self.members[member].state = State::Ended(end);
        self.ended.push_back(member);
        self.live -= 1;
    }

    /// Takes what came of the member's request. The wait of its stage begins `now`, also for those who were asked before.
    pub(super) fn answer(&mut self, member: usize, answer: Answer, now: Instant) {
        let of = &mut self.members[member];
        let State::Due { stage } = of.state else { return };
        match answer {
            Answer::Sent => {
                of.was_asked = true;
                let phase = &mut self.phases[stage];
                *phase.reached.entry(of.group).or_default() += 1;
                if of.joined == Joined::InTime || phase.over.is_none() {
                    phase.over = now.checked_add(phase.stage.wait);
                }
                self.enter(member, stage, Role::Asked);
            }
            Answer::Unreachable => {
                of.was_missed = true;
                of.state = State::Missed { stage };
                self.missed.push(member);
            }
            Answer::Denied => self.end_as(member, End::Denied),
            Answer::Gone => self.exited(member),
        }
    }

    /// The member has exited.
    pub(super) fn exited(&mut self, member: usize) {
        let of = &self.members[member];
        let end = if of.was_asked { End::Stopped } else { End::AlreadyGone };
        let (state, group) = (of.state, of.group);
        if let State::Ended(_) = state {
            return;
        }
        self.leave(member);
        self.end_as(member, end);
        if let State::Waiting { stage, .. } = state {
            self.release(group, stage);
        }
    }

    /// Everybody who is still there is due for the last stage now, whatever wait is left. Whom the last stage has already
    /// asked stays as it is.
    pub(super) fn force(&mut self) {
        let last = self.phases.len() - 1;
        for member in 0..self.members.len() {
            let state = self.members[member].state;
            match state {
                State::Due { stage } | State::Missed { stage } | State::Waiting { stage, .. } if stage < last => {
                    self.leave(member);
                    self.members[member].state = State::Due { stage: last };
                    if !matches!(state, State::Due { .. }) {
                        self.due.push_back(member);
                    }
                }
                _ => {}
            }
        }
    }

    /// Nobody is due here: whoever drives the core takes every request before it sleeps.
    pub(super) fn wake(&self) -> Wake {
        if self.live == 0 {
            return Wake::Done;
        }
        let waited_in = self.phases.iter().filter(|phase| phase.waiting > 0);
        match waited_in.filter_map(|phase| phase.over).min() {
            Some(over) => Wake::At(over),
            None => Wake::Never,
        }
    }

    /// The next member that has ended and was not told before.
    pub(super) fn next_ended(&mut self) -> Option<(usize, End)> {
        let member = self.ended.pop_front()?;
        Some((member, self.end(member)?))
    }

    /// The stage that the member waits in, and until when it has time; `None` once it has ended, and while it is to be asked.
    pub(super) fn waiting(&self, member: usize) -> Option<(usize, Option<Instant>)> {
        match self.members[member].state {
            State::Waiting { stage, .. } => Some((stage, self.phases[stage].over)),
            _ => None,
        }
    }

    pub(super) fn end(&self, member: usize) -> Option<End> {
        match self.members[member].state {
            State::Ended(end) => Some(end),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "escalation_tests.rs"]
mod tests;
