//! What it costs to have a program run by `bowout run`, beside the wrappers that people have: tini, dumb-init, catatonit and
//! timeout.

mod ends;
mod idle;
mod passes_on;
mod reaps;
mod starts;
mod sys;
mod targets;
mod wrappers;

use super::Result;
use super::table::{self, Series, row};

use targets::Targets;
use wrappers::Wrapper;

pub(super) use passes_on::hear;
pub(super) use reaps::{as_init, make_orphans};

pub(super) fn run() -> Result<()> {
    let targets = Targets::build()?;
    let wrappers = wrappers::all();
    starts::run(&wrappers, &targets)?;
    ends::run(&wrappers, &targets)?;
    passes_on::run(&wrappers)?;
    reaps::run(&wrappers)?;
    idle::run(&wrappers, &targets)
}

/// Has every wrapper take its turn, so often in each round.
fn in_turns(
    wrappers: &[&Wrapper],
    rounds: usize,
    samples: usize,
    mut take: impl FnMut(&Wrapper) -> Result<Vec<u64>>,
) -> Result<Vec<Series>> {
    let mut series = vec![Series::default(); wrappers.len()];
    for round in 0..rounds {
        for sample in 0..samples {
            for turn in 0..wrappers.len() {
                let at = (turn + sample + round) % wrappers.len();
                let wrapper = wrappers[at];
                let taken = take(wrapper).map_err(|error| format!("{}: {error}", wrapper.name))?;
                series[at].add(round, taken);
            }
        }
    }
    Ok(series)
}

/// A table of times, in microseconds and as ratios to tini's.
fn print(title: &str, wrappers: &[&Wrapper], series: &[Series]) {
    let tini = wrappers.iter().position(|wrapper| wrapper.name == "tini");
    let mut rows = vec![row(["", "p50 µs", "p99 µs", "× tini"])];
    rows.extend(wrappers.iter().zip(series).map(|(wrapper, of)| {
        let ratio = tini.map_or_else(|| "–".to_owned(), |tini| of.against(&series[tini]));
        row([wrapper.name, &table::micros(of.p50()), &table::micros(of.p99()), &ratio])
    }));
    table::print(title, &rows);
}
