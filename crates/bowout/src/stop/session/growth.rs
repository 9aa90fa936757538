//! Trees, while they are being stopped: they grow.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Signal;

use crate::stop::escalation::Joined;
use crate::stop::route::Route;
use crate::stop::sys::{self, Allowed};
use crate::stop::tree::{Found, Look, Walk};
use crate::stop::{Plan, ProcessId, Tree};
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

/// How long, as long as one of them only waits for a processor. As soon as he gets one, he stops.
const FREEZING_ON_A_BUSY_MACHINE: Duration = Duration::from_secs(10);

/// The time between two looks at those who do not stand still yet.
const FREEZING_PAUSE: Duration = Duration::from_millis(1);

/// A tree, and whom the first walk has found in it.
#[derive(Debug)]
pub(super) struct Sapling {
    tree: Tree,
    walk: Walk,
    found: Vec<Found>,
}

impl Sapling {
    /// Walks a tree as it is before anything is done.
    ///
    /// # Errors
    /// [`StopError::Protected`] where somebody in it is to be spared; [`StopError::Io`] where the system does not tell.
    pub(super) fn of(tree: Tree, plan: &Plan, look: &mut Look) -> Result<Sapling, StopError> {
        let mut walk = Walk::of(&tree);
        // Where force comes first, everybody is stopped and walked through then; before that it is enough to know whom not.
        let is_forced = plan.stages()[0].signal == Signal::Kill;
        let spared = walk.enclosure().filter(|_| is_forced).and_then(sys::spared_in);
        let (found, spared) = match spared {
            Some(spared) => (
                Vec::new(),
                spared.into_iter().map(|(id, why)| (id, None, why)).collect(),
            ),
            None => {
                let (found, _) = walk.again(look).map_err(StopError::Io)?;
                let spared = |one: &Found| Some((one.id, one.name.clone(), one.protection?));
                let spared: Vec<_> = found.iter().filter_map(spared).collect();
                (found, spared)
            }
        };
        let (root, allowed) = (tree.root().id(), tree.allowed());
        let refused = spared.into_iter().find(|(.., why)| !allowed.protections.contains(why));
        match refused {
            Some((id, name, why)) => Err(StopError::Protected { id, name, root, why }),
            None => Ok(Sapling { tree, walk, found }),
        }
    }
}

/// A tree in which everybody is to stand still.
struct Freezing {
    tree: usize,
    /// By which way all in its enclosure were stopped at once.
    together: Option<Route>,
    /// Who was stopped.
    frozen: HashSet<u32>,
    /// Who of these does not stand still yet.
    moving: Vec<u32>,
    /// How many members have been stopped.
    stopped: usize,
    /// How many of them were stopped last.
    gained: usize,
}

impl Stopping {
    /// Takes a tree in.
    pub(super) fn plant(&mut self, Sapling { tree, walk, found }: Sapling) -> Result<(), StopError> {
        let at = self.trees.len();
        self.trees.push(Growth {
            walk,
            root: tree.root().id(),
            allowed: Arc::clone(tree.allowed()),
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
        let is_due = |tree: &Growth| tree.live > 0 && tree.stage.is_some() && tree.again <= now;
        let due: Vec<usize> = (0..self.trees.len()).filter(|at| is_due(&self.trees[*at])).collect();
        self.grow(&due, Joined::Late);
        for at in due {
            let tree = &mut self.trees[at];
            tree.pause = (tree.pause * 2).min(LONGEST_PAUSE);
            tree.again = Instant::now() + tree.pause;
        }
    }

    /// Walks trees once more, by one look at everybody. Gives the numbers of those in each who can still start somebody, where
    /// that matters.
    pub(super) fn grow(&mut self, trees: &[usize], joined: Joined) -> Vec<Vec<u32>> {
        let mut look = Look::default();
        let walked = trees.iter().map(|at| self.trees[*at].walk.again(&mut look));
        let walked: Vec<_> = walked.collect();
        // It is as large as what comes of it.
        drop(look);
        let grown = trees.iter().zip(walked).map(|(at, walked)| {
            let before = self.trees[*at].members.len();
            let grown = walked.and_then(|(found, moving)| self.take_in(*at, found, joined).map(|()| moving));
            if joined == Joined::Late && self.trees[*at].members.len() > before {
                self.ask_late_joiners(*at);
            }
            grown.unwrap_or_else(|why| {
                self.trouble = Some(why);
                Vec::new()
            })
        });
        grown.collect()
    }

    /// Who has come behind the one request to all was not there to be ended by it.
    fn ask_late_joiners(&mut self, at: usize) {
        let growth = &mut self.trees[at];
        let signal = growth.stage.map(|stage| self.plan.stages()[stage].signal);
        if signal == Some(Signal::Kill) && growth.together.is_some() {
            let enclosure = growth.walk.enclosure();
            growth.together = enclosure.and_then(|enclosure| sys::ask_together(enclosure, Signal::Kill));
        }
    }

    /// Walks a tree before the requests of a stage go out, and every other tree that has come so far with it.
    pub(super) fn prepare(&mut self, at: usize, stage: usize, signal: Signal) {
        let behind = |at: &usize| self.trees[*at].stage < Some(stage);
        let due = self.core.due(stage).filter_map(|member| self.members[member].tree);
        let due: BTreeSet<usize> = due.chain([at]).filter(behind).collect();
        let (mut to_freeze, mut to_walk) = (Vec::new(), Vec::new());
        for &at in &due {
            let is_first = self.trees[at].stage.replace(stage).is_none();
            if signal == Signal::Kill && !self.trees[at].walk.is_closed() {
                to_freeze.push(at);
            } else if signal != Signal::Kill && self.hold(at) || !is_first {
                to_walk.push(at);
            }
        }
        self.grow(&to_walk, Joined::InTime);
        let mut frozen = self.freeze(&to_freeze);
        for at in due {
            let frozen = frozen.remove(&at);
            let addressed = match frozen {
                Some(_) => HashSet::new(),
                None => self.addressed(at, signal),
            };
            let tree = &mut self.trees[at];
            tree.addressed = addressed;
            let enclosure = tree.walk.enclosure();
            tree.together = enclosure.and_then(|enclosure| sys::ask_together(enclosure, signal));
            tree.pause = frozen.as_ref().map_or(FIRST_PAUSE, |_| LONGEST_PAUSE);
            tree.frozen = frozen;
            tree.again = Instant::now() + tree.pause;
        }
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

    /// Has nobody in the trees start anybody any more, before all are killed: a child whose parent is killed first is no longer
    /// to be found. Nobody stops at once, and a fork that is under way is still carried out, so it takes until everybody is
    /// seen to stand still, and nobody new is found then. Gives those whom a request to all will reach, by tree, where it has
    /// come to that.
    fn freeze(&mut self, trees: &[usize]) -> HashMap<usize, HashSet<u32>> {
        let began = Instant::now();
        let freezing = trees.iter().map(|tree| Freezing {
            tree: *tree,
            together: None,
            frozen: HashSet::new(),
            moving: Vec::new(),
            stopped: 0,
            gained: 0,
        });
        let mut freezing: Vec<Freezing> = freezing.collect();
        let mut still = HashMap::new();
        while !freezing.is_empty() {
            for one in &mut freezing {
                self.stop_all(one);
            }
            // A look at these few costs less than a walk past everybody that is in vain.
            while freezing
                .iter()
                .any(|one| !one.moving.is_empty() && self.may_come_to_stand(one, began))
            {
                std::thread::sleep(FREEZING_PAUSE);
                for one in &mut freezing {
                    one.moving.retain(|pid| self.trees[one.tree].walk.is_moving(*pid));
                }
            }
            let trees: Vec<usize> = freezing.iter().map(|one| one.tree).collect();
            let mut moving = self.grow(&trees, Joined::InTime).into_iter();
            freezing.retain_mut(|one| {
                one.moving = moving.next().unwrap_or_default();
                let is_still = one.moving.is_empty();
                let growth = &self.trees[one.tree];
                // Asked behind the walk: until he stands still, one can leave the group.
                let reached = self.reached_by(one.together, growth);
                let newcomers = &growth.members[one.stopped..];
                // Whom the request to all had reached before he was found needs none of his own.
                let are_stopped = newcomers.iter().all(|at| reached.contains(&self.members[*at].id.pid()));
                one.frozen.extend(&reached);
                one.moving.retain(|pid| one.frozen.contains(pid));
                let has_come_to_it = are_stopped && one.moving.is_empty();
                let gains = !are_stopped && one.gained > 0 && began.elapsed() < FREEZING_ON_A_BUSY_MACHINE;
                let is_over = has_come_to_it || !gains && !self.may_come_to_stand(one, began);
                if is_over && are_stopped && is_still && self.trouble.is_none() && !one.frozen.is_empty() {
                    still.insert(one.tree, reached);
                }
                !is_over
            });
        }
        still
    }

    /// Stops those of a tree who have not been.
    fn stop_all(&self, one: &mut Freezing) {
        let before = one.frozen.len();
        let growth = &self.trees[one.tree];
        let enclosure = growth.walk.enclosure();
        one.together = enclosure.and_then(|enclosure| sys::ask_together(enclosure, Signal::Stop));
        for member in &growth.members[one.stopped..] {
            let member = &self.members[*member];
            let pid = member.id.pid();
            let process = member.process.as_ref().filter(|_| pid != std::process::id());
            if process.is_some_and(|process| growth.is_asked_by(one.together, pid) || process.freeze()) {
                one.frozen.insert(pid);
            }
        }
        one.stopped = growth.members.len();
        one.gained = one.frozen.len() - before;
    }

    /// Whether those of a tree who have been stopped may still come to a standstill.
    fn may_come_to_stand(&self, one: &Freezing, began: Instant) -> bool {
        let walk = &self.trees[one.tree].walk;
        let waits_for_a_processor = || one.moving.iter().any(|pid| walk.is_running(*pid));
        let elapsed = began.elapsed();
        elapsed < FREEZING || elapsed < FREEZING_ON_A_BUSY_MACHINE && waits_for_a_processor()
    }

    /// Those of a tree who live and whom what goes to everybody in its enclosure by this route reaches.
    fn reached_by(&self, route: Option<Route>, growth: &Growth) -> HashSet<u32> {
        let members = growth.members.iter().map(|member| &self.members[*member]);
        let living = members.filter(|member| member.process.is_some());
        let pids = living.map(|member| member.id.pid());
        pids.filter(|pid| growth.is_asked_by(route, *pid)).collect()
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
        self.reached_by(Some(Route::ProcessGroup), growth)
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
