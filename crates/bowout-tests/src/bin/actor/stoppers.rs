//! Programs that stop others with bowout, and report what happens:
//!
//! ```text
//!     refused ID REASON                     it was not opened
//!     step ID SIGNAL ROUTE                  it was asked
//!     missed ID SIGNAL ROUTE=WHY,…          it could not be asked
//!     ended ID OUTCOME STATUS [forced]
//! ```

use std::time::Duration;

use bowout::stop::{Event, Next, OpenError, Plan, Report, Step, Stopping, Subject, Target, TargetOptions};

use crate::say;

#[cfg(unix)]
#[path = "stoppers/unix.rs"]
pub mod os;
#[cfg(windows)]
#[path = "stoppers/windows.rs"]
mod os;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    match name {
        "stopper" => Some(stopper),
        "previewer" => Some(previewer),
        _ => os::find(name),
    }
}

/// The arguments behind the scenario.
pub fn args() -> impl Iterator<Item = String> {
    std::env::args().skip(2)
}

/// `stopper PLAN ID…`: stops them all by the plan.
fn stopper() {
    let mut args = args();
    let plan = args.next().expect("a plan").parse().expect("a plan");
    stop_all(open_all(&Target::options(), args), &plan);
}

/// `previewer PLAN ID…`: tells what the plan would do.
fn previewer() {
    let mut args = args();
    let plan: Plan = args.next().expect("a plan").parse().expect("a plan");
    for target in open_all(&Target::options(), args) {
        for stage in plan.preview(&target) {
            let others: usize = stage
                .attempts
                .iter()
                .flat_map(|attempt| &attempt.result)
                .map(|r| r.others.len())
                .sum();
            say(&format!(
                "would {} {:?} others={others} {:?}",
                stage.signal(),
                stage.route(),
                stage.attempts
            ));
        }
    }
}

/// Opens them, and reports those that are refused.
pub fn open_all(options: &TargetOptions, ids: impl Iterator<Item = String>) -> Vec<Target> {
    let open = |text: String| match options.open(text.parse().expect("an id")) {
        Ok(target) => Some(target),
        Err(error) => {
            say(&format!("refused {} {}", error.id().pid(), reason(&error)));
            None
        }
    };
    ids.filter_map(open).collect()
}

fn reason(error: &OpenError) -> String {
    match error {
        OpenError::Protected { why, .. } => format!("{why:?}"),
        other => format!("{other:?}")
            .split([' ', '{'])
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// Stops them and reports.
pub fn stop_all<S: Into<Subject>>(subjects: impl IntoIterator<Item = S>, plan: &Plan) {
    let mut stopping = Stopping::begin(subjects, plan).expect("it begins");
    loop {
        match stopping.next(Duration::MAX).expect("it goes on") {
            Next::Event(Event::Step { id, step }) => say(&step_line(id.pid(), &step)),
            Next::Event(Event::Ended(report)) => say(&end_line(&report)),
            Next::TimedOut => panic!("without end means without end"),
            Next::Done => break,
        }
    }
    say("done");
}

fn step_line(pid: u32, step: &Step) -> String {
    if let Some(route) = step.route() {
        return format!("step {pid} {} {route:?}", step.signal);
    }
    let why =
        |attempt: &bowout::stop::Attempt| Some(format!("{:?}={:?}", attempt.route, attempt.result.clone().err()?));
    let why: Vec<String> = step.attempts.iter().filter_map(why).collect();
    format!("missed {pid} {} {}", step.signal, why.join(","))
}

fn end_line(report: &Report) -> String {
    let forced = if report.was_forced() { " forced" } else { "" };
    format!(
        "ended {} {:?} {}{forced}",
        report.id.pid(),
        report.outcome,
        report.status
    )
}
