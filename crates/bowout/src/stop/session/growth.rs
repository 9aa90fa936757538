//! Trees, while they are being stopped: they grow.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Signal;

use crate::stop::escalation::Joined;
use crate::stop::route::Route;
use crate::stop::sys::{self, Allowed};
use crate::stop::tree::{Found, Walk};
use crate::stop::{ProcessId, Tree};

use super::{Member, StopError, Stopping};

/// A tree, as it grows while it is being stopped.
#[derive(Debug)]
pub(super) struct Growth {
    pub(super) walk: Walk,
    pub(super) root: ProcessId,
    allowed: Arc<Allowed>,
    pub(super) members: Vec<usize>,
    /// How many of them have not ended.
    pub(super) live: usize,
    /// The last stage before which it was walked.
    pub(super) stage: Option<usize>,
    /// The route by which that stage's request went to everybody in the tree's enclosure at once.
    pub(super) together: Option<Route>,
    /// Everybody was killed where he stood: nobody has started anybody since.
    pub(super) is_frozen: bool,
    /// When it is to be walked again.
    pub(super) again: Instant,
    pause: Duration,
}

/// The time to the second look at a tree after a stage's requests; each further takes twice as long, up to the longest. Whoever a
/// member starts and leaves behind between two looks is not found.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How long it may take until everybody in a tree stands still. Who does not, as one that waits for a dead disk, is killed as he is.
const FREEZING: Duration = Duration::from_secs(1);

/// The time between two looks at those who do not stand still yet.
const FREEZING_PAUSE: Duration = Duration::from_millis(1);

impl Stopping {
    /// Takes a tree in, as it is before anything is done.
    pub(super) fn plant(&mut self, tree: &Tree) -> Result<(), StopError> {
        let (at, mut walk) = (self.trees.len(), Walk::of(tree));
        let (found, _) = walk.again().map_err(StopError::Io)?;
        let allowed = Arc::clone(tree.allowed());
        let spared = |one: &Found| Some((one.id, one.protection.filter(|why| !allowed.protections.contains(why))?));
        if let Some((id, why)) = found.iter().find_map(spared) {
            return Err(StopError::Protected { id, why });
        }
        self.trees.push(Growth {
            walk,
            root: tree.root().id(),
            allowed,
            members: Vec::new(),
            live: 0,
            stage: None,
            together: None,
            is_frozen: false,
            again: self.began,
            pause: FIRST_PAUSE,
        });
        if let Some(root) = tree.root_in_it() {
            self.join(root, Some(at))?;
        }
        self.take_in(at, found, Joined::InTime).map_err(StopError::Io)
    }

    fn take_in(&mut self, tree: usize, found: Vec<Found>, joined: Joined) -> io::Result<()> {
        for one in found {
            let allowed = Arc::clone(&self.trees[tree].allowed);
            if one.protection.is_some_and(|why| !allowed.protections.contains(&why)) {
                continue;
            }
            let one = Member {
                process: Some(one.process),
                id: one.id,
                name: one.name,
                allowed,
                tree: Some(tree),
                steps: Vec::new(),
                report: None,
            };
            self.add(one, joined)?;
        }
        Ok(())
    }

    /// Walks the trees whose time has come.
    pub(super) fn look_again(&mut self) {
        let now = Instant::now();
        for at in 0..self.trees.len() {
            let tree = &mut self.trees[at];
            if tree.live == 0 || tree.stage.is_none() || tree.again > now {
                continue;
            }
            self.grow(at, Joined::Late);
            let tree = &mut self.trees[at];
            tree.pause = (tree.pause * 2).min(LONGEST_PAUSE);
            tree.again = Instant::now() + tree.pause;
        }
    }

    /// Walks a tree once more. Gives the numbers of those in it who can still start somebody, where that matters.
    pub(super) fn grow(&mut self, at: usize, joined: Joined) -> Vec<u32> {
        let walked = self.trees[at].walk.again();
        let grown = walked.and_then(|(found, moving)| self.take_in(at, found, joined).map(|()| moving));
        grown.unwrap_or_else(|why| {
            self.trouble = Some(why);
            Vec::new()
        })
    }

    /// Walks a tree before the requests of a stage go out, until nobody new is found.
    pub(super) fn prepare(&mut self, at: usize, stage: usize, signal: Signal) {
        let is_first = self.trees[at].stage.is_none();
        self.trees[at].stage = Some(stage);
        let mut is_frozen = false;
        if signal == Signal::Kill && !self.trees[at].walk.is_closed() {
            is_frozen = self.freeze(at);
        } else if !is_first {
            self.grow(at, Joined::InTime);
        }
        let tree = &mut self.trees[at];
        tree.together = tree
            .walk
            .enclosure()
            .and_then(|enclosure| sys::ask_together(enclosure, signal));
        tree.is_frozen = is_frozen;
        tree.pause = if is_frozen { LONGEST_PAUSE } else { FIRST_PAUSE };
        tree.again = Instant::now() + tree.pause;
    }

    /// Has nobody in the tree start anybody any more, before all are killed: a child whose parent is killed first is no longer
    /// to be found. Nobody stops at once, and a fork that is under way is still carried out, so it takes until everybody is
    /// seen to stand still, and nobody new is found then. Tells whether it has come to that for all of them.
    fn freeze(&mut self, at: usize) -> bool {
        let until = Instant::now() + FREEZING;
        let mut frozen = HashSet::new();
        let mut moving = Vec::new();
        let mut before = 0;
        loop {
            let enclosure = self.trees[at].walk.enclosure();
            let together =
                enclosure.and_then(|enclosure| Some((enclosure, sys::ask_together(enclosure, Signal::Stop)?)));
            for member in &self.trees[at].members[before..] {
                let member = &self.members[*member];
                let pid = member.id.pid();
                let is_asked = together.is_some_and(|(all, route)| sys::was_asked_together(all, pid, route));
                match &member.process {
                    Some(process) if pid != std::process::id() && (is_asked || process.freeze()) => {
                        frozen.insert(pid);
                    }
                    _ => {}
                }
            }
            // A look at these few costs less than a walk past everybody that is in vain.
            while !moving.is_empty() && Instant::now() < until {
                std::thread::sleep(FREEZING_PAUSE);
                moving.retain(|pid| self.trees[at].walk.is_moving(*pid));
            }
            before = self.trees[at].members.len();
            let everybody_moving = self.grow(at, Joined::InTime);
            let is_known = self.trees[at].members.len() == before;
            moving = everybody_moving
                .iter()
                .copied()
                .filter(|pid| frozen.contains(pid))
                .collect();
            if (is_known && moving.is_empty()) || Instant::now() > until {
                return is_known && everybody_moving.is_empty() && !frozen.is_empty();
            }
        }
    }
}
