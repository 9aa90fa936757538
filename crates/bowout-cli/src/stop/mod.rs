//! `bowout stop`: ask, wait, and only then use force.

mod dry_run;
mod interrupt;
mod live;
mod ourselves;
mod voice;

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bowout::stop::{
    Event, FindError, Next, OpenError, Outcome, Plan, ProcessId, Report, StopError, Stopping, Subject, Target, Tree,
};

use crate::args::{Allow, Manner, StopArgs};
use crate::exit::{self, Fate, Force};
use crate::json::{Document, NotFound, Stopped, Trouble};
use crate::terminal::Colours;
use crate::{find, open, output};
use interrupt::{Interrupts, LEFT_ALONE};
pub(crate) use ourselves::Ourselves;
use voice::Voice;

/// How often who is left is drawn again.
const TICK: Duration = Duration::from_millis(100);

pub(crate) fn run(args: &StopArgs, colours: Colours) -> u8 {
    let plan = match args.plan() {
        Ok(plan) => plan,
        Err(why) => {
            output::error(&why);
            return exit::USAGE;
        }
    };
    let manner = args.tell.manner();
    let meant = match find::find(args.find.wanted()) {
        Ok(meant) => meant,
        Err(unclear) => return unclear.tell("stop", manner),
    };
    if manner != Manner::Json {
        meant.tell_missing();
    }
    let opened = open::all(&meant.ids, &args.allow);
    if args.dry_run {
        return dry_run::show(args, &plan, opened, &meant.missing);
    }
    let voice = Arc::new(Mutex::new(Voice::new(manner, args.tell.detail(), colours)));
    let (order, targets) = split(opened);
    for error in order.iter().filter_map(|entry| entry.as_ref().err()) {
        lock(&voice).not_opened(error);
    }
    let carried_out = stop_all(args, targets, &plan, &voice);
    let exit_code = conclude(args, &plan, order, &carried_out, &meant.missing);
    if let Some(interrupts) = carried_out.interrupted {
        interrupts.leave();
    }
    if let Some(ourselves) = carried_out.ourselves {
        ourselves.end();
    }
    exit_code
}

/// A process that was named.
struct Named {
    id: ProcessId,
    name: Option<String>,
}

/// What the arguments came to, each where it stood, and the processes among them.
fn split(opened: Vec<Result<Target, OpenError>>) -> (Vec<Result<Named, OpenError>>, Vec<Target>) {
    let mut targets = Vec::new();
    let order = opened.into_iter().map(|result| {
        result.map(|target| {
            let (id, name) = (target.id(), target.name().map(str::to_owned));
            targets.push(target);
            Named { id, name }
        })
    });
    (order.collect(), targets)
}

/// How far it came.
#[derive(Default)]
struct CarriedOut {
    reports: Vec<Report>,
    /// Why it did not come to its end.
    trouble: Option<StopError>,
    /// It did not because the person who waited left.
    interrupted: Option<Interrupts>,
    /// The root of the tree that this very process belongs to.
    own_tree: Option<ProcessId>,
    ourselves: Option<Ourselves>,
}

impl CarriedOut {
    fn not_begun(why: StopError) -> CarriedOut {
        CarriedOut {
            trouble: Some(why),
            ..CarriedOut::default()
        }
    }

    /// Whether anybody was, or could have been, asked anything.
    fn was_begun(&self) -> bool {
        self.trouble.is_none() || !self.reports.is_empty()
    }

    /// Whether no signal is to end bowout.
    fn ends_by_itself(&self) -> bool {
        self.interrupted.is_none() && self.ourselves.is_none()
    }

    fn in_words(&self, why: &StopError) -> String {
        let words = in_words(why);
        match self.was_begun() {
            true => words,
            false => format!("{words}; nobody was asked to stop"),
        }
    }

    fn trouble(&self) -> Option<Trouble> {
        let failed = self.trouble.as_ref().map(|why| Trouble::new(why, self.in_words(why)));
        failed.or_else(|| self.interrupted.as_ref().map(|_| Trouble::interrupted(LEFT_ALONE)))
    }
}

/// All that were named; of bowout itself only what is to come.
fn stop_all(args: &StopArgs, targets: Vec<Target>, plan: &Plan, voice: &Arc<Mutex<Voice>>) -> CarriedOut {
    let subject = |target| {
        if args.tree {
            Subject::from(Tree::of(target))
        } else {
            Subject::from(target)
        }
    };
    let is_named = targets.iter().any(ourselves::is);
    let others = targets.into_iter().filter(|target| args.tree || !ourselves::is(target));
    let mut carried_out = carry_out(others.map(subject).collect(), plan, voice);
    if carried_out.was_begun() && (is_named || carried_out.own_tree.is_some()) {
        carried_out.ourselves = Ourselves::new(plan, carried_out.own_tree);
    }
    carried_out
}

fn carry_out(subjects: Vec<Subject>, plan: &Plan, voice: &Arc<Mutex<Voice>>) -> CarriedOut {
    if subjects.is_empty() {
        return CarriedOut::default();
    }
    let mut stopping = match Stopping::begin(subjects, plan) {
        Ok(stopping) => stopping,
        Err(why) => return CarriedOut::not_begun(why),
    };
    let interrupts = Interrupts::listen(plan, stopping.force_handle(), voice);
    let trouble = follow(&mut stopping, interrupts.as_ref(), voice)
        .err()
        .map(StopError::Io);
    lock(voice).rest();
    let own_tree = stopping.own_tree();
    let reports = stopping.break_off();
    let mut unfinished = reports.iter().filter(is_unfinished).peekable();
    let interrupted = interrupts.filter(|_| trouble.is_none() && unfinished.peek().is_some());
    unfinished.for_each(|report| lock(voice).ended(report));
    CarriedOut {
        reports,
        trouble,
        interrupted,
        own_tree,
        ourselves: None,
    }
}

fn is_unfinished(report: &&Report) -> bool {
    report.outcome == Outcome::Unfinished
}

/// Tells what happens, to the end, or until it is to be broken off.
fn follow(stopping: &mut Stopping, interrupts: Option<&Interrupts>, voice: &Mutex<Voice>) -> io::Result<()> {
    // Without a terminal there is nothing to draw, and nothing to wake up for.
    let tick = match lock(voice).terminal() {
        Some(_) => TICK,
        None => Duration::MAX,
    };
    // Whoever leaves at once is not worth a picture.
    let mut drawn = Instant::now();
    loop {
        match stopping.next(tick)? {
            Next::Event(Event::Ended(report)) => lock(voice).ended(&report),
            Next::Event(Event::Step { id, step }) => {
                let name = || stopping.waiting().find(|waiting| waiting.id == id)?.name;
                lock(voice).asked(id, name, &step);
            }
            Next::TimedOut if interrupts.is_some_and(Interrupts::leave_alone) => return Ok(()),
            Next::TimedOut => {}
            Next::Done => return Ok(()),
        }
        // Who is left is not told a thousand times where a thousand leave.
        if tick == TICK && drawn.elapsed() >= TICK {
            lock(voice).waiting(&stopping.waiting().collect::<Vec<_>>());
            drawn = Instant::now();
        }
    }
}

/// What became of one that was named, or is below it.
enum Fared<'a> {
    Ended(&'a Report),
    NotOpened(OpenError),
    /// Nobody was asked anything.
    NotBegun(Named),
    /// It ends behind the others, when all is told.
    Ourselves(&'a Ourselves),
}

/// What became of those that were named, each where it stood, and behind it of those below it.
fn in_order(order: Vec<Result<Named, OpenError>>, carried_out: &CarriedOut) -> Vec<Fared<'_>> {
    let mut by_root: HashMap<ProcessId, Vec<&Report>> = HashMap::new();
    for report in &carried_out.reports {
        by_root
            .entry(report.tree.unwrap_or(report.id))
            .or_default()
            .push(report);
    }
    let mut fared = Vec::new();
    for entry in order {
        match entry {
            Ok(named) if !carried_out.was_begun() => fared.push(Fared::NotBegun(named)),
            // There is a report for everybody; that of a root that belongs to another's tree stands there.
            Ok(named) => {
                let reports = by_root.remove(&named.id).unwrap_or_default();
                fared.extend(reports.into_iter().map(Fared::Ended));
            }
            Err(error) => fared.push(Fared::NotOpened(error)),
        }
    }
    fared.extend(carried_out.ourselves.as_ref().map(Fared::Ourselves));
    fared
}

fn conclude(
    args: &StopArgs,
    plan: &Plan,
    order: Vec<Result<Named, OpenError>>,
    carried_out: &CarriedOut,
    missing: &[FindError],
) -> u8 {
    let fared = in_order(order, carried_out);
    let fates = fared.iter().map(Fared::fate);
    let fates: Vec<Fate> = fates.chain(missing.iter().map(|_| Fate::Missing)).collect();
    let force = if args.fail_if_forced {
        Force::IsFailure
    } else {
        Force::IsSuccess
    };
    let exit_code = match &carried_out.trouble {
        None => exit::of_stop(&fates, force),
        Some(why) => exit_code_of(why),
    };
    if args.tell.manner() == Manner::Json {
        output::document(&Document {
            dry_run: args.dry_run,
            plan: Some(plan.to_string()),
            processes: fared.iter().map(Fared::described).collect(),
            not_found: missing.iter().map(NotFound::from).collect(),
            trouble: carried_out.trouble(),
            ..Document::of("stop", carried_out.ends_by_itself().then_some(exit_code))
        });
        return exit_code;
    }
    if let Some(why) = &carried_out.trouble {
        output::error(&carried_out.in_words(why));
    }
    if let Some(ourselves) = carried_out
        .ourselves
        .as_ref()
        .filter(|_| args.tell.manner() == Manner::Text)
    {
        output::data(ourselves.in_words());
    }
    exit_code
}

impl Fared<'_> {
    fn described(&self) -> Stopped {
        match self {
            Fared::Ended(report) => Stopped::from(*report),
            Fared::NotOpened(error) => Stopped::from(error),
            Fared::Ourselves(ourselves) => Stopped::from(*ourselves),
            Fared::NotBegun(named) => Stopped::not_begun(named.id, named.name.as_deref()),
        }
    }

    fn fate(&self) -> Fate {
        match self {
            Fared::Ended(report) if report.was_forced() => Fate::Forced,
            // One that was there and left by itself before it was asked is as good as stopped.
            Fared::Ended(report) if report.outcome.is_gone() => Fate::Stopped,
            Fared::Ourselves(_) => Fate::Stopped,
            Fared::NotOpened(error) if open::is_missing(error) => Fate::Missing,
            Fared::Ended(_) | Fared::NotOpened(_) | Fared::NotBegun(_) => Fate::Alive,
        }
    }
}

fn exit_code_of(trouble: &StopError) -> u8 {
    match trouble {
        StopError::Protected { .. } => exit::ALIVE,
        _ => exit::FAILED,
    }
}

/// The trouble, and the option that would have helped.
fn in_words(trouble: &StopError) -> String {
    let option = match trouble {
        StopError::Protected { why, .. } => Allow::word(*why),
        _ => None,
    };
    match option {
        Some(word) => format!("{trouble} (--allow {word})"),
        None => trouble.to_string(),
    }
}

/// A voice that broke off in the middle of a line is still good enough.
fn lock(voice: &Mutex<Voice>) -> std::sync::MutexGuard<'_, Voice> {
    voice.lock().unwrap_or_else(PoisonError::into_inner)
}
