//! A million signals. What is promised is checked as in the tests: a stop that is lost, or a cleanup that runs twice, ends the
//! run.

use std::process::Command;

use super::Result;
use super::table::{self, row};

const SIGNALS: u64 = 1_000_000;

/// The child's scenarios.
pub(super) fn play(scenario: &str) -> Result<()> {
    bowout_tests::storm::play(scenario).ok_or("no such scenario")?();
    Ok(())
}

pub(super) fn run() -> Result<()> {
    let program = std::env::current_exe()?;
    let storm = bowout_tests::storm::run(
        |scenario| {
            let mut command = Command::new(&program);
            command.args(["child", "storm", scenario]);
            command
        },
        SIGNALS,
    );
    let seconds = storm.elapsed.as_secs_f64();
    let counted = |what: &str, count: u64| row([what, &count.to_string(), &format!("{:.0}", count as f64 / seconds)]);
    table::print(
        &format!("A storm of {seconds:.1} s; none lost, none twice"),
        &[
            row(["", "count", "per second"]),
            counted("signals sent, by 4 processes", storm.signals),
            counted("stops sent one at a time and heard", storm.stops),
            counted("listeners begun and ended", storm.listeners),
            counted("cleanups registered, by 4 threads", storm.cleanups),
            counted("cleanups run, the others taken back", storm.ran),
        ],
    );
    if let Some((early, late)) = storm.resident {
        println!("\nResident memory: {early} KiB after 20 stops, {late} KiB at the end");
    }
    Ok(())
}
