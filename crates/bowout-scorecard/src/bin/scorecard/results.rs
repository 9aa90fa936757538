//! All rows with all contestants, a few at a time, and what came of it.

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use crate::contestant::{self, Contestant};
use crate::facts::Facts;
use crate::rows::{self, Row};
use crate::system;
use crate::verdict::Verdict;

/// How many contestants are on at a time. They sleep nearly all of theirs.
const LANES: usize = 8;

/// What was found on one system.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    /// The system.
    pub(crate) system: String,
    pub(crate) rows: Vec<RowResult>,
    /// Of programs that run another one.
    pub(crate) facts: Vec<Facts>,
}

/// What was found in one row. It repeats the row's text, since another system's judge has other rows.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RowResult {
    pub(crate) group: String,
    pub(crate) title: String,
    pub(crate) asks: String,
    pub(crate) why: String,
    pub(crate) notes: Vec<(String, String)>,
    /// By contestant.
    pub(crate) verdicts: BTreeMap<String, Verdict>,
}

/// Judges all contestants or one of them, in all rows or those whose titles have one of these words.
pub(crate) fn judge(only: Option<&str>, words: &[&str]) -> Result<Results, Box<dyn Error>> {
    let contestants: Vec<&Contestant> = contestant::ALL
        .iter()
        .filter(|contestant| only.is_none_or(|only| only == contestant.name))
        .collect();
    if contestants.is_empty() {
        let names = contestant::ALL.map(|contestant| contestant.name).join(", ");
        return Err(format!("no such contestant; these are: {names}").into());
    }
    let mut rows = rows::all();
    rows.retain(|row| words.is_empty() || words.iter().any(|word| row.title.contains(word)));
    bowout_scorecard::sys::leave_no_cores();

    // A row at a time with all its contestants: those that differ are judged in the same moment.
    let tasks: Vec<(&Row, &Contestant)> = rows
        .iter()
        .flat_map(|row| contestants.iter().map(move |contestant| (row, *contestant)))
        .collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let Some((row, contestant)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = row.judge(contestant);
                    report(row, contestant, &verdict);
                    found
                        .lock()
                        .expect("no judge panics with it")
                        .push((row.title, contestant.name, verdict));
                }
            });
        }
    });
    let found = found.into_inner()?;
    let rows = rows.iter().map(|row| RowResult {
        group: row.group.to_owned(),
        title: row.title.to_owned(),
        asks: row.asks.to_owned(),
        why: row.why.to_owned(),
        notes: row
            .notes
            .iter()
            .map(|(name, note)| ((*name).to_owned(), (*note).to_owned()))
            .collect(),
        verdicts: found
            .iter()
            .filter(|(title, _, _)| *title == row.title)
            .map(|(_, name, verdict)| ((*name).to_owned(), verdict.clone()))
            .collect(),
    });
    Ok(Results {
        system: system_name(),
        rows: rows.collect(),
        facts: if words.is_empty() {
            system::facts(only)
        } else {
            Vec::new()
        },
    })
}

fn report(row: &Row, contestant: &Contestant, verdict: &Verdict) {
    let remark = verdict
        .remark()
        .map_or_else(String::new, |remark| format!(": {remark}"));
    eprintln!("{:3} {}, {}{remark}", verdict.sign(), contestant.name, row.title);
}

fn system_name() -> String {
    let system = match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" if bowout_tests::under_wine() => "Windows, as Wine has it",
        "windows" => "Windows",
        other => other,
    };
    system.to_owned()
}

impl Results {
    /// Whether bowout passed every row; what could not be run counts as passed, unless everything can be here.
    pub(crate) fn exit_code(&self) -> ExitCode {
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        let everything_can_run = std::env::var_os("BOWOUT_TEST_NO_SKIP").is_some();
        for verdict in self.rows.iter().filter_map(|row| row.verdicts.get("bowout")) {
            match verdict {
                Verdict::Yes => passed += 1,
                Verdict::NotRun(_) if !everything_can_run => skipped += 1,
                _ => failed += 1,
            }
        }
        for kept in self.facts.iter().flat_map(Facts::on_bowout) {
            *(if kept { &mut passed } else { &mut failed }) += 1;
        }
        eprintln!(
            "bowout, on {}:\n{passed} passed, {failed} failed, {skipped} skipped",
            self.system
        );
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
