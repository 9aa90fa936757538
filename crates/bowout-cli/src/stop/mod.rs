//! `bowout stop`: ask, wait, and only then use force.

mod dry_run;
mod interrupt;
mod voice;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bowout::stop::{Event, FindError, Next, OpenError, Plan, ProcessId, Report, StopError, Stopping, Target};

use crate::args::StopArgs;
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
        return dry_run::show(&plan, &opened, &meant.missing, manner);
    }
    let voice = Arc::new(Mutex::new(Voice::new(manner)));
    let (order, targets) = split(opened);
    for error in order.iter().filter_map(|entry| entry.as_ref().err()) {
        lock(&voice).not_opened(error);
    }
    let reports = match carry_out(targets, &plan, &voice) {
        Ok(reports) => reports,
        Err(why) => {
            output::error(&why.to_string());
            return exit::FAILED;
        }
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

fn carry_out(targets: Vec<Target>, plan: &Plan, voice: &Arc<Mutex<Voice>>) -> Result<Vec<Report>, StopError> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let mut stopping = Stopping::begin(targets, plan)?;
    let _interrupts = Interrupts::listen(stopping.force_handle(), voice);
    // Without a terminal there is nothing to draw, and nothing to wake up for.
    let tick = if lock(voice).draws() { TICK } else { Duration::MAX };
    loop {
        match stopping.next(tick).map_err(StopError::Io)? {
            Next::Event(Event::Ended(report)) => lock(voice).ended(&report),
            Next::Event(Event::Step { .. }) => {}
            Next::TimedOut => {}
            Next::Done => break,
        }
        lock(voice).waiting(&stopping.waiting().collect::<Vec<_>>());
    }
    lock(voice).rest();
    Ok(stopping.reports())
}

fn in_order(order: Vec<Result<ProcessId, OpenError>>, reports: &[Report]) -> Vec<Result<&Report, OpenError>> {
    let find = |id| reports.iter().find(|report| report.id == id);
    order
        .into_iter()
        .filter_map(|entry| match entry {
            Ok(id) => find(id).map(Ok),
            Err(error) => Some(Err(error)),
        })
        .collect()
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
