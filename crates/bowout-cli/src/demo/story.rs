//! What happened, program by program: what the pictures are drawn from.

use std::time::Duration;

use bowout::Signal;
use bowout::stop::{ProcessId, Report, Route};

use super::program::Role;

/// All that happened so far.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) rows: Vec<Row>,
}

/// One program.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) role: Role,
    pub(super) id: ProcessId,
    /// In the order in which they became known.
    pub(super) moments: Vec<Moment>,
    /// When its own stopping began.
    pub(super) began: Duration,
    pub(super) report: Option<Report>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// Counted from the moment the first program was asked.
    pub(super) at: Duration,
    pub(super) what: What,
}

/// What happened.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// It was asked by this route, or could not be.
    Asked { signal: Signal, route: Option<Route> },
    /// It heard the request, as this.
    Heard(String),
    /// It heard the request as this, and stays.
    Ignores(String),
    /// It has put this in order.
    Cleaned(String),
    /// Its parent has left without it.
    LeftBehind,
    /// It is over: gone, or given up. The report says which.
    Ended(Report),
}

impl Row {
    pub(super) fn new(role: Role, id: ProcessId) -> Row {
        Row {
            role,
            id,
            moments: Vec::new(),
            began: Duration::ZERO,
            report: None,
        }
    }

    /// What it put in order.
    pub(super) fn cleaned(&self) -> Vec<&str> {
        let cleaned = self.moments.iter().filter_map(|moment| match &moment.what {
            What::Cleaned(what) => Some(what.as_str()),
            _ => None,
        });
        cleaned.collect()
    }

    /// How it heard the request, if it did.
    pub(super) fn heard(&self) -> Option<&str> {
        self.moments.iter().find_map(|moment| match &moment.what {
            What::Heard(trigger) | What::Ignores(trigger) => Some(trigger.as_str()),
            _ => None,
        })
    }

    /// Whether it was asked to stop.
    pub(super) fn was_asked(&self) -> bool {
        self.moments
            .iter()
            .any(|moment| matches!(moment.what, What::Asked { .. }))
    }

    /// Whether its parent left without it.
    pub(super) fn was_left_behind(&self) -> bool {
        self.moments
            .iter()
            .any(|moment| matches!(moment.what, What::LeftBehind))
    }
}

impl Story {
    pub(super) fn row(&mut self, role: Role) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.role == role)
    }

    /// Whether it is over for every program.
    pub(super) fn is_over(&self) -> bool {
        self.rows.iter().all(|row| row.report.is_some())
    }

    /// The reports of those for whom it is over.
    pub(super) fn reports(&self) -> impl Iterator<Item = &Report> {
        self.rows.iter().filter_map(|row| row.report.as_ref())
    }
}

impl What {
    /// In a few words: `asked: TERM by signal`.
    pub(super) fn words(&self, row: &Row) -> String {
        match self {
            What::Asked { signal, route: None } => format!("{signal} found no way to it"),
            What::Asked { signal, route } => {
                let verb = if *signal == Signal::Kill { "forced" } else { "asked" };
                let by = route.map(|route| format!(" by {route}")).unwrap_or_default();
                format!("{verb}: {signal}{by}")
            }
            What::Heard(trigger) => format!("heard it ({trigger}), cleans up"),
            What::Ignores(trigger) => format!("heard it ({trigger}), ignores it"),
            What::Cleaned(what) => format!("cleaned up: {what}"),
            What::LeftBehind => format!("left behind by its parent: process {}", row.id.pid()),
            What::Ended(report) => ended(report),
        }
    }
}

/// `ended by TERM after 251 ms`.
fn ended(report: &Report) -> String {
    let after = millis(report.elapsed);
    if report.outcome.is_gone() {
        format!("{} after {after}", report.status)
    } else {
        format!("{} after {after}", report.outcome)
    }
}

/// `1203 ms`.
pub(super) fn millis(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}
