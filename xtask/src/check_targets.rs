//! `cargo xtask check-targets`: does bowout compile, and please clippy, for every system it supports? What is written for
//! another system than this one, nothing else here looks at.

use std::{
    process::{ExitCode, Output},
    thread,
    time::Instant,
};

use crate::{error::Error, toolchain::Toolchain, workspace};

/// How many targets are checked at a time. Building a standard library keeps little more than one core busy.
const LANES: usize = 2;

const TARGETS: [&str; 11] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-gnu",
    "aarch64-linux-android",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-unknown-freebsd",
    "x86_64-unknown-netbsd",
    "x86_64-unknown-openbsd",
    "x86_64-unknown-illumos",
    "x86_64-pc-windows-msvc",
    "x86_64-pc-windows-gnu",
];

/// Checks the targets named in `args`, or all of them.
pub(crate) fn run(args: &[String]) -> Result<ExitCode, Error> {
    let targets = chosen(args)?;
    // Before anything is built: a missing compiler is better told now than after five minutes.
    let toolchains = targets
        .iter()
        .map(|target| Toolchain::for_target(target))
        .collect::<Result<Vec<_>, _>>()?;
    let checks: Vec<_> = targets.iter().copied().zip(&toolchains).collect();
    println!(
        "checking {} targets; a target's first time takes up to a minute",
        checks.len()
    );

    let failed = thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                let checks = checks.iter().filter(move |(target, _)| lane_of(target) == lane);
                scope.spawn(move || check_one_by_one(lane, checks))
            })
            .collect();
        lanes.into_iter().map(join).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(summarise(targets.len(), &failed.concat()))
}

fn chosen(args: &[String]) -> Result<Vec<&'static str>, Error> {
    if args.is_empty() {
        return Ok(TARGETS.to_vec());
    }
    args.iter()
        .map(|arg| {
            let known = TARGETS.iter().copied().find(|target| target == arg);
            known.ok_or_else(|| Error::UnknownTarget {
                target: arg.clone(),
                known: &TARGETS,
            })
        })
        .collect()
}

/// Always the same for a target, whichever others are checked: each lane has a target folder, and with it the builds of
/// last time, of its own.
fn lane_of(target: &str) -> usize {
    TARGETS.iter().position(|known| *known == target).unwrap_or(0) % LANES
}

/// Checks what falls to one lane, telling each result as it comes, and gives the targets that failed.
fn check_one_by_one<'a>(
    lane: usize,
    checks: impl Iterator<Item = &'a (&'static str, &'a Toolchain)>,
) -> Result<Vec<&'static str>, Error> {
    let mut failed = Vec::new();
    for (target, toolchain) in checks {
        let begun = Instant::now();
        let output = check(toolchain, target, lane)?;
        let seconds = begun.elapsed().as_secs();
        if output.status.success() {
            println!("{target:26}  ok      {seconds:3} s");
        } else {
            println!(
                "{target:26}  FAILED  {seconds:3} s\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
            failed.push(*target);
        }
    }
    Ok(failed)
}

fn check(toolchain: &Toolchain, target: &str, lane: usize) -> Result<Output, Error> {
    let target_dir = workspace::target_dir("check").join(lane.to_string());
    let mut cargo = toolchain.cargo("check", target, &target_dir);
    cargo
        .args(["-p", "bowout", "-p", "bowout-cli", "-F", "bowout/tokio", "--quiet"])
        .env("RUSTC_WORKSPACE_WRAPPER", toolchain.clippy()?);
    let mut flags = "-Dwarnings".to_owned();
    if matches!(toolchain, Toolchain::BuildsStd) {
        // Cargo builds a standard library in full even for a check. Nothing of it will run: a third less work.
        flags.push_str(" -Zno-codegen");
    }
    cargo.env("RUSTFLAGS", flags).env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.output().map_err(|source| Error::Start {
        program: "cargo".to_owned(),
        source,
    })
}

fn join<T>(lane: thread::ScopedJoinHandle<'_, T>) -> T {
    lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn summarise(checked: usize, failed: &[&str]) -> ExitCode {
    let passed = checked - failed.len();
    println!("{passed} passed, {} failed", failed.len());
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("again, only these: cargo xtask check-targets {}", failed.join(" "));
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::{TARGETS, chosen};

    #[test]
    fn no_name_means_every_target() {
        assert_eq!(chosen(&[]).unwrap(), TARGETS);
    }

    #[test]
    fn only_the_named_targets_are_checked() {
        assert_eq!(
            chosen(&["x86_64-pc-windows-gnu".to_owned()]).unwrap(),
            ["x86_64-pc-windows-gnu"]
        );
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        let message = chosen(&["windows".to_owned()]).unwrap_err().to_string();
        assert!(
            message.contains("`windows`") && TARGETS.iter().all(|target| message.contains(target)),
            "{message}"
        );
    }
}
