//! The command, judged from outside: real processes, real output, real exit codes. One file for each behaviour.
//!
//! The programs that are stopped are the demo's own (the hidden verb), and on Unix what every system has.
#![expect(clippy::expect_used, reason = "a test fails by a panic")]

mod colour;
mod demo;
mod dry_run;
mod exit_codes;
mod finds;
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
mod groups;
mod inspect;
mod interrupts;
mod list;
mod names;
mod papers;
mod probe;
mod refusals;
mod schema;
mod signal;
mod signals;
mod stops;
#[cfg(unix)]
mod stops_itself;
#[cfg(unix)]
mod strangers;
#[cfg(target_os = "linux")]
mod survives_force;
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
mod terminal;
mod trees;
mod usage;
mod verbose;
#[cfg(windows)]
mod windows_run;
#[cfg(windows)]
mod windows_strangers;

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, PATIENCE};
use serde_json::Value;

/// The command, beside the folder of the test binary: `env!` would give a path of the building machine.
fn bowout_path() -> PathBuf {
    let test = std::env::current_exe().expect("a test binary has a path");
    let folder = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/PROFILE/deps/TEST");
    folder.join(format!("bowout{}", std::env::consts::EXE_SUFFIX))
}

/// The command with arguments, a line of them.
fn bowout(args: &str) -> Command {
    let mut command = Command::new(bowout_path());
    command.args(args.split_whitespace()).env_remove("NO_COLOR");
    command
}

/// What a finished command said, and how it ended.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    /// Its one document, which is as the schema says.
    fn json(&self) -> Value {
        let document = serde_json::from_str(&self.stdout).unwrap_or_else(|why| panic!("{why} in {self:?}"));
        schema::assert_valid(&document);
        document
    }
}

/// Runs the command to its end.
fn run(args: &str) -> Ran {
    finish(&mut bowout(args))
}

/// Runs the command to its end as a user who may signal nobody else's processes, where the tests may do that.
#[cfg(unix)]
fn run_as_nobody(args: &str) -> Option<Ran> {
    let id = Command::new("id").arg("-u").output();
    if id.map_or(true, |id| id.stdout != b"0\n") {
        bowout_tests::skip("only root can act as another user");
        return None;
    }
    let mut command = bowout("signals");
    std::os::unix::process::CommandExt::uid(&mut command, 65534);
    if command.stdout(Stdio::null()).status().is_err() {
        bowout_tests::skip("another user may not run the command");
        return None;
    }
    let mut command = bowout(args);
    std::os::unix::process::CommandExt::uid(&mut command, 65534);
    Some(finish(&mut command))
}

/// Runs any command to its end, which must come in time.
fn finish(command: &mut Command) -> Ran {
    let mut child = Ending(
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts"),
    );
    let stdout = collect(child.0.stdout.take().expect("it was piped"));
    let stderr = collect(child.0.stderr.take().expect("it was piped"));
    let code = wait(&mut child.0);
    Ran {
        code,
        stdout: stdout.join().expect("reading does not panic"),
        stderr: stderr.join().expect("reading does not panic"),
    }
}

/// A child that ends with the test.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        let _ = from.read_to_string(&mut text);
        text.replace("\r\n", "\n")
    })
}

fn wait(child: &mut Child) -> Option<i32> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("it is our child") {
            return status.code();
        }
        assert!(Instant::now() < deadline, "still running after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// One of the demo's programs, ready to be stopped.
fn program(role: &str) -> Actor {
    let mut command = bowout(&format!("demo-program {role} --of {}", std::process::id()));
    set_apart(&mut command);
    let mut program = Actor::start(&mut command);
    program.expect("ready");
    program
}

/// A number that nobody has: no system counts that far.
const NOBODY: u32 = 2_000_000_000;

/// The route of TERM to a program that is built on bowout.
const TERM_ROUTE: &str = if cfg!(windows) { "cooperative event" } else { "signal" };

/// Whether the system tells how a process ended that is not one's own child.
const TOLD_TO_STRANGERS: bool = cfg!(any(target_os = "linux", target_os = "android", windows));

/// How a process ended that left because of TERM, in words.
const LEFT: &str = if cfg!(windows) {
    "exit code 0xC000013A"
} else {
    "ended by TERM"
};

/// How a process ended that was killed, in words.
const KILLED: &str = if cfg!(windows) { "exit code 1" } else { "ended by KILL" };
