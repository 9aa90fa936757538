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
use crate::sys::enclosure::Frozen;

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
    /// It is over for a member who is still there.
    pub(super) remains: bool,
    /// It was looked at for the last time, though somebody remains: those whom he goes on to start may have no end.
    pub(super) is_over: bool,
    /// The last stage before which it was walked.
    pub(super) stage: Option<usize>,
    /// The route by which that stage's request went to everybody in the tree's enclosure at once.
    together: Option<Route>,
    /// Who was where that request goes to, just before it went out.
    addressed: HashSet<u32>,
    /// Nobody in the enclosure runs while that stage's requests go out.
    held: Option<Frozen>,
    /// Everybody stood still when that request went out, and nobody has started anybody since; whom the one to all reaches.
    pub(super) frozen: Option<HashSet<u32>>,
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
        // Where force comes first, everybody is stopped and walked through then; before that it is enough to know whom not.
        let is_forced = self.plan.stages()[0].signal == Signal::Kill;
        let spared = walk.enclosure().filter(|_| is_forced).and_then(sys::spared_in);
        let (found, spared) = match spared {
            Some(spared) => (
                Vec::new(),
                spared.into_iter().map(|(id, why)| (id, None, why)).collect(),
            ),
            None => {
                let (found, _) = walk.again().map_err(StopError::Io)?;
                let spared = |one: &Found| Some((one.id, one.name.clone(), one.protection?));
                let spared: Vec<_> = found.iter().filter_map(spared).collect();
                (found, spared)
            }
        };
        let (root, allowed) = (tree.root().id(), Arc::clone(tree.allowed()));
        let refused = spared.into_iter().find(|(.., why)| !allowed.protections.contains(why));
        if let Some((id, name, why)) = refused {
            return Err(StopError::Protected { id, name, root, why });
        }
        self.trees.push(Growth {
            walk,
            root,
            allowed,
            members: Vec::new(),
            live: 0,
            remains: false,
            is_over: false,
            stage: None,
            together: None,
            addressed: HashSet::new(),
            held: None,
            frozen: None,
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
                ended: None,
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
        let before = self.trees[at].members.len();
        let walked = self.trees[at].walk.again();
        let grown = walked.and_then(|(found, moving)| self.take_in(at, found, joined).map(|()| moving));
        let growth = &mut self.trees[at];
        let is_forced = growth
            .stage
            .is_some_and(|stage| self.plan.stages()[stage].signal == Signal::Kill);
        if is_forced && growth.together.is_some() && growth.members.len() > before && joined == Joined::Late {
            // Who has come behind the one request to all was not there to be ended by it.
            let enclosure = growth.walk.enclosure();
            growth.together = enclosure.and_then(|enclosure| sys::ask_together(enclosure, Signal::Kill));
        }
        grown.unwrap_or_else(|why| {
            self.trouble = Some(why);
            Vec::new()
        })
    }

    /// Walks a tree before the requests of a stage go out, until nobody new is found.
    pub(super) fn prepare(&mut self, at: usize, stage: usize, signal: Signal) {
        let is_first = self.trees[at].stage.is_none();
        self.trees[at].stage = Some(stage);
        let mut frozen = None;
        if signal == Signal::Kill && !self.trees[at].walk.is_closed() {
            frozen = self.freeze(at);
        } else if signal != Signal::Kill && self.hold(at) || !is_first {
            self.grow(at, Joined::InTime);
        }
        let addressed = match frozen {
            Some(_) => HashSet::new(),
            None => self.addressed(at, signal),
        };
        let tree = &mut self.trees[at];
        tree.addressed = addressed;
        tree.together = tree
            .walk
            .enclosure()
            .and_then(|enclosure| sys::ask_together(enclosure, signal));
        tree.pause = frozen.as_ref().map_or(FIRST_PAUSE, |_| LONGEST_PAUSE);
        tree.frozen = frozen;
        tree.again = Instant::now() + tree.pause;
    }

    /// Has nobody in the tree run while each is asked by himself, and tells whether it has come to that: whoever was started behind
    /// the last walk, by one who had not been asked yet, would not be asked. Whom one request reaches together no fork outruns.
    fn hold(&mut self, at: usize) -> bool {
        let growth = &self.trees[at];
        let group = Some(Route::ProcessGroup);
        let living = growth.members.iter().map(|member| &self.members[*member]);
        let mut living = living.filter(|member| member.process.is_some());
        if living.all(|member| growth.is_asked_by(group, member.id.pid())) {
            return false;
        }
        let held = growth.walk.hold(Instant::now() + FREEZING);
        self.trees[at].held = held;
        self.trees[at].held.is_some()
    }

    /// The requests are out.
    pub(super) fn let_go(&mut self) {
        for tree in &mut self.trees {
            tree.held = None;
        }
    }

    /// Has nobody in the tree start anybody any more, before all are killed: a child whose parent is killed first is no longer
    /// to be found. Nobody stops at once, and a fork that is under way is still carried out, so it takes until everybody is
    /// seen to stand still, and nobody new is found then. Gives those whom a request to all will reach, if it has come to that.
    fn freeze(&mut self, at: usize) -> Option<HashSet<u32>> {
        let until = Instant::now() + FREEZING;
        let mut frozen = HashSet::new();
        let mut moving = Vec::new();
        let mut before = 0;
        loop {
            let enclosure = self.trees[at].walk.enclosure();
            let together = enclosure.and_then(|enclosure| sys::ask_together(enclosure, Signal::Stop));
            for member in &self.trees[at].members[before..] {
                let member = &self.members[*member];
                let pid = member.id.pid();
                let process = member.process.as_ref().filter(|_| pid != std::process::id());
                if process.is_some_and(|process| self.trees[at].is_asked_by(together, pid) || process.freeze()) {
                    frozen.insert(pid);
                }
            }
            // A look at these few costs less than a walk past everybody that is in vain.
            while !moving.is_empty() && Instant::now() < until {
                std::thread::sleep(FREEZING_PAUSE);
                moving.retain(|pid| self.trees[at].walk.is_moving(*pid));
            }
            before = self.trees[at].members.len();
            let everybody_moving = self.grow(at, Joined::InTime);
            let members = self.trees[at].members.iter().map(|member| &self.members[*member]);
            let living = |member: &&Member| member.process.is_some();
            let living_pids = members.clone().filter(living).map(|member| member.id.pid());
            // Asked behind the walk: until he stands still, one can leave the group.
            let reached = living_pids.filter(|pid| self.trees[at].is_asked_by(together, *pid));
            let reached: HashSet<u32> = reached.collect();
            // Whom the request to all had reached before he was found needs none of his own.
            let is_known = members.skip(before).all(|member| reached.contains(&member.id.pid()));
            frozen.extend(&reached);
            let is_still = everybody_moving.is_empty();
            moving = everybody_moving;
            moving.retain(|pid| frozen.contains(pid));
            if (is_known && moving.is_empty()) || Instant::now() > until {
                let is_frozen = is_known && is_still && self.trouble.is_none() && !frozen.is_empty();
                return is_frozen.then_some(reached);
            }
        }
    }

    /// Those of a tree to whom one request for all would go now.
    fn addressed(&self, at: usize, signal: Signal) -> HashSet<u32> {
        let growth = &self.trees[at];
        let Some(enclosure) = growth.walk.enclosure() else {
            return HashSet::new();
        };
        if signal == Signal::Kill && growth.walk.is_closed() {
            // Where that cannot be told, each gets a request of his own.
            return enclosure.members().unwrap_or_default().into_iter().collect();
        }
        let group = Some(Route::ProcessGroup);
        let members = growth.members.iter().map(|member| &self.members[*member]);
        let living = members.filter(|member| member.process.is_some());
        let pids = living.map(|member| member.id.pid());
        pids.filter(|pid| growth.is_asked_by(group, *pid)).collect()
    }
}

impl Growth {
    /// The route by which a member was reached by the request to all, if it was.
    pub(super) fn asked_together(&self, member: &Member) -> Option<Route> {
        let pid = member.id.pid();
        let was_addressed = self.addressed.contains(&pid);
        let has_exited = || member.process.as_ref().is_some_and(|process| process.has_exited());
        self.together.filter(|route| match (&self.frozen, route) {
            (Some(reached), _) => reached.contains(&pid),
            // Nobody leaves a cgroup by himself, but who has the right to may have moved him out of it.
            (None, Route::Cgroup) => was_addressed,
            // Whoever was in the group, and is gone since, is in none any more.
            (None, _) => self.is_asked_by(self.together, pid) || was_addressed && has_exited(),
        })
    }

    /// Whether what goes to everybody in the tree's enclosure by this route reaches this process.
    fn is_asked_by(&self, route: Option<Route>, pid: u32) -> bool {
        let both = self.walk.enclosure().zip(route);
        both.is_some_and(|(enclosure, route)| sys::was_asked_together(enclosure, pid, route))
    }
}
