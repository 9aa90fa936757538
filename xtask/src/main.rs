//! The chores of bowout: `cargo xtask` lists them.

mod check_targets;
mod error;
#[cfg(unix)]
mod front;
#[cfg(unix)]
mod scorecard;
#[cfg(unix)]
mod test_windows;
mod toolchain;
#[cfg(unix)]
mod uutils_suite;
#[cfg(unix)]
mod wine;
mod workspace;

use std::process::ExitCode;

use error::Error;

const USAGE: &str = "\
Usage: cargo xtask <CHORE>

Chores:
  test-windows [ARGS]...     Runs the tests as Windows programs under Wine; ARGS go to `cargo test`
  check-targets [TARGET]...  Compiles and lints the library and the command for every system, or for TARGETs only
  scorecard [--only NAME]    Judges bowout and its peers, and writes COMPARE.md; with --only one of them, and writes nothing
  uutils-suite               Runs uutils' own tests of timeout and kill against bowout under these names, and the originals";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let chore = args.next().unwrap_or_default();
    let args: Vec<String> = args.collect();
    match run(&chore, &args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: &str, args: &[String]) -> Result<ExitCode, Error> {
    match chore {
        "check-targets" => check_targets::run(args),
        #[cfg(unix)]
        "test-windows" => test_windows::run(args),
        #[cfg(unix)]
        test_windows::SESSION => test_windows::session(args),
        #[cfg(unix)]
        "scorecard" => scorecard::run(args),
        #[cfg(unix)]
        scorecard::SESSION => scorecard::session(args),
        #[cfg(unix)]
        "uutils-suite" => uutils_suite::run(),
        #[cfg(not(unix))]
        "uutils-suite" => Err(Error::UnixOnly),
        #[cfg(not(unix))]
        "scorecard" => Err(Error::JudgeOnly),
        #[cfg(not(unix))]
        "test-windows" => Err(Error::NeedsNoWine),
        "" | "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Error::UnknownChore(other.to_owned())),
    }
}
