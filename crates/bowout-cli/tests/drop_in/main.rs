//! bowout under other tools' names, where no original need be installed: `kill`, and what the others do on purpose in another way.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by a panic")]

mod dumb_init;
mod kill;
mod timeout;
mod tini;

use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use bowout::Signal;
use bowout_tests::{Actor, Ended};

/// A link of this name to the command.
fn link(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drop_in");
    std::fs::create_dir_all(&folder).expect("a folder for links");
    let link = folder.join(name);
    match symlink(env!("CARGO_BIN_EXE_bowout"), &link) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => panic!("{}: {error}", link.display()),
        _ => link,
    }
}

/// Gives it a process group of its own, so that no signal for that is one for the test.
fn set_apart(command: &mut Command) {
    bowout_tests::sys::set_apart(command);
    command.process_group(0);
}

/// The command under this name, with arguments, a line of them.
fn called(name: &str, words: &str) -> Command {
    let mut command = Command::new(link(name));
    command.args(words.split_whitespace());
    set_apart(&mut command);
    command
}

/// The same with a script for sh behind them.
fn runs(name: &str, words: &str, script: &str) -> Command {
    let mut command = called(name, words);
    command.args(["sh", "-c", script]);
    command
}

/// The command at work, which has said that it is ready.
fn ready(command: &mut Command) -> Actor {
    let mut actor = Actor::start(command);
    actor.expect("ready");
    actor
}

fn output(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("it starts")
}

fn number(signal: Signal) -> i32 {
    signal.number().expect("every Unix has it")
}

fn by(signal: Signal) -> Ended {
    Ended::Signal(number(signal))
}

/// A script that says when it is ready and when it hears a signal, on which it ends; and ends anyhow at last.
fn listener(signal: Signal) -> String {
    format!("trap 'echo heard; exit 7' {signal}; echo ready; for i in $(seq 600); do sleep 0.1; done")
}
