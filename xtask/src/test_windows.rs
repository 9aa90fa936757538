//! `cargo xtask test-windows`: the tests as Windows programs, run by Wine.

use std::process::{ExitCode, ExitStatus};

use crate::{
    error::Error,
    front::{self, Front},
    toolchain::Toolchain,
    wine::{self, Wine},
    workspace,
};

/// The chore that the front starts; not for people.
pub(crate) const SESSION: &str = "test-windows-session";

pub(crate) const TARGET: &str = "x86_64-pc-windows-gnu";

/// The front: checks what is needed and leaves the work to a session.
pub(crate) fn run(args: &[String]) -> Result<ExitCode, Error> {
    wine::require_programs()?;
    Toolchain::for_target(TARGET)?;
    let mut session = vec![SESSION];
    session.extend(args.iter().map(String::as_str));
    Ok(exit_code(front::start_session(wine::launcher(), &session)?))
}

/// The session: starts Wine, runs `cargo test` with `args`, ends Wine.
pub(crate) fn session(args: &[String]) -> Result<ExitCode, Error> {
    let front = Front::watch();
    let dir = workspace::target_dir("windows");
    let wine = Wine::start(&dir, &front)?;
    let mut cargo = Toolchain::for_target(TARGET)?.cargo("test", TARGET, &dir);
    if !names_packages(args) {
        cargo.args(["--workspace", "--exclude", "xtask"]);
    }
    cargo
        .args(args)
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", "wine")
        .env("BOWOUT_TEST_WINE", "1");
    wine.lend_to(&mut cargo);
    Ok(exit_code(front.run(&mut cargo)?))
}

/// Whether the arguments for cargo (not those behind `--`, for the tests) choose packages themselves.
fn names_packages(args: &[String]) -> bool {
    args.iter()
        .take_while(|arg| *arg != "--")
        .any(|arg| arg.starts_with("-p") || arg.starts_with("--package"))
}

pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    // A code outside 0 to 255 there is none; no code at all means that a signal ended it.
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::names_packages;

    fn args(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn packages_named_for_cargo_replace_the_whole_workspace() {
        assert!(names_packages(&args("-p bowout")));
        assert!(names_packages(&args(
            "--test stop --package=bowout-tests -- --nocapture"
        )));
    }

    #[test]
    fn arguments_for_the_tests_name_no_package() {
        assert!(!names_packages(&args("")));
        assert!(!names_packages(&args("--test stop -- -p")));
    }
}
