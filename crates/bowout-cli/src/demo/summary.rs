//! What is told when the demo is over: a table, or a line of JSON for each program.

use bowout::stop::{Report, Step};
use serde::Serialize;

use super::story::{Row, Story, millis};
use crate::json::{self, ExitStatus, SCHEMA_VERSION};
use crate::output;
use crate::terminal::{Colour, Ink};

const HEADINGS: [&str; 6] = ["PROGRAM", "ASKED BY", "CLEANED UP", "ENDED", "AFTER", "FORCED"];

/// Prints the table.
pub(super) fn table(story: &Story, ink: Ink) {
    let rows: Vec<[String; 6]> = story.rows.iter().map(cells).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([HEADINGS[column].len()]).max().unwrap_or(0)
    };
    let line = |cells: [&str; 6]| {
        let padded = cells.iter().enumerate().map(|(column, cell)| match HEADINGS[column] {
            "AFTER" => format!("{cell:>0$}", width(column)),
            _ => format!("{cell:<0$}", width(column)),
        });
        padded.collect::<Vec<_>>().join("   ").trim_end().to_owned()
    };
    let heading = line(HEADINGS);
    output::data("");
    output::data(ink.paint(Colour::Bold, heading));
    for row in &rows {
        output::data(line(row.each_ref().map(String::as_str)));
    }
    output::data("");
    output::data(verdict(story));
}

fn cells(row: &Row) -> [String; 6] {
    let Some(report) = &row.report else {
        return [row.role.name(), "", "", "still running", "", ""].map(str::to_owned);
    };
    let ended = if report.outcome.is_gone() {
        report.status.to_string()
    } else {
        report.outcome.to_string()
    };
    let cleaned = match row.cleaned() {
        cleaned if cleaned.is_empty() => "nothing".to_owned(),
        cleaned => cleaned.join(", "),
    };
    let forced = if report.was_forced() { "yes" } else { "no" };
    [
        row.role.name().to_owned(),
        asked_by(report),
        cleaned,
        ended,
        millis(report.elapsed),
        forced.to_owned(),
    ]
}

/// The route of the first request that went out.
fn asked_by(report: &Report) -> String {
    let route = report.steps.iter().find_map(Step::route);
    route.map_or("no way to it".to_owned(), |route| route.to_string())
}

fn verdict(story: &Story) -> String {
    let gone = story.reports().filter(|report| report.outcome.is_gone()).count();
    let forced = story.reports().filter(|report| report.was_forced()).count();
    let orphans = story.rows.iter().filter(|row| row.was_left_behind()).count();
    let left = match story.rows.len() - gone {
        0 => "Nothing is left running.".to_owned(),
        left => format!("{left} still running!"),
    };
    format!(
        "{gone} stopped: {} when asked, {forced} by force; {orphans} of them was found behind its parent. {left}",
        gone - forced
    )
}

/// One line of JSON.
#[derive(Debug, Serialize)]
struct Line<'a> {
    schema_version: u32,
    program: &'static str,
    #[serde(flatten)]
    process: json::Process,
    outcome: &'static str,
    /// What the program heard; null where it heard nothing.
    heard: Option<&'a str>,
    cleaned_up: Vec<&'a str>,
    /// Whether its parent had left without it.
    left_behind: bool,
    forced: bool,
    exit_status: Option<ExitStatus>,
    steps: Vec<json::Step>,
    elapsed_ms: f64,
}

/// Prints one object for each program.
pub(super) fn json_lines(story: &Story) {
    for row in &story.rows {
        let Some(report) = &row.report else { continue };
        output::line_of_json(&Line {
            schema_version: SCHEMA_VERSION,
            program: row.role.name(),
            process: json::Process::new(report.id, report.name.as_deref()),
            outcome: json::outcome(report.outcome),
            heard: row.heard(),
            cleaned_up: row.cleaned(),
            left_behind: row.was_left_behind(),
            forced: report.was_forced(),
            exit_status: json::exit_status(report.status),
            steps: report.steps.iter().map(json::Step::from).collect(),
            elapsed_ms: json::millis(report.elapsed),
        });
    }
}
