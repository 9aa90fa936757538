//! A model of how a signal gets from the handler to a listener, and of how listeners take turns, tried in every order of its
//! steps. A step is one atomic operation, one system call, or what happens under a lock.
//!
//! It is a model, and not loom on the code itself, because what matters here is the system's part: dispositions, pending
//! signals that merge, handlers that begin anywhere. On the thread that it interrupts, a handler can do nothing that it could
//! not do on another, since it takes no lock; so here every handler is a thread. What decides here is `SeqCst` in the
//! code; what is not (the sender) is no part of the model. Events are noted and taken back in the same way as requests.
//!
//! Each [`Flaw`] takes out one precaution. If the model did not find what then goes wrong, it would prove nothing.

mod steps;

use std::collections::HashSet;

use steps::*;

/// Signals, a bit each. Several that merge are told of as one.
type Signals = u8;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
struct Thread {
    script: u8,
    at: u8,
    /// What a handler is on its way with, or an ending listener has to repeat.
    signals: Signals,
    is_request: bool,
    taken_over: bool,
    /// The bell has rung since it was read.
    rung: bool,
}

/// Three of the program's, and two for handlers to run on.
const THREADS: usize = 5;
const PROGRAM: usize = 3;

#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct World {
    threads: [Thread; THREADS],
    sent: Signals,
    pending: Signals,
    handler_in_place: bool,
    mode: Mode,
    noted: Signals,
    summary: bool,
    core_locked: [bool; 2],
    present_locked: bool,
    owner: Option<Who>,
    /// The mode that each listener wants.
    wants: [Mode; 2],
    /// What each has taken in, and whether anybody was told.
    taken: [Signals; 2],
    seen: [bool; 2],
    ended: [bool; 2],
    /// What met the disposition below, or a listener that swallows it.
    elsewhere: Signals,
}

struct Model {
    /// Nothing, the handler, and what each thread of the program does.
    scripts: Vec<Vec<Step>>,
    flaw: Option<Flaw>,
}

const IDLE: u8 = 0;
const HANDLER: u8 = 1;

impl Model {
    fn new(program: &[Vec<Step>], flaw: Option<Flaw>) -> Model {
        let mut scripts = vec![Vec::new(), handler(flaw)];
        scripts.extend_from_slice(program);
        if flaw == Some(Flaw::ClearsSummaryLast) {
            for script in &mut scripts {
                for at in (0..script.len())
                    .filter(|at| matches!(script[*at], ClearSummary(_)))
                    .collect::<Vec<_>>()
                {
                    script[at..at + 3].rotate_left(1);
                }
            }
        }
        Model { scripts, flaw }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn step(&self, thread: &Thread) -> Option<Step> {
        self.scripts[usize::from(thread.script)]
            .get(usize::from(thread.at))
            .copied()
    }

    /// All orders; how many states there are, or what goes wrong in one.
    fn explore(&self) -> Result<usize, String> {
        let mut first = World::default();
        for at in 0..self.scripts.len() - 2 {
            first.threads[at].script = at as u8 + 2;
        }
        let mut known = HashSet::from([first]);
        let mut open = vec![first];
        while let Some(world) = open.pop() {
            let mut next: Vec<World> = delivered(&world).into_iter().collect();
            for at in 0..THREADS {
                next.extend(self.stepped(&world, at)?);
            }
            if next.is_empty() {
                self.judge(&world)?;
            }
            for mut world in next {
                // It makes no difference which of the handlers is where.
                world.threads[PROGRAM..].sort();
                if known.insert(world) {
                    open.push(world);
                }
            }
        }
        Ok(known.len())
    }

    /// The next step of a thread, if it can do one.
    fn stepped(&self, before: &World, at: usize) -> Result<Option<World>, String> {
        let mut thread = before.threads[at];
        let Some(step) = self.step(&thread) else {
            return Ok(None);
        };
        let end = self.scripts[usize::from(thread.script)].len() as u8;
        let mut world = *before;
        thread.at += 1;
        match step {
            Send => {
                let signal = before.sent + 1;
                world.sent |= signal;
                world.pending |= signal;
            }
            LookAtMode | Note | Summarize | Ring | LookAgain | TakeBack | SendAgain => {
                self.handle(step, &mut thread, &mut world, end);
            }
            LockCore(who) | Supersede(who) if before.core_locked[who as usize] => return Ok(None),
            LockCore(who) => world.core_locked[who as usize] = true,
            Supersede(who) => world.ended[who as usize] = true,
            ClearSummary(who) | Take(who) if before.ended[who as usize] && !self.has(Flaw::NotSuperseded) => {}
            ClearSummary(_) => world.summary = false,
            LookWhetherRequest => thread.is_request = before.mode == Mode::Note || self.has(Flaw::TakesAnything),
            Take(who) => {
                if thread.is_request {
                    world.take(who)?;
                }
            }
            UnlockCore(who) => world.core_locked[who as usize] = false,
            MarkSeen(who) => world.seen[who as usize] |= before.taken[who as usize] != 0,
            ReadBell => thread.rung = false,
            SleepUnlessTold(who) if before.seen[who as usize] => {}
            SleepUnlessTold(_) if !thread.rung => return Ok(None),
            // Once more from where it read the bell.
            SleepUnlessTold(who) => thread.at -= 2 + look(who).len() as u8,
            LockPresent if before.present_locked => return Ok(None),
            LockPresent => world.present_locked = true,
            SetMode(mode) => world.mode = mode,
            PutHandler(who, mode) => {
                world.wants[who as usize] = mode;
                world.handler_in_place = true;
                world.owner = Some(who);
            }
            SendStale => {
                if before.mode != Mode::Note && !self.has(Flaw::KeepsStale) {
                    world.pending |= std::mem::take(&mut world.noted);
                }
                world.present_locked = false;
            }
            DropOwner => world.owner = None,
            PutBack => {
                thread.taken_over = before.owner.is_some();
                world.handler_in_place = thread.taken_over;
            }
            Uninstall => {
                if !thread.taken_over {
                    world.mode = Mode::Gone;
                }
            }
            TakeRest => {
                if !thread.taken_over && !self.has(Flaw::NoTakeRest) {
                    thread.signals = std::mem::take(&mut world.noted);
                }
                world.present_locked = false;
            }
            Repeat(who) => {
                if !before.seen[who as usize] && !self.has(Flaw::NotRepeated) {
                    thread.signals |= before.taken[who as usize];
                }
                world.pending |= std::mem::take(&mut thread.signals);
            }
        }
        // A thread that is done is like any other that is.
        world.threads[at] = if thread.at < end { thread } else { Thread::default() };
        Ok(Some(world))
    }

    fn handle(&self, step: Step, thread: &mut Thread, world: &mut World, end: u8) {
        match step {
            LookAtMode => match world.mode {
                Mode::Note => {}
                Mode::Gone if !self.has(Flaw::DropsWhenGone) => thread.at = end - 1,
                Mode::Gone => thread.at = end,
                Mode::Swallow => {
                    world.elsewhere |= thread.signals;
                    thread.at = end;
                }
            },
            Note => world.noted |= thread.signals,
            Summarize => world.summary = true,
            Ring => world
                .threads
                .iter_mut()
                .for_each(|thread| thread.rung = thread.script > HANDLER),
            LookAgain => {
                if world.mode == Mode::Note || self.has(Flaw::NoSecondLook) {
                    thread.at = end;
                }
            }
            TakeBack => thread.signals = std::mem::take(&mut world.noted),
            _ => world.pending |= thread.signals,
        }
    }

    /// Nothing happens any more.
    fn judge(&self, world: &World) -> Result<(), String> {
        let told = |who: Who| {
            if world.seen[who as usize] {
                world.taken[who as usize]
            } else {
                0
            }
        };
        // Where nobody waits for it, or somebody was told already, it is no loss yet that nobody was told: whoever asks looks
        // where the summary says so.
        let waits = |thread: &Thread| matches!(self.step(thread), Some(SleepUnlessTold(_)));
        let asked_later = world.owner.is_some() && !world.threads.iter().any(waits);
        let noted = if world.summary { world.noted } else { 0 };
        let findable = if asked_later {
            world.taken[0] | world.taken[1] | noted
        } else {
            0
        };
        let found = told(First) | told(Second) | findable | world.elsewhere;
        if world.sent & !found != 0 {
            return Err(format!("lost: {:#b} of {:#b}", world.sent & !found, world.sent));
        }
        if world
            .threads
            .iter()
            .any(|thread| thread.script != IDLE && !waits(thread))
        {
            Err("a deadlock".to_owned())
        } else {
            Ok(())
        }
    }
}

impl World {
    fn take(&mut self, who: Who) -> Result<(), String> {
        let taken = std::mem::take(&mut self.noted);
        if taken != 0 && self.ended[who as usize] {
            return Err(format!("{who:?} took what came after its time"));
        }
        if taken != 0 && self.wants[who as usize] != Mode::Note {
            return Err(format!("{who:?} was told of what is no request to it"));
        }
        self.taken[who as usize] |= taken;
        Ok(())
    }
}

/// The kernel delivers what is pending.
fn delivered(world: &World) -> Option<World> {
    let mut next = *world;
    let signals = std::mem::take(&mut next.pending);
    if signals == 0 {
        return None;
    }
    if !world.handler_in_place {
        next.elsewhere |= signals;
        return Some(next);
    }
    let free = next.threads[PROGRAM..]
        .iter_mut()
        .find(|thread| thread.script == IDLE)?;
    *free = Thread {
        script: HANDLER,
        signals,
        ..Thread::default()
    };
    Some(next)
}

#[test]
fn no_order_of_steps_loses_a_signal_or_gives_it_to_the_wrong_listener() {
    for scripts in scenarios() {
        match Model::new(&scripts, None).explore() {
            Ok(states) => println!("{states} states"),
            Err(wrong) => panic!("{wrong}: {scripts:?}"),
        }
    }
}

#[test]
fn without_any_one_precaution_some_order_goes_wrong() {
    for flaw in [
        Flaw::NoSecondLook,
        Flaw::TakesAnything,
        Flaw::NoTakeRest,
        Flaw::KeepsStale,
        Flaw::NotSuperseded,
        Flaw::NotRepeated,
        Flaw::RingsFirst,
        Flaw::ClearsSummaryLast,
        Flaw::DropsWhenGone,
    ] {
        let found = scenarios()
            .iter()
            .find_map(|scripts| Model::new(scripts, Some(flaw)).explore().err());
        println!("{flaw:?}: {found:?}");
        assert!(found.is_some(), "{flaw:?} goes unnoticed");
    }
}
