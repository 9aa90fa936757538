//! `bowout stop`: ask, wait, and only then use force.

mod dry_run;
mod interrupt;
mod voice;

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bowout::stop::{
    Event, FindError, Next, OpenError, Plan, ProcessId, Report, StopError, Stopping, Subject, Target, Tree,
};

use crate::args::{Allow, AllowArgs, StopArgs};
use crate::exit::{self, Fate, Force};
use crate::find::{self, Form};
use crate::json::{Document, NotFound, SCHEMA_VERSION, Stopped};
use crate::{open, output};
use interrupt::Interrupts;
use voice::{Manner, Voice};

/// How often the line that shows who is left is drawn again.
const TICK: Duration = Duration::from_millis(100);

pub(crate) fn run(args: StopArgs) -> u8 {
    let plan = args.plan();
    if let Err(why) = plan.check() {
        output::error(&why.to_string());
        return exit::USAGE;
    }
    let manner = match (args.json, args.quiet) {
        (true, _) => Manner::Json,
        (_, true) => Manner::Quiet,
        _ => Manner::Text,
    };
    let form = if args.json { Form::Json } else { Form::Text };
    let meant = match find::find(&args.find) {
        Ok(meant) => meant,
        Err(unclear) => return unclear.tell("stop", form),
    };
    if form == Form::Text {
        meant.tell_missing();
    }
    let opened = open::all(&meant.ids, &args.allow);
    if args.dry_run {
        let meant_all = if args.tree {
            with_descendants(opened, &args.allow)
        } else {
            Ok(opened)
        };
        return match meant_all {
            Ok(opened) => dry_run::show(&plan, &opened, &meant.missing, manner),
            Err(why) => fail(&StopError::Io(why)),
        };
    }
    let voice = Arc::new(Mutex::new(Voice::new(manner)));
    let (order, targets) = split(opened);
    for error in order.iter().filter_map(|entry| entry.as_ref().err()) {
        lock(&voice).not_opened(error);
    }
    let subject = |target| {
        if args.tree {
            Subject::from(Tree::of(target))
        } else {
            Subject::from(target)
        }
    };
    let subjects = targets.into_iter().map(subject);
    let reports = match carry_out(subjects.collect(), &plan, &voice) {
        Ok(reports) => reports,
        Err(why) => return fail(&why),
    };
    conclude(&args, &plan, &in_order(order, &reports), &meant.missing)
}

/// What the arguments came to, each where it stood, and the processes among them.
fn split(opened: Vec<Result<Target, OpenError>>) -> (Vec<Result<ProcessId, OpenError>>, Vec<Target>) {
    let mut targets = Vec::new();
    let order = opened.into_iter().map(|result| {
        result.map(|target| {
            let id = target.id();
            targets.push(target);
            id
        })
    });
    (order.collect(), targets)
}

/// The roots, each with everybody below it.
fn with_descendants(
    roots: Vec<Result<Target, OpenError>>,
    allow: &AllowArgs,
) -> io::Result<Vec<Result<Target, OpenError>>> {
    let mut ids = Vec::new();
    let mut refused = Vec::new();
    for root in roots {
        match root {
            Ok(root) => ids.extend(Tree::of(root).members()?.iter().map(|member| member.id)),
            Err(error) => refused.push(Err(error)),
        }
    }
    let mut opened = open::all(&ids, allow);
    opened.extend(refused);
    Ok(opened)
}

fn fail(why: &StopError) -> u8 {
    match why {
        StopError::Protected { why: protection, .. } => {
            let option = Allow::word(*protection).map(|word| format!(" (--allow {word})"));
            output::error(&format!("{why}{}", option.unwrap_or_default()));
            exit::ALIVE
        }
        why => {
            output::error(&why.to_string());
            exit::FAILED
        }
    }
}

fn carry_out(subjects: Vec<Subject>, plan: &Plan, voice: &Arc<Mutex<Voice>>) -> Result<Vec<Report>, StopError> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let mut stopping = Stopping::begin(subjects, plan)?;
    let _interrupts = Interrupts::listen(stopping.force_handle(), voice);
    // Without a terminal there is nothing to draw, and nothing to wake up for.
    let tick = if lock(voice).draws() { TICK } else { Duration::MAX };
    let mut drawn: Option<Instant> = None;
    loop {
        match stopping.next(tick).map_err(StopError::Io)? {
            Next::Event(Event::Ended(report)) => lock(voice).ended(&report),
            Next::Event(Event::Step { .. }) => {}
            Next::TimedOut => drawn = None,
            Next::Done => break,
        }
        // Who is left is not told a thousand times where a thousand leave.
        if tick == TICK && drawn.is_none_or(|drawn| drawn.elapsed() >= TICK) {
            lock(voice).waiting(&stopping.waiting().collect::<Vec<_>>());
            drawn = Some(Instant::now());
        }
    }
    lock(voice).rest();
    Ok(stopping.reports())
}

/// What became of those that were named, each where it stood, and behind it of those below it.
fn in_order(order: Vec<Result<ProcessId, OpenError>>, reports: &[Report]) -> Vec<Result<&Report, OpenError>> {
    let mut by_root: HashMap<ProcessId, Vec<&Report>> = HashMap::new();
    for report in reports {
        by_root
            .entry(report.tree.unwrap_or(report.id))
            .or_default()
            .push(report);
    }
    let mut results = Vec::new();
    for entry in order {
        match entry {
            // A root that belongs to another's tree stands there.
            Ok(id) => results.extend(by_root.remove(&id).unwrap_or_default().into_iter().map(Ok)),
            Err(error) => results.push(Err(error)),
        }
    }
    results
}

fn conclude(args: &StopArgs, plan: &Plan, results: &[Result<&Report, OpenError>], missing: &[FindError]) -> u8 {
    let fates: Vec<Fate> = results
        .iter()
        .map(fate)
        .chain(missing.iter().map(|_| Fate::Missing))
        .collect();
    let force = if args.fail_if_forced {
        Force::IsFailure
    } else {
        Force::IsSuccess
    };
    let exit_code = exit::of_stop(&fates, force);
    if args.json {
        output::document(&Document {
            schema_version: SCHEMA_VERSION,
            verb: "stop",
            dry_run: false,
            plan: Some(plan.to_string()),
            processes: results.iter().map(described).collect(),
            not_found: missing.iter().map(NotFound::from).collect(),
            exit_code,
        });
    }
    exit_code
}

fn described(result: &Result<&Report, OpenError>) -> Stopped {
    match result {
        Ok(report) => Stopped::from(*report),
        Err(error) => Stopped::from(error),
    }
}

fn fate(result: &Result<&Report, OpenError>) -> Fate {
    match result {
        Ok(report) if report.was_forced() => Fate::Forced,
        // One that was there and left by itself before it was asked is as good as stopped.
        Ok(report) if report.outcome.is_gone() => Fate::Stopped,
        Ok(_) => Fate::Alive,
        Err(error) if open::is_missing(error) => Fate::Missing,
        Err(_) => Fate::Alive,
    }
}

/// A voice that broke off in the middle of a line is still good enough.
fn lock(voice: &Mutex<Voice>) -> std::sync::MutexGuard<'_, Voice> {
    voice.lock().unwrap_or_else(PoisonError::into_inner)
}
