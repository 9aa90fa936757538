//! The stopping of one or several processes, step by step.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::Signal;

use super::escalation::{Answer, Ask, End, Escalation, Wake};
use super::report::{ExitStatus, Outcome, Report, Step};
use super::route::{Attempt, NotSent};
use super::sys::{Manner, Waiter, Waker};
use super::{Plan, ProcessId, Target, UnsupportedSignal};

/// Processes that are being stopped, all at once, by one plan.
///
/// It does nothing by itself: each call of [`next`](Stopping::next) carries it on, and sleeps in between until a process
/// exits, a wait of the plan is over, or [`ForceHandle::force`] is called. Dropping it ends the watch, and asks nobody
/// anything more.
///
/// There is one deadline for all: the wait of a stage counts from the moment when the last of them was asked. One that a stage
/// cannot reach goes on to the next stage at once, since there is nothing to wait for.
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
    members: Vec<Member>,
    /// For each stage, whom its requests have reached so far.
    heard: Vec<HashSet<u32>>,
    waiter: Waiter,
    force: ForceHandle,
    began: Instant,
    events: VecDeque<Event>,
}

#[derive(Debug)]
struct Member {
    target: Target,
    steps: Vec<Step>,
    report: Option<Report>,
}

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

/// What came of a call of [`Stopping::next`].
#[derive(Clone, Debug)]
pub enum Next {
    /// Something happened.
    Event(Event),
    /// Nothing happened in the time given.
    TimedOut,
    /// It is over for every process, and every event has been given out.
    Done,
}

/// A process that has been asked and is still there.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Waiting {
    /// The process.
    pub id: ProcessId,
    /// Its name, where the system tells it.
    pub name: Option<String>,
    /// What it was asked last.
    pub signal: Signal,
    /// How long it has; `Duration::MAX` is without end.
    pub remaining: Duration,
    /// What comes then; `None` where nothing does, and it will count as [survived](Outcome::Survived).
    pub next: Option<Signal>,
}

impl Stopping {
    /// Gets ready. The first requests go out with the first call of [`next`](Stopping::next).
    ///
    /// A process that is among the targets twice is asked once: to many programs a second request means "at once".
    ///
    /// # Errors
    /// [`StopError::Unsupported`] where this system cannot deliver a signal of the plan, before anything is done;
    /// [`StopError::Io`] where the system cannot give what the waiting needs.
    pub fn begin(targets: Vec<Target>, plan: &Plan) -> Result<Stopping, StopError> {
        plan.check().map_err(StopError::Unsupported)?;
        let mut seen = HashSet::new();
        let distinct = targets.into_iter().filter(|target| seen.insert(target.id()));
        let members: Vec<Member> = distinct
            .map(|target| Member {
                target,
                steps: Vec::new(),
                report: None,
            })
            .collect();
        let processes: Vec<_> = members.iter().map(|member| member.target.process()).collect();
        let (waiter, waker) = Waiter::new(&processes).map_err(StopError::Io)?;
        Ok(Stopping {
            core: Escalation::new(plan, members.len()),
            heard: vec![HashSet::new(); plan.stages().len()],
            plan: plan.clone(),
            members,
            waiter,
            force: ForceHandle {
                shared: Arc::new(Force {
                    asked: AtomicBool::new(false),
                    waker,
                }),
            },
            began: Instant::now(),
            events: VecDeque::new(),
        })
    }

    /// Carries it on until something happens, or nothing has for `timeout`. `Duration::MAX` waits without end, or rather, as
    /// long as the plan does.
    ///
    /// # Errors
    /// The system's, where it cannot wait. Nobody is asked anything more then, unless it is called again.
    pub fn next(&mut self, timeout: Duration) -> io::Result<Next> {
        let until = Instant::now().checked_add(timeout);
        loop {
            self.ask_who_is_due();
            if let Some(event) = self.events.pop_front() {
                return Ok(Next::Event(event));
            }
            let sleep_until = match self.core.wake() {
                Wake::Done => return Ok(Next::Done),
                Wake::At(at) => Some(until.map_or(at, |until| until.min(at))),
                Wake::Never => until,
            };
            let timed_out = until.is_some_and(|until| until <= Instant::now());
            for exited in self.sleep(sleep_until)? {
                self.core.exited(exited);
                self.settle(exited);
            }
            if timed_out && self.events.is_empty() {
                return Ok(Next::TimedOut);
            }
        }
    }

    /// Carries it on to the end, and gives the report of each process in the order of the targets.
    ///
    /// # Errors
    /// As [`next`](Stopping::next).
    pub fn finish(mut self) -> io::Result<Vec<Report>> {
        while !matches!(self.next(Duration::MAX)?, Next::Done) {}
        Ok(self.reports())
    }

    /// The reports of those for whom it is over, in the order of the targets.
    pub fn reports(&self) -> Vec<Report> {
        self.members.iter().filter_map(|member| member.report.clone()).collect()
    }

    /// Those who have been asked and are still there, with the time that they have.
    pub fn waiting(&self) -> impl Iterator<Item = Waiting> + '_ {
        let now = Instant::now();
        let stages = self.plan.stages();
        self.members.iter().enumerate().filter_map(move |(at, member)| {
            let (stage, until) = self.core.waiting(at)?;
            Some(Waiting {
                id: member.target.id(),
                name: member.target.name().map(str::to_owned),
                signal: stages[stage].signal,
                remaining: until.map_or(Duration::MAX, |until| until.saturating_duration_since(now)),
                next: stages.get(stage + 1).map(|stage| stage.signal),
            })
        })
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
        loop {
            // Looked at before each request: a sending can take its time, and force must not wait for the rest of them.
            if self.force.shared.asked.swap(false, Ordering::AcqRel) {
                self.core.force();
            }
            let ask = self.core.next_ask(Instant::now());
            // Time alone can end a member: its last wait was over.
            self.settle_all();
            match ask {
                Some(ask) => self.ask(ask),
                None => return,
            }
        }
    }

    fn ask(
        &mut self,
        Ask {
            member: at,
            stage,
            signal,
        }: Ask,
    ) {
        let member = &mut self.members[at];
        let target = &member.target;
        let elapsed = self.began.elapsed();
        let attempts = target
            .process()
            .send(signal, Manner::Stopping, target.allowed(), &mut self.heard[stage]);
        self.core.answer(at, answer(&attempts), Instant::now());
        // A request that found nobody was none.
        if answer(&attempts) != Answer::Gone {
            let step = Step {
                signal,
                elapsed,
                attempts,
            };
            member.steps.push(step.clone());
            self.events.push_back(Event::Step { id: target.id(), step });
        }
        self.settle(at);
    }

    fn sleep(&self, until: Option<Instant>) -> io::Result<Vec<usize>> {
        let live: Vec<_> = self
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.report.is_none())
            .map(|(at, member)| (at, member.target.process()))
            .collect();
        self.waiter.wait(&live, until)
    }

    fn settle_all(&mut self) {
        for at in 0..self.members.len() {
            self.settle(at);
        }
    }

    /// Writes the report of a member that has just ended.
    fn settle(&mut self, at: usize) {
        let member = &mut self.members[at];
        let (None, Some(end)) = (&member.report, self.core.end(at)) else {
            return;
        };
        let outcome = outcome(end);
        let report = Report {
            id: member.target.id(),
            name: member.target.name().map(str::to_owned),
            outcome,
            status: if outcome.is_gone() {
                member.target.exit_status()
            } else {
                ExitStatus::Unknown
            },
            steps: member.steps.clone(),
            elapsed: self.began.elapsed(),
        };
        member.report = Some(report.clone());
        self.events.push_back(Event::Ended(report));
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

/// Cuts the waits of a [`Stopping`] short, from any thread: whoever is still there is asked the last stage at once. Where the
/// last stage has been asked already there is nothing to cut short.
#[derive(Clone, Debug)]
pub struct ForceHandle {
    shared: Arc<Force>,
}

#[derive(Debug)]
struct Force {
    asked: AtomicBool,
    waker: Waker,
}

impl ForceHandle {
    /// Goes to the last stage now.
    pub fn force(&self) {
        self.shared.asked.store(true, Ordering::Release);
        self.shared.waker.wake();
    }
}

/// Why the stopping could not begin or go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum StopError {
    /// This system cannot deliver a signal of the plan. Nothing was done.
    Unsupported(UnsupportedSignal),
    /// The system could not give what the waiting needs.
    Io(io::Error),
}

impl fmt::Display for StopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StopError::Unsupported(why) => why.fmt(f),
            StopError::Io(error) => write!(f, "the system cannot wait for processes: {error}"),
        }
    }
}

impl std::error::Error for StopError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StopError::Unsupported(why) => Some(why),
            StopError::Io(error) => Some(error),
        }
    }
}
