//! From the signal to the callback, and what the setting up costs.

use rustix::process::{Signal, kill_process};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use super::child::{Process, WARM_UP};
use super::contestants::Contestant;
use super::table::{self, Series, micros, row};
use super::{Result, sys};

/// Many short ones: what else the machine does comes and goes, and must not meet one contestant alone.
const ROUNDS: usize = 21;
const SAMPLES: usize = 150;
/// Processes for each contestant and round.
const FRESH: usize = 5;

pub(super) fn run() -> Result<()> {
    first()?;
    let rounds = format!("{ROUNDS} rounds in turns, {SAMPLES} signals each");
    let alone = [
        Contestant::Raw,
        Contestant::Semaphore,
        Contestant::SemaphoreAnew,
        Contestant::Bowout,
        Contestant::BowoutAwait,
        Contestant::Ctrlc,
        Contestant::SignalHook,
        Contestant::Tokio,
    ];
    let asked = [&alone[..], &[Contestant::BowoutMain, Contestant::CtrlcMain]].concat();
    // Where the scheduler puts a waiting thread can matter more than all that the contestants do: another processor may
    // have to be woken first. On one processor everybody's way is the same.
    let everywhere = sched_getaffinity(None)?;
    for (place, processors) in [("all processors", everywhere), ("one processor", one_of(&everywhere))] {
        sched_setaffinity(None, &processors)?;
        let series = in_turns(&alone, from_itself)?;
        print(
            &format!("Signal to callback, {place}: INT from the process itself; {rounds}"),
            &alone,
            &series,
        );
        let series = in_turns(&asked, from_outside)?;
        print(
            &format!("Signal to callback, {place}: INT from another process, the main thread asleep; {rounds}"),
            &asked,
            &series,
        );
    }
    sched_setaffinity(None, &everywhere)?;
    Ok(())
}

/// The last one: the first has the most to do.
fn one_of(processors: &CpuSet) -> CpuSet {
    let mut one = CpuSet::new();
    if let Some(last) = (0..CpuSet::MAX_CPU).rfind(|at| processors.is_set(*at)) {
        one.set(last);
    }
    one
}

fn from_itself(contestant: Contestant) -> Result<Vec<u64>> {
    let mut child = Process::start(&["alone", contestant.name(), &SAMPLES.to_string()])?;
    let mut numbers = child.numbers()?;
    if numbers.len() != SAMPLES + 1 {
        return Err(format!("{} failed", contestant.name()).into());
    }
    Ok(numbers.split_off(1))
}

fn from_outside(contestant: Contestant) -> Result<Vec<u64>> {
    let mut child = Process::start(&["asked", contestant.name()])?;
    let mut latencies = Vec::new();
    for _ in 0..WARM_UP + SAMPLES {
        child.wait_until_ready()?;
        let sent = sys::now();
        kill_process(child.pid(), Signal::INT)?;
        latencies.push(child.number()? - sent);
        child.go_on()?;
    }
    Ok(latencies.split_off(WARM_UP))
}

/// A fresh process for each sample: it is set up, and hears its first signal.
fn first() -> Result<()> {
    let contestants = [
        Contestant::Raw,
        Contestant::Semaphore,
        Contestant::Bowout,
        Contestant::BowoutAwait,
        Contestant::Ctrlc,
        Contestant::SignalHook,
        Contestant::Tokio,
        Contestant::TokioInRuntime,
    ];
    let mut costs = vec![Series::default(); contestants.len()];
    let mut latencies = costs.clone();
    for round in 0..ROUNDS {
        for _ in 0..FRESH {
            for at in turned(contestants.len(), round) {
                let mut child = Process::start(&["first", contestants[at].name()])?;
                let [cost, latency] = child.numbers()?[..] else {
                    return Err(format!("{} failed", contestants[at].name()).into());
                };
                costs[at].add(round, [cost]);
                latencies[at].add(round, [latency]);
            }
        }
    }
    let processes = format!("{} fresh processes each, in turns", ROUNDS * FRESH);
    print(&format!("Setting up; {processes}"), &contestants, &costs);
    print(
        &format!("Signal to callback: the first INT of a process, from itself; {processes}"),
        &contestants,
        &latencies,
    );
    Ok(())
}

fn in_turns(contestants: &[Contestant], sample: impl Fn(Contestant) -> Result<Vec<u64>>) -> Result<Vec<Series>> {
    let mut series = vec![Series::default(); contestants.len()];
    for round in 0..ROUNDS {
        for at in turned(contestants.len(), round) {
            series[at].add(round, sample(contestants[at])?);
        }
    }
    Ok(series)
}

/// Every round begins with another one.
fn turned(count: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |at| (at + round) % count)
}

fn print(title: &str, contestants: &[Contestant], series: &[Series]) {
    let of = |wanted: Contestant| {
        let at = contestants.iter().position(|contestant| *contestant == wanted);
        at.and_then(|at| series.get(at)).cloned().unwrap_or_default()
    };
    let (semaphore, ctrlc) = (of(Contestant::Semaphore), of(Contestant::Ctrlc));
    let mut rows = vec![row(["", "p50 µs", "p99 µs", "× semaphore thread", "× ctrlc"])];
    rows.extend(contestants.iter().zip(series).map(|(contestant, series)| {
        row([
            contestant.name(),
            &micros(series.p50()),
            &micros(series.p99()),
            &series.against(&semaphore),
            &series.against(&ctrlc),
        ])
    }));
    table::print(title, &rows);
}
