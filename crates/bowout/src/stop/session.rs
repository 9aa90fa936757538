//! The stopping of one or several processes, step by step.

#[cfg(feature = "tokio")]
mod asynchronous;
mod error;
mod events;
mod force;
mod growth;

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Signal;

use super::escalation::{Answer, Ask, End, Escalation, Joined, Wake};
use super::report::{ExitStatus, Outcome, Report, Step};
use super::route::{Attempt, NotSent, Reached};
use super::sys::{Allowed, Manner, Process, Waiter};
use super::tree::Look;
use super::{Plan, ProcessId, Subject, Target};
use events::Told;
use growth::{Growth, Sapling};

pub use error::StopError;
pub use events::{Event, Next, Waiting};
pub use force::ForceHandle;

/// Processes and trees that are being stopped, all at once, by one plan.
///
/// It does nothing by itself: each call of [`next`](Stopping::next) carries it on, and sleeps in between until a process
/// exits, a wait of the plan is over, or [`ForceHandle::force`] is called. Dropping it ends the watch, and asks nobody
/// anything more.
///
/// There is one deadline for all: the wait of a stage counts from the moment when the last of them was asked. One that a stage
/// cannot reach goes on to the next stage at once, since there is nothing to wait for; in a [`Tree`](super::Tree) it waits
/// with those that were reached.
///
/// Whoever appears in a tree after a stage's requests went out is not asked in that stage: it may be what a member needs to
/// leave well, such as the `rm` of a shell's cleanup. It is asked in the next, and a stage that kills is for all.
///
/// ```no_run
/// use bowout::stop::{Event, Next, Plan, Stopping, Target};
/// use std::time::Duration;
///
/// let targets = vec![Target::open("1234".parse()?)?, Target::open("1235".parse()?)?];
/// let mut stopping = Stopping::begin(targets, &Plan::default())?;
/// let force = stopping.force_handle(); // for a second Ctrl-C
/// loop {
///     match stopping.next(Duration::from_millis(100))? {
///         Next::Event(Event::Step { id, step }) => eprintln!("{id}: {} by {:?}", step.signal, step.route()),
///         Next::Event(Event::Ended(report)) => eprintln!("{report}"),
///         Next::TimedOut => {
///             for left in stopping.waiting() {
///                 eprintln!("waiting for {}, {:?} left", left.id, left.remaining);
///             }
///         }
///         Next::Done => break,
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Stopping {
    plan: Plan,
    core: Escalation,
    /// In the order of the core's numbers.
    members: Vec<Member>,
    /// Everybody who has ever been a member.
    numbers: HashMap<ProcessId, usize>,
    trees: Vec<Growth>,
    /// The root of the tree that this very process belongs to.
    own_tree: Option<ProcessId>,
    /// For each stage, whom its requests have reached so far.
    heard: Vec<HashSet<u32>>,
    /// Who was put behind the others, by member and stage.
    deferred: HashSet<(usize, usize)>,
    waiter: Waiter,
    force: ForceHandle,
    began: Instant,
    events: VecDeque<Told>,
    /// Why a tree could not be walked. It is told when everybody who is known has been asked.
    trouble: Option<io::Error>,
}

#[derive(Clone, Debug)]
struct Member {
    /// Until it has ended.
    process: Option<Arc<Process>>,
    id: ProcessId,
    name: Option<String>,
    allowed: Arc<Allowed>,
    /// Which of the trees it belongs to.
    tree: Option<usize>,
    steps: Vec<Step>,
    ended: Option<Ended>,
}

/// How it ended for a member.
#[derive(Clone, Copy, Debug)]
struct Ended {
    outcome: Outcome,
    status: ExitStatus,
    elapsed: Duration,
}

impl Member {
    /// What is told of it, once it has ended.
    fn report(&self, trees: &[Growth]) -> Option<Report> {
        self.ended.and_then(|_| self.clone().into_report(trees))
    }

    fn into_report(self, trees: &[Growth]) -> Option<Report> {
        let Ended {
            outcome,
            status,
            elapsed,
        } = self.ended?;
        Some(Report {
            id: self.id,
            name: self.name,
            tree: self.tree.map(|tree| trees[tree].root),
            outcome,
            status,
            steps: self.steps,
            elapsed,
        })
    }
}

/// What is to be stopped, as it was found.
enum Seed {
    Process(Target),
    Tree(Sapling),
}

/// Whether there is something to tell, or when there will be something to do though nothing happens.
enum Pace {
    Now(Next),
    Until(Option<Instant>),
}

impl Stopping {
    /// Gets ready. The first requests go out with the first call of [`next`](Stopping::next).
    ///
    /// A process that is among them twice is asked once: to many programs a second request means "at once".
    ///
    /// # Errors
    /// [`StopError::Unsupported`] where this system cannot deliver a signal of the plan, [`StopError::Protected`] where
    /// somebody in a tree is to be spared, both before anything is done; [`StopError::Io`] where the system cannot give what
    /// the waiting needs, or does not tell who is in a tree.
    pub fn begin<S: Into<Subject>>(subjects: impl IntoIterator<Item = S>, plan: &Plan) -> Result<Stopping, StopError> {
        plan.check().map_err(StopError::Unsupported)?;
        let (waiter, waker) = Waiter::new().map_err(StopError::Io)?;
        let mut stopping = Stopping {
            core: Escalation::new(plan),
            heard: vec![HashSet::new(); plan.stages().len()],
            deferred: HashSet::new(),
            plan: plan.clone(),
            members: Vec::new(),
            numbers: HashMap::new(),
            trees: Vec::new(),
            own_tree: None,
            waiter,
            force: ForceHandle::new(waker),
            began: Instant::now(),
            events: VecDeque::new(),
            trouble: None,
        };
        // All of them are there before the look that the trees share.
        let subjects: Vec<Subject> = subjects.into_iter().map(Into::into).collect();
        let mut look = Look::default();
        let seeds = subjects.into_iter().map(|subject| {
            Ok(match subject {
                Subject::Process(target) => Seed::Process(target),
                Subject::Tree(tree) => Seed::Tree(Sapling::of(tree, plan, &mut look)?),
            })
        });
        let seeds = seeds.collect::<Result<Vec<Seed>, StopError>>()?;
        drop(look);
        for seed in seeds {
            match seed {
                Seed::Process(target) => stopping.join(&target, None)?,
                Seed::Tree(sapling) => stopping.plant(sapling)?,
            }
        }
        Ok(stopping)
    }

    pub(super) fn join(&mut self, target: &Target, tree: Option<usize>) -> Result<(), StopError> {
        let one = Member {
            process: Some(Arc::clone(target.process())),
            id: target.id(),
            name: target.name().map(str::to_owned),
            allowed: Arc::new(target.allowed().clone()),
            tree,
            steps: Vec::new(),
            ended: None,
        };
        self.add(one, Joined::InTime).map_err(StopError::Io)
    }

    fn add(&mut self, one: Member, joined: Joined) -> io::Result<()> {
        if let Some(&at) = self.numbers.get(&one.id) {
            // One that was named by itself before: it must not go on starting others while its tree is killed.
            let tree = one.tree.filter(|_| self.members[at].tree.is_none());
            if let Some(tree) = tree.filter(|tree| self.core.regroup(at, *tree)) {
                self.members[at].tree = Some(tree);
                self.trees[tree].members.push(at);
                self.trees[tree].live += 1;
            }
            return Ok(());
        }
        if let Some(tree) = one.tree.filter(|_| one.id.pid() == std::process::id()) {
            self.own_tree = Some(self.trees[tree].root);
            return Ok(());
        }
        let at = self.members.len();
        if let Some(process) = &one.process {
            self.waiter.watch(at, Arc::clone(process))?;
        }
        // The groups of trees are counted from 0; a process by itself has one that no tree has.
        let group = one.tree.unwrap_or(usize::MAX - at);
        let stage = one.tree.and_then(|tree| self.trees[tree].stage).unwrap_or(0);
        self.core.join(group, stage, joined);
        if let Some(tree) = one.tree {
            self.trees[tree].members.push(at);
            self.trees[tree].live += 1;
        }
        self.numbers.insert(one.id, at);
        self.members.push(one);
        Ok(())
    }

    /// Carries it on until something happens, or nothing has for `timeout`. `Duration::MAX` waits without end, or rather, as
    /// long as the plan does.
    ///
    /// # Errors
    /// The system's, where it cannot wait. Nobody is asked anything more then, unless it is called again.
    pub fn next(&mut self, timeout: Duration) -> io::Result<Next> {
        let until = Instant::now().checked_add(timeout);
        loop {
            let wake = match self.go_on()? {
                Pace::Now(next) => return Ok(next),
                Pace::Until(wake) => wake,
            };
            let timed_out = until.is_some_and(|until| until <= Instant::now());
            self.take_exits(match (wake, until) {
                (Some(wake), Some(until)) => Some(wake.min(until)),
                (wake, until) => wake.or(until),
            })?;
            if timed_out && self.events.is_empty() {
                return Ok(Next::TimedOut);
            }
        }
    }

    /// Does what is to be done now, and tells what has happened.
    fn go_on(&mut self) -> io::Result<Pace> {
        self.ask_who_is_due();
        while let Some(told) = self.events.pop_front() {
            if let Some(event) = self.event(told) {
                return Ok(Pace::Now(Next::Event(event)));
            }
        }
        Ok(match self.pause()? {
            None => Pace::Now(Next::Done),
            Some(_) if self.force.was_woken() => Pace::Now(Next::TimedOut),
            Some(wake) => Pace::Until(wake),
        })
    }

    /// Does what is to be done now, where nobody hears what happens.
    fn go_on_unheard(&mut self) -> io::Result<Option<Option<Instant>>> {
        self.ask_who_is_due();
        self.events.clear();
        // There is nobody to come back to who woke it. Left as it is, it would keep a task from sleeping.
        self.force.was_woken();
        self.pause()
    }

    /// Until when there is nothing to do if nothing happens: `None` when it is over, `Some(None)` for ever.
    fn pause(&mut self) -> io::Result<Option<Option<Instant>>> {
        match self.trouble.take() {
            Some(trouble) => Err(trouble),
            None => Ok(self.wake()),
        }
    }

    /// Sleeps until somebody exits, and tells whether anybody has.
    fn take_exits(&mut self, until: Option<Instant>) -> io::Result<bool> {
        let exited = self.waiter.wait(until)?;
        for member in &exited {
            self.core.exited(*member);
        }
        self.settle();
        Ok(!exited.is_empty())
    }

    /// When there is something to be done though nothing happens: `None` when it is over, `Some(None)` never.
    fn wake(&self) -> Option<Option<Instant>> {
        let core = match self.core.wake() {
            Wake::Done => return None,
            Wake::At(at) => Some(at),
            Wake::Never => None,
        };
        let growing = self.trees.iter().filter(|tree| tree.live > 0).map(|tree| tree.again);
        Some(growing.chain(core).min())
    }

    /// Carries it on to the end, and gives the report of each process in the order of the targets.
    ///
    /// # Errors
    /// As [`next`](Stopping::next).
    pub fn finish(mut self) -> io::Result<Vec<Report>> {
        while let Some(wake) = self.go_on_unheard()? {
            self.take_exits(wake)?;
        }
        Ok(self.into_reports())
    }

    /// The reports of those for whom it is over, in the order of the targets.
    pub fn reports(&self) -> Vec<Report> {
        self.members
            .iter()
            .filter_map(|member| member.report(&self.trees))
            .collect()
    }

    /// Breaks it off: nobody is asked anything more. Gives the report of each process in the order of the targets; whoever is still
    /// there is [`Unfinished`](Outcome::Unfinished).
    pub fn break_off(mut self) -> Vec<Report> {
        let unfinished = Ended {
            outcome: Outcome::Unfinished,
            status: ExitStatus::Unknown,
            elapsed: self.elapsed(),
        };
        for member in &mut self.members {
            member.ended.get_or_insert(unfinished);
        }
        self.into_reports()
    }

    fn into_reports(self) -> Vec<Report> {
        let Stopping { members, trees, .. } = self;
        members
            .into_iter()
            .filter_map(|member| member.into_report(&trees))
            .collect()
    }

    /// Those who are still there, with the time that they have: they were asked, or belong to a tree of which others were.
    pub fn waiting(&self) -> impl Iterator<Item = Waiting> + '_ {
        let now = Instant::now();
        let stages = self.plan.stages();
        self.members.iter().enumerate().filter_map(move |(at, member)| {
            let (stage, until) = self.core.waiting(at)?;
            Some(Waiting {
                id: member.id,
                name: member.name.clone(),
                signal: stages[stage].signal,
                remaining: until.map_or(Duration::MAX, |until| until.saturating_duration_since(now)),
                next: stages.get(stage + 1).map(|stage| stage.signal),
            })
        })
    }

    /// The root of the tree that this very process belongs to, where that [is allowed](super::TargetOptions::allow). It is left
    /// out: whoever stops himself before the others can see to nobody. So it is to end itself when the others are gone.
    pub fn own_tree(&self) -> Option<ProcessId> {
        self.own_tree
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// A handle by which any thread can cut the waits short.
    pub fn force_handle(&self) -> ForceHandle {
        self.force.clone()
    }

    fn ask_who_is_due(&mut self) {
        self.look_again();
        loop {
            // Looked at before each request: a sending can take its time, and force must not wait for the rest of them.
            if self.force.was_called() {
                self.core.force();
            }
            let ask = self.core.next_ask(Instant::now());
            // Time alone can end a member: its last wait was over.
            self.settle();
            match ask {
                // Others first, whose request it may hear as well: then it needs none of its own.
                Some(ask) if self.is_reached_alone(&ask) && self.deferred.insert((ask.member, ask.stage)) => {
                    self.core.defer(ask.member);
                }
                Some(ask) => self.ask(ask),
                None => return self.let_go(),
            }
        }
    }

    fn is_reached_alone(&self, ask: &Ask) -> bool {
        let process = self.members[ask.member].process.as_ref();
        process.is_some_and(|process| process.is_reached_alone(ask.signal))
    }

    fn ask(
        &mut self,
        Ask {
            member: at,
            stage,
            signal,
        }: Ask,
    ) {
        if let Some(tree) = self.members[at]
            .tree
            .filter(|tree| self.trees[*tree].stage < Some(stage))
        {
            self.prepare(tree, stage, signal);
        }
        let member = &self.members[at];
        let together = member.tree.and_then(|tree| self.trees[tree].asked_together(member));
        let member = &mut self.members[at];
        let Some(process) = &member.process else { return };
        let elapsed = self.began.elapsed();
        let attempts = match together {
            Some(route) => vec![Attempt {
                route,
                result: Ok(Reached::default()),
            }],
            None => process.send(signal, Manner::Stopping, &member.allowed, &mut self.heard[stage]),
        };
        self.core.answer(at, answer(&attempts), Instant::now());
        // A request that found nobody was none.
        if answer(&attempts) != Answer::Gone {
            let step = member.steps.len();
            // `push` alone would make room for four, for each of thousands.
            member.steps.reserve_exact(1);
            member.steps.push(Step {
                signal,
                elapsed,
                attempts,
            });
            self.events.push_back(Told::Step { member: at, step });
        }
        self.settle();
    }

    /// Writes the reports of those who have just ended. When nobody is left of a tree it is looked at once more,
    /// unless all were killed where they stood.
    fn settle(&mut self) {
        let mut left_by_all = Vec::new();
        while let Some((at, end)) = self.core.next_ended() {
            let outcome = outcome(end);
            let member = &mut self.members[at];
            let was_not_killed = |step: &Step| step.signal == Signal::Kill && step.route().is_none();
            let status = match member.process.take() {
                Some(process) if outcome.is_gone() => process.exit_status(),
                Some(process) if member.tree.is_some() && member.steps.last().is_some_and(was_not_killed) => {
                    // Perhaps there was no descriptor left to do it by. Those who are gone have made room.
                    process.thaw();
                    ExitStatus::Unknown
                }
                _ => ExitStatus::Unknown,
            };
            member.ended = Some(Ended {
                outcome,
                status,
                elapsed: self.began.elapsed(),
            });
            self.events.push_back(Told::Ended { member: at });
            if let Some(tree) = member.tree {
                let id = member.id;
                let growth = &mut self.trees[tree];
                growth.live -= 1;
                if outcome.is_gone() {
                    growth.walk.exited(id);
                } else {
                    growth.remains = true;
                }
                if growth.live == 0 && growth.stage.is_some() && growth.frozen.is_none() && !growth.is_over {
                    growth.is_over = growth.remains;
                    left_by_all.push(tree);
                }
            }
        }
        self.grow(&left_by_all, Joined::Late);
    }
}

/// What the attempts come to, for the core. A refusal is final only if no other route found another obstacle: what may not be
/// asked may still lack a console.
fn answer(attempts: &[Attempt]) -> Answer {
    let failed = |why: NotSent| attempts.iter().any(|attempt| attempt.result == Err(why));
    if attempts.iter().any(|attempt| attempt.result.is_ok()) {
        Answer::Sent
    } else if failed(NotSent::Exited) {
        Answer::Gone
    } else if attempts
        .iter()
        .all(|attempt| attempt.result == Err(NotSent::PermissionDenied))
    {
        Answer::Denied
    } else {
        Answer::Unreachable
    }
}

fn outcome(end: End) -> Outcome {
    match end {
        End::Stopped => Outcome::Stopped,
        End::AlreadyGone => Outcome::AlreadyGone,
        End::Survived => Outcome::Survived,
        End::Unreachable => Outcome::Unreachable,
        End::Denied => Outcome::PermissionDenied,
    }
}
