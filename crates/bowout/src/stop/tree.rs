//! A process and everybody who comes from it.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::time::Instant;

use crate::sys::enclosure::{Enclosure, Frozen};

use super::sys::{self, Allowed, DEAD_PARENTS_ARE_KNOWN, Newcomer, Process, Snapshot, Survey};
use super::{OpenError, ProcessId, Protection, Target, TargetOptions};

/// A process and everybody below it, to be stopped together.
///
/// Who belongs to it is found by walking from parent to child, again and again until nobody new is found, with a look at each
/// process's start time so that no number is taken for another process's. A session that a member leads (Unix) belongs to it
/// as well, so a child is found that another parent has taken in. What the system does not tell cannot be found: who has left
/// both the tree and its sessions *before* somebody looked, as a daemon does, is not in it.
///
/// It is walked when the stopping begins, before each stage, and in between; whoever was found is watched wherever he goes.
/// Before force is used on Unix, everybody is stopped (`SIGSTOP`), so that nobody can start another while it is walked.
///
/// ```no_run
/// use bowout::stop::{Plan, Stopping, Target, Tree};
///
/// let tree = Tree::of(Target::open("1234".parse()?)?);
/// for report in Stopping::begin([tree], &Plan::default())?.finish()? {
///     println!("{report}"); // one line for each process
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Tree {
    root: Root,
    allowed: Arc<Allowed>,
}

#[derive(Debug)]
enum Root {
    /// It belongs to the tree.
    Process(Target),
    /// This very process, which does not.
    Ourselves(Target),
    /// A child of ours, with what was put around it at its birth.
    Child(Target, Arc<Enclosure>),
}

impl Tree {
    /// The process and everybody below it. What may be stopped in it despite a [`Protection`] is what the target was
    /// [opened with](super::TargetOptions::allow); this very process is [left out](super::Stopping::own_tree) even then.
    pub fn of(root: Target) -> Tree {
        Tree {
            allowed: Arc::new(root.allowed().below()),
            root: Root::Process(root),
        }
    }

    /// Everybody below this very process, but not itself.
    ///
    /// # Errors
    /// [`OpenError::Io`] where the system does not let this process look at itself.
    pub fn below_this_process() -> Result<Tree, OpenError> {
        let own = Target::options().allow(Protection::OwnProcess).open(ProcessId::own())?;
        Ok(Tree {
            root: Root::Ourselves(own),
            allowed: Arc::default(),
        })
    }

    /// A child of ours and everybody in what was put around it.
    pub(crate) fn enclosed(child: Target, enclosure: Arc<Enclosure>) -> Tree {
        Tree {
            allowed: Arc::new(child.allowed().below()),
            root: Root::Child(child, enclosure),
        }
    }

    /// Everybody in an enclosure, opened with these options; who may not be opened so is left out.
    pub(crate) fn targets_in(enclosure: &Enclosure, options: &TargetOptions) -> io::Result<Vec<Target>> {
        let found = identify_in(enclosure, &enclosure.members()?)?;
        Ok(found.into_iter().filter_map(|one| options.take(one)).collect())
    }

    /// Those who belong to it now, as far as one walk tells: the root first, each other behind the one it was found by.
    ///
    /// # Errors
    /// The system's, where it does not tell who is whose parent.
    pub fn members(&self) -> io::Result<Vec<TreeMember>> {
        let mut walk = Walk::of(self);
        let root = self.root_in_it().map(|root| TreeMember {
            id: root.id(),
            name: root.name().map(str::to_owned),
            protection: None,
        });
        let (found, _) = walk.again(&mut Look::default())?;
        let below = found.into_iter().map(|one| TreeMember {
            id: one.id,
            name: one.name,
            protection: one.protection,
        });
        Ok(root.into_iter().chain(below).collect())
    }

    /// The root, where it belongs to the tree.
    pub(super) fn root_in_it(&self) -> Option<&Target> {
        match &self.root {
            Root::Process(root) | Root::Child(root, _) => Some(root),
            Root::Ourselves(_) => None,
        }
    }

    pub(super) fn root(&self) -> &Target {
        match &self.root {
            Root::Process(root) | Root::Ourselves(root) | Root::Child(root, _) => root,
        }
    }

    fn enclosure(&self) -> Option<&Arc<Enclosure>> {
        match &self.root {
            Root::Child(_, enclosure) => Some(enclosure),
            Root::Process(_) | Root::Ourselves(_) => None,
        }
    }

    /// What is allowed with those below the root.
    pub(super) fn allowed(&self) -> &Arc<Allowed> {
        &self.allowed
    }
}

/// A process of a [`Tree`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TreeMember {
    /// The process, with its start time where the system tells it.
    pub id: ProcessId,
    /// Its name, where the system tells it.
    pub name: Option<String>,
    /// Why the tree would not be stopped, unless the root is opened with leave to: one that is to be spared is in it.
    pub protection: Option<Protection>,
}

/// Those of the listed who are in the enclosure. Whoever is listed, then identified, and then still listed, is in it: a number
/// that has passed to somebody outside in between is not on the second list.
fn identify_in(enclosure: &Enclosure, listed: &[u32]) -> io::Result<Vec<Newcomer>> {
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let mut newcomers = sys::identify(listed)?;
    let listed: HashSet<u32> = enclosure.members()?.into_iter().collect();
    newcomers.retain(|one| listed.contains(&one.pid));
    Ok(newcomers)
}

/// What can be stopped: one process, or a whole tree.
#[derive(Debug)]
pub enum Subject {
    /// One process. Its children are left alone.
    Process(Target),
    /// A process and everybody below it.
    Tree(Tree),
}

impl From<Target> for Subject {
    fn from(target: Target) -> Subject {
        Subject::Process(target)
    }
}

impl From<Tree> for Subject {
    fn from(tree: Tree) -> Subject {
        Subject::Tree(tree)
    }
}

/// A look at everybody, which several walks can share. It is cast when the first of them needs it.
#[derive(Debug, Default)]
pub(super) struct Look(Option<Snapshot>);

impl Look {
    fn cast(&mut self) -> io::Result<&Snapshot> {
        Ok(match &mut self.0 {
            Some(snapshot) => snapshot,
            none => none.insert(Snapshot::take()?),
        })
    }
}

/// A tree that is walked again and again, and whom the walks have found.
#[derive(Debug)]
pub(super) struct Walk {
    /// By number, with the start time: the places to look from.
    known: HashMap<u32, Option<u64>>,
    /// Where a dead process's number still leads to its children, it must not be given out again: a handle holds it.
    held: Vec<Arc<Process>>,
    enclosure: Option<Arc<Enclosure>>,
}

/// A process that a walk has found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) process: Arc<Process>,
    pub(super) id: ProcessId,
    pub(super) name: Option<String>,
    pub(super) protection: Option<Protection>,
}

impl Walk {
    pub(super) fn of(tree: &Tree) -> Walk {
        let root = tree.root();
        let mut walk = Walk {
            known: HashMap::new(),
            held: Vec::new(),
            enclosure: tree.enclosure().cloned(),
        };
        walk.know(root.id(), root.process());
        walk
    }

    fn know(&mut self, id: ProcessId, process: &Arc<Process>) {
        self.known.insert(id.pid(), id.start());
        if DEAD_PARENTS_ARE_KNOWN {
            self.held.push(Arc::clone(process));
        }
    }

    /// Those whom no walk has found before, and who of all can still start somebody.
    pub(super) fn again(&mut self, look: &mut Look) -> io::Result<(Vec<Found>, Vec<u32>)> {
        let enclosure = self.enclosure.as_deref();
        let Survey { newcomers, moving } = match enclosure.filter(|enclosure| enclosure.is_closed()) {
            Some(enclosure) => Survey {
                newcomers: self.enclosed(enclosure)?,
                moving: Vec::new(),
            },
            None => sys::descendants(look.cast()?, &self.known, enclosure),
        };
        let mut found = Vec::new();
        for Newcomer { pid, process, facts } in newcomers {
            let Some(id) = ProcessId::new(pid) else { continue };
            let one = Found {
                process: Arc::new(process),
                id: id.with_start(facts.start),
                name: facts.name,
                protection: facts.protection,
            };
            self.know(one.id, &one.process);
            found.push(one);
        }
        Ok((found, moving))
    }

    /// Whether one of the known can still start somebody: what [`again`](Walk::again) tells of all.
    pub(super) fn is_moving(&self, pid: u32) -> bool {
        self.known.get(&pid).is_some_and(|start| sys::is_moving(pid, *start))
    }

    /// Whether one of the known runs, or waits for nothing but a processor, as far as the system tells.
    pub(super) fn is_running(&self, pid: u32) -> bool {
        self.known.get(&pid).is_some_and(|start| sys::is_running(pid, *start))
    }

    /// Whether nobody can have left the enclosure, so that there is nothing else to look at.
    pub(super) fn is_closed(&self) -> bool {
        self.enclosure.as_ref().is_some_and(|enclosure| enclosure.is_closed())
    }

    /// Has nobody in it run, until what is given back is dropped; `None` where that cannot be.
    pub(super) fn hold(&self, until: Instant) -> Option<Frozen> {
        let enclosure = self.enclosure.as_ref()?;
        Frozen::new(enclosure, until).ok()
    }

    pub(super) fn enclosure(&self) -> Option<&Enclosure> {
        self.enclosure.as_deref()
    }

    fn enclosed(&self, enclosure: &Enclosure) -> io::Result<Vec<Newcomer>> {
        let listed = enclosure.members()?;
        let unknown: Vec<u32> = listed.into_iter().filter(|pid| !self.known.contains_key(pid)).collect();
        identify_in(enclosure, &unknown)
    }

    /// The process has exited. Its number may come to mean another.
    pub(super) fn exited(&mut self, id: ProcessId) {
        if !DEAD_PARENTS_ARE_KNOWN && self.known.get(&id.pid()) == Some(&id.start()) {
            self.known.remove(&id.pid());
        }
    }
}
