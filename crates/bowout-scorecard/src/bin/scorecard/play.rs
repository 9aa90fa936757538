//! A contestant that runs: what it says, and how it ends.

use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bowout_scorecard::Scene;
use bowout_tests::{Actor, Ask, Ended, Silent};

use crate::contestant::Contestant;
use crate::system::{self, Limit};
use crate::verdict::{Judged, Verdict, no};

/// How long the judge waits for anything. Whatever a contestant should do, it does at once or after a second; what it does
/// not do, it would not do in an hour.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A grace period that is not what the row is about.
pub(crate) const LONG: Duration = Duration::from_secs(3_600);

/// The grace period of a program whose deadline comes soon.
pub(crate) const GRACE: Duration = Duration::from_secs(1);

/// What the contestants clean up, in the order in which they began it.
pub(crate) const CLEANUPS: [&str; 3] = ["first", "second", "third"];

/// A running contestant. It is killed when this is dropped.
pub(crate) struct Play {
    /// The process, for what is only to be found outside of it.
    pub(crate) actor: Actor,
    /// What was heard of it until now.
    pub(crate) said: Vec<String>,
    limit: Option<Limit>,
}

impl Play {
    /// Starts a contestant in a scene.
    pub(crate) fn start(contestant: &Contestant, scene: Scene) -> Result<Play, Verdict> {
        Play::start_with(contestant, scene, LONG, Duration::ZERO)
    }

    /// The same with a grace period, and work that takes a while once it is asked to stop.
    pub(crate) fn start_with(
        contestant: &Contestant,
        scene: Scene,
        grace: Duration,
        drain: Duration,
    ) -> Result<Play, Verdict> {
        Ok(Play::run(&mut contestant.command(scene, grace, drain)?))
    }

    /// Runs a command.
    pub(crate) fn run(command: &mut Command) -> Play {
        Play::run_with(command, Stdio::null())
    }

    /// The same with a standard input.
    pub(crate) fn run_with(command: &mut Command, stdin: Stdio) -> Play {
        // What panics on purpose is not for the person who watches.
        let actor = Actor::start_with(command.stderr(Stdio::null()), stdin);
        Play {
            actor,
            said: Vec::new(),
            limit: None,
        }
    }

    /// Waits until the contestant listens.
    pub(crate) fn ready(&mut self) -> Judged {
        self.wait_for("ready").map(drop)
    }

    /// Waits for a line that begins like this.
    pub(crate) fn wait_for(&mut self, beginning: &str) -> Result<String, Verdict> {
        let until = Instant::now() + PATIENCE;
        loop {
            let patience = until.saturating_duration_since(Instant::now());
            match self.actor.line_within(patience) {
                Ok(Some(line)) => {
                    self.note(&line)?;
                    if line.starts_with(beginning) {
                        return Ok(line);
                    }
                }
                Ok(None) => {
                    let end = self.end()?;
                    return Err(no(format!("it ended too soon: {}", end.how())));
                }
                Err(Silent) => return Err(no(format!("it never came to `{beginning}`"))),
            }
        }
    }

    fn note(&mut self, line: &str) -> Judged {
        if let Some(why) = line.strip_prefix("cannot: ") {
            return Err(no(why));
        }
        if let Some(why) = line.strip_prefix("n/a: ") {
            return Err(Verdict::NotApplicable(why.to_owned()));
        }
        self.said.push(line.to_owned());
        Ok(())
    }

    /// Waits this long; whether the contestant said nothing, and still runs.
    pub(crate) fn stays_silent(&mut self, time: Duration) -> bool {
        matches!(self.actor.line_within(time), Err(Silent)) && self.actor.is_alive()
    }

    /// Asks the contestant to stop. One that has ended already is beyond asking, which its end will show.
    pub(crate) fn ask(&mut self, ask: Ask) -> Judged {
        self.ask_by(|actor| system::ask(actor, ask))
    }

    /// The same in a way that not everybody can be asked.
    pub(crate) fn ask_by(&mut self, way: impl FnOnce(&mut Actor) -> io::Result<Option<Limit>>) -> Judged {
        match way(&mut self.actor) {
            Ok(limit) => {
                self.limit = limit.or(self.limit.take());
                Ok(())
            }
            Err(_) if self.ends_within(Duration::from_secs(2)) => Ok(()),
            Err(error) => Err(no(format!("there was no way to ask it: {error}"))),
        }
    }

    /// Closes what [`Play::run_with`] gave it to read.
    pub(crate) fn close_standard_input(&mut self) {
        drop(self.actor.child().stdin.take());
    }

    /// Ends it the hard way.
    pub(crate) fn kill(&mut self) {
        // Whoever has ended already needs no killing.
        let _ = self.actor.child().kill();
    }

    /// Whether it ends within this time.
    pub(crate) fn ends_within(&mut self, time: Duration) -> bool {
        self.actor.ended_within(time).is_some()
    }

    /// Waits for the end.
    pub(crate) fn end(&mut self) -> Result<End, Verdict> {
        const LOOK_EVERY: Duration = Duration::from_millis(5);
        /// For what was said before the end and not read yet, should some child hold the pipe open.
        const LAST_WORDS: Duration = Duration::from_secs(3);
        let begun = Instant::now();
        let mut cut_off = false;
        let ended = loop {
            let at_its_end = match self.actor.line_within(LOOK_EVERY) {
                Ok(Some(line)) => {
                    self.note(&line)?;
                    continue;
                }
                Ok(None) => true,
                Err(Silent) => false,
            };
            let patience = if at_its_end { LOOK_EVERY } else { Duration::ZERO };
            if let Some(ended) = self.actor.ended_within(patience) {
                break ended;
            }
            if !cut_off && self.limit.as_ref().is_some_and(Limit::has_passed) {
                // What the system does to a process that is out of time.
                cut_off = self.actor.child().kill().is_ok();
            }
            if begun.elapsed() > PATIENCE {
                return Err(no(format!("still running {} s later", PATIENCE.as_secs())));
            }
        };
        while let Ok(Some(line)) = self.actor.line_within(LAST_WORDS) {
            self.note(&line)?;
        }
        Ok(End {
            said: self.said.clone(),
            ended,
            limited: self.limit.is_some(),
        })
    }
}

/// How a contestant ended.
#[derive(Debug)]
pub(crate) struct End {
    /// All that it said.
    pub(crate) said: Vec<String>,
    /// What its parent sees.
    pub(crate) ended: Ended,
    /// Whether the system ends whoever does not do so by itself.
    limited: bool,
}

impl End {
    /// Whether each cleanup ran, and once.
    pub(crate) fn cleaned_up(&self) -> Judged {
        let times = CLEANUPS.map(|name| {
            let line = format!("cleaned {name}");
            self.said.iter().filter(|said| **said == line).count()
        });
        if times == [1, 1, 1] {
            return Ok(());
        }
        let cleanups = match times {
            [0, 0, 0] => "no cleanup ran",
            times if times.iter().any(|times| *times > 1) => "cleanups ran more than once",
            _ => "some cleanups did not run",
        };
        Err(no(format!("{cleanups}; {}", self.how())))
    }

    /// Whether it said this line.
    pub(crate) fn said(&self, line: &str) -> bool {
        self.said.iter().any(|said| said == line)
    }

    /// How it ended, in words.
    pub(crate) fn how(&self) -> String {
        if self.limited {
            return "the system ended it".to_owned();
        }
        system::in_words(self.ended)
    }
}
