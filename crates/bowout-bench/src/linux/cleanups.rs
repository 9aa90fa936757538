//! What a cleanup costs to register, to take back and to run, and that none costs more because there are many.

use std::hint::black_box;
use std::sync::{Mutex, PoisonError};

use super::child::Process;
use super::table::{self, Series, row};
use super::{Result, sys};

const COUNTS: [usize; 3] = [1_000, 10_000, 100_000];
const ROUNDS: usize = 21;

/// bowout, and what a program has without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Bowout,
    LockedVec,
    Atexit,
}

const WAYS: [(Way, &str); 3] = [
    (Way::Bowout, "bowout, Handle::cleanup"),
    (Way::LockedVec, "a Mutex<Vec> of boxed closures"),
    (Way::Atexit, "atexit(3)"),
];

/// The child: it reports what it takes to register `count` cleanups, to take them back and to run as many, in nanoseconds; 0
/// for what that way does not have.
pub(super) fn be(way: &str, count: &str) -> Result<()> {
    let (way, _) = WAYS.iter().find(|(_, theirs)| *theirs == way).ok_or("no such way")?;
    let count: usize = count.parse()?;
    match way {
        Way::Bowout => bowout_cleanups(count)?,
        Way::LockedVec => locked_vec(count),
        Way::Atexit => {
            report_time(|| (0..count).try_for_each(|_| sys::at_exit()))?;
            [0, 0].into_iter().for_each(sys::report);
        }
    }
    std::process::exit(0)
}

fn report_time<T>(work: impl FnOnce() -> T) -> T {
    let began = sys::now();
    let done = work();
    sys::report(sys::now() - began);
    done
}

fn bowout_cleanups(count: usize) -> Result<()> {
    let shutdown = bowout::listen()?;
    let register = || -> Vec<_> { (0..count).map(|at| shutdown.cleanup("bench", work(at))).collect() };
    let cleanups = report_time(register);
    let removed = report_time(|| {
        cleanups
            .into_iter()
            .filter_map(|one| one.remove().then_some(()))
            .count()
    });
    register();
    let ran = report_time(|| shutdown.run_cleanups().len());
    if (removed, ran) == (count, count) {
        Ok(())
    } else {
        Err("a cleanup was lost".into())
    }
}

fn locked_vec(count: usize) {
    let list: Mutex<Vec<Box<dyn FnOnce() + Send>>> = Mutex::default();
    let lock = || list.lock().unwrap_or_else(PoisonError::into_inner);
    report_time(|| (0..count).for_each(|at| lock().push(Box::new(work(at)))));
    sys::report(0);
    report_time(|| {
        loop {
            let Some(last) = lock().pop() else { break };
            last();
        }
    });
}

/// One that owns something, as cleanups do.
fn work(at: usize) -> impl FnOnce() + Send + 'static {
    move || {
        black_box(at);
    }
}

pub(super) fn run() -> Result<()> {
    // Registering, taking back, running: for each way and count.
    let mut series = vec![[const { Vec::new() }; 3]; WAYS.len()];
    for of_way in &mut series {
        of_way.fill(vec![Series::default(); COUNTS.len()]);
    }
    for round in 0..ROUNDS {
        for turn in 0..WAYS.len() * COUNTS.len() {
            let at = (turn + round) % (WAYS.len() * COUNTS.len());
            let (way, size) = (at % WAYS.len(), at / WAYS.len());
            let mut child = Process::start(&["cleanups", WAYS[way].1, &COUNTS[size].to_string()])?;
            let numbers = child.numbers()?;
            if numbers.len() != 3 {
                return Err(format!("{} failed", WAYS[way].1).into());
            }
            for (what, number) in numbers.into_iter().enumerate() {
                series[way][what][size].add(round, [number]);
            }
        }
    }
    for (what, name) in ["registering", "taking back", "running"].into_iter().enumerate() {
        let mut rows = vec![row(["", "1,000", "10,000", "100,000", "× a Vec, at 10,000"])];
        for ((_, way), of) in WAYS.iter().zip(&series) {
            let each = |size: usize| format!("{:.0}", of[what][size].p50() / COUNTS[size] as f64);
            if of[what][0].p50() > 0.0 {
                let [few, some, many] = [each(0), each(1), each(2)];
                let vec = &series[1][what][1];
                let ratio = if vec.p50() > 0.0 {
                    of[what][1].against(vec)
                } else {
                    "–".to_owned()
                };
                rows.push(row([way, &few, &some, &many, &ratio]));
            }
        }
        table::print(
            &format!("Cleanups, {name}: ns for each of so many; {ROUNDS} processes each, in turns"),
            &rows,
        );
    }
    Ok(())
}
