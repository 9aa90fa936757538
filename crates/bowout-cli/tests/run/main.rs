//! `bowout run`, judged from outside: real programs, real signals, real terminals. One file for each behaviour.
//!
//! What is run is mostly a shell script, because a shell is what every Unix has.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by a panic")]

#[cfg(target_os = "linux")]
mod as_process_1;
mod exit_status;
mod forwards_signals;
mod leftovers;
mod map;
mod pidfile;
mod readiness;
mod starts_as_it_was_started;
#[cfg(target_os = "linux")]
mod systemd;
#[cfg(target_os = "linux")]
mod terminal;
mod timeout;
mod verbose;
#[cfg(target_os = "linux")]
mod when_bowout_is_killed;
#[cfg(target_os = "linux")]
mod when_the_parent_dies;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, Ended};

/// The command, beside the folder of the test binary: `env!` would give a path of the building machine.
fn bowout_path() -> PathBuf {
    let test = std::env::current_exe().expect("a test binary has a path");
    let folder = test.parent().and_then(|deps| deps.parent());
    folder.expect("target/PROFILE/deps/TEST").join("bowout")
}

/// `bowout run OPTIONS -- sh -c SCRIPT`.
fn script(options: &str, script: &str) -> Command {
    let mut command = Command::new(bowout_path());
    command.arg("run").args(options.split_whitespace());
    command.args(["--", "sh", "-c", script]);
    set_apart(&mut command);
    command
}

/// The same, started, with its output read line by line. When all its output has ended, nobody that it has started is left.
fn start(options: &str, text: &str) -> Actor {
    Actor::start(&mut script(options, text))
}

/// The same, run to its end: how it ended, and what it said.
fn finish(options: &str, text: &str) -> (Ended, Vec<String>) {
    let mut run = start(options, text);
    let said = run.rest();
    (run.ended(), said)
}

/// What it says on standard error, after it has ended.
fn stderr_of(command: &mut Command) -> (Option<i32>, String) {
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), text)
}
