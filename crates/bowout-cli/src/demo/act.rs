//! Plays the demo: starts the programs, stops them by one plan, and tells every moment to the screen.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use bowout::listen::{Handle, Trigger};
use bowout::stop::{Event, Next, Plan, Report, Stopping, Target};

use super::cast::{Cast, Message};
use super::note::Note;
use super::program::Role;
use super::screen::Screen;
use super::story::{Moment, Row, Story, What};

/// How long the programs may take to start, and anything else to come forth.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a program's last words may take to arrive behind the news of its end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Why there is no story.
pub(super) enum Broken {
    /// Somebody wants the demo itself to stop.
    Interrupted,
    /// Something did not work.
    Failed(String),
}

impl From<String> for Broken {
    fn from(why: String) -> Broken {
        Broken::Failed(why)
    }
}

/// The demo while it plays.
struct Act<'a> {
    plan: &'a Plan,
    screen: &'a mut Screen,
    sender: Sender<Message>,
    messages: Receiver<Message>,
    cast: Cast,
    story: Story,
    /// The moment the first program was asked.
    began: Instant,
    /// Programs that have nothing more to say.
    silent: BTreeSet<Role>,
    /// What was heard of programs before the news that they were asked: a program can be faster than the stopping's thread.
    early: Vec<(Role, Duration, What)>,
    /// Ended, but their last words are awaited until then.
    held: Vec<(Instant, Role, Report)>,
}

/// Plays it from beginning to end. Nothing that was started outlives the call.
pub(super) fn play(plan: &Plan, screen: &mut Screen, listener: Handle) -> Result<Story, Broken> {
    let (sender, messages) = channel();
    let interrupted = sender.clone();
    thread::spawn(move || {
        // At the end of the demo there is a request as well, and nobody to tell it to.
        if listener.wait().trigger() != Trigger::Program {
            let _ = interrupted.send(Message::Interrupted);
        }
    });
    screen.starting(plan);
    let mut cast = Cast::start(&sender)?;
    await_ready(&mut cast, &messages)?;
    let targets = cast.targets()?;
    let orphan = cast.orphan()?;
    let mut rows: Vec<Row> = targets
        .iter()
        .map(|(role, target)| Row::new(*role, target.id()))
        .collect();
    rows.push(Row::new(Role::Orphan, orphan.id()));
    let mut act = Act {
        plan,
        screen,
        sender,
        messages,
        cast,
        story: Story { rows },
        began: Instant::now(),
        silent: BTreeSet::new(),
        early: Vec::new(),
        held: Vec::new(),
    };
    act.stop(targets.into_iter().map(|(_, target)| target).collect())?;
    act.follow()?;
    act.screen.finish(&act.story, act.began.elapsed());
    Ok(act.story)
}

/// Waits until every program runs and can be asked.
fn await_ready(cast: &mut Cast, messages: &Receiver<Message>) -> Result<(), Broken> {
    let deadline = Instant::now() + PATIENCE;
    let mut ready = BTreeSet::new();
    while ready.len() < Role::ALL.len() {
        let left = deadline.saturating_duration_since(Instant::now());
        match messages.recv_timeout(left) {
            Ok(Message::Note {
                role,
                note: Note::Ready,
                ..
            }) => {
                ready.insert(role);
            }
            Ok(Message::Note {
                note: Note::Child(id), ..
            }) => cast.adopt(id)?,
            Ok(Message::Silent { role }) => {
                return Err(Broken::Failed(format!("the program {} has ended early", role.name())));
            }
            Ok(Message::Interrupted) => return Err(Broken::Interrupted),
            Ok(Message::Failed(why)) => return Err(Broken::Failed(why)),
            Ok(Message::Note { .. } | Message::Stopping(_)) => {}
            Err(_) => {
                return Err(Broken::Failed(format!(
                    "not all programs were ready within {PATIENCE:?}"
                )));
            }
        }
    }
    Ok(())
}

impl Act<'_> {
    /// Begins to stop these, on a thread of its own.
    fn stop(&self, targets: Vec<Target>) -> Result<(), Broken> {
        let mut stopping = Stopping::begin(targets, self.plan).map_err(|why| why.to_string())?;
        let sender = self.sender.clone();
        thread::spawn(move || {
            loop {
                let message = match stopping.next(Duration::MAX) {
                    Ok(Next::Event(event)) => Message::Stopping(event),
                    Ok(Next::TimedOut) => continue,
                    Ok(Next::Done) => return,
                    Err(why) => Message::Failed(why.to_string()),
                };
                let is_last = matches!(message, Message::Failed(_));
                if sender.send(message).is_err() || is_last {
                    return;
                }
            }
        });
        Ok(())
    }

    /// Takes in what comes, until it is over for everybody.
    fn follow(&mut self) -> Result<(), Broken> {
        while !self.story.is_over() {
            let held = self
                .held
                .iter()
                .map(|(until, ..)| until.saturating_duration_since(Instant::now()))
                .min();
            let timeout = [self.screen.tick(), held]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(PATIENCE);
            match self.messages.recv_timeout(timeout) {
                Ok(Message::Note { role, at, note }) => self.note(role, at, note),
                Ok(Message::Silent { role }) => {
                    self.silent.insert(role);
                }
                Ok(Message::Stopping(event)) => self.stopping(event),
                Ok(Message::Failed(why)) => return Err(Broken::Failed(why)),
                Ok(Message::Interrupted) => return Err(Broken::Interrupted),
                Err(RecvTimeoutError::Timeout) => {}
                // We hold a sender ourselves.
                Err(RecvTimeoutError::Disconnected) => return Err(Broken::Interrupted),
            }
            self.release()?;
            self.screen.draw(&self.story, self.began.elapsed());
        }
        Ok(())
    }

    fn note(&mut self, role: Role, at: Instant, note: Note) {
        let at = at.saturating_duration_since(self.began);
        match note {
            Note::Heard(trigger) => self.reacted(role, at, What::Heard(trigger)),
            Note::Ignores(trigger) => self.reacted(role, at, What::Ignores(trigger)),
            Note::Cleaned(what) => self.reacted(role, at, What::Cleaned(what)),
            Note::Leaving => {
                self.silent.insert(role);
            }
            Note::Ready | Note::Child(_) => {}
        }
    }

    /// A program did something about the request.
    fn reacted(&mut self, role: Role, at: Duration, what: What) {
        if self.story.row(role).is_some_and(|row| row.was_asked()) {
            self.happened(role, at, what);
        } else {
            self.early.push((role, at, what));
        }
    }

    fn stopping(&mut self, event: Event) {
        let id = match &event {
            Event::Step { id, .. } => *id,
            Event::Ended(report) => report.id,
        };
        let Some(row) = self.story.rows.iter().find(|row| row.id == id) else {
            return;
        };
        let (role, began) = (row.role, row.began);
        match event {
            Event::Step { step, .. } => {
                let what = What::Asked {
                    signal: step.signal,
                    route: step.route(),
                };
                self.happened(role, began + step.elapsed, what);
                let (ready, early) = std::mem::take(&mut self.early)
                    .into_iter()
                    .partition(|(of, ..)| *of == role);
                self.early = early;
                for (role, at, what) in Vec::from_iter::<Vec<_>>(ready) {
                    self.happened(role, at, what);
                }
            }
            // The news of an end can be faster than the pipe.
            Event::Ended(report) => {
                let patience = if report.was_forced() {
                    Duration::ZERO
                } else {
                    LAST_WORDS
                };
                self.held.push((Instant::now() + patience, role, report));
            }
        }
    }

    /// Tells of the ends that need not wait any longer for last words.
    fn release(&mut self) -> Result<(), Broken> {
        let now = Instant::now();
        let (due, held) = std::mem::take(&mut self.held)
            .into_iter()
            .partition(|(until, role, _)| *until <= now || self.silent.contains(role));
        self.held = held;
        for (_, role, report) in Vec::from_iter::<Vec<(Instant, Role, Report)>>(due) {
            let began = self.story.row(role).map_or(Duration::ZERO, |row| {
                row.report = Some(report.clone());
                row.began
            });
            self.happened(role, began + report.elapsed, What::Ended(report));
            if role == Role::Careless {
                self.find_orphan()?;
            }
        }
        Ok(())
    }

    /// The careless program is gone. What it has left behind is stopped by the same plan.
    fn find_orphan(&mut self) -> Result<(), Broken> {
        let now = self.began.elapsed();
        if self.cast.orphan_lives() {
            self.happened(Role::Orphan, now, What::LeftBehind);
        }
        if let Some(row) = self.story.row(Role::Orphan) {
            row.began = now;
        }
        self.stop(vec![self.cast.orphan()?])
    }

    fn happened(&mut self, role: Role, at: Duration, what: What) {
        let Some(row) = self.story.row(role) else {
            return;
        };
        // A report takes a moment to arrive, and nothing happens to a program after its end.
        let at = row.moments.last().map_or(at, |last| last.at.max(at));
        let moment = Moment { at, what };
        row.moments.push(moment.clone());
        self.screen.moment(row, &moment);
    }
}
