//! `cargo xtask uutils-suite`: the tests that uutils has for its own `timeout` and `kill`, run against bowout under these names
//! and against the originals.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use crate::{error::Error, workspace};

const VERSION: &str = "0.12.0";
const SHA256: &str = "a179dc3f3af0389cbd0a8d238ea047abbd72b47225bb49cbadb9a3824a44938e";

/// The tools that are tried, each with the tests of its own.
const TOOLS: [&str; 2] = ["timeout", "kill"];

/// The tools that those tests run besides.
const FEATURES: &str = "timeout,kill,sleep,true,false,echo,touch,env";

/// Fetches and builds the tests, runs them, and prints how many pass, and of bowout those that do not: most of them want the words
/// of uutils, which bowout does not repeat.
pub(crate) fn run() -> Result<ExitCode, Error> {
    let dir = workspace::target_dir("uutils");
    workspace::make_dir(&dir)?;
    let suite = Suite {
        sources: fetch(&dir)?,
        target: dir.join("target"),
    };
    let mut build = Command::new(cargo());
    build.args(["build", "--quiet", "--locked", "--package", "bowout-cli"]);
    succeed(build.current_dir(workspace::root()))?;
    let bowout = workspace::target_dir("debug").join("bowout");
    let bowout = multicall(&dir, "bowout", |_| bowout.clone())?;
    let originals = multicall(&dir, "originals", |tool| Path::new("/usr/bin").join(tool))?;
    let uutils = suite.target.join("debug").join("coreutils");
    for tool in TOOLS {
        let told = suite.run(tool, &bowout)?;
        println!("{tool}, bowout: {}", summary(&told));
        let failed = told.lines().filter(|line| line.starts_with("    test_"));
        failed.for_each(|name| println!("  {}", name.trim()));
        println!("{tool}, of /usr/bin: {}", summary(&suite.run(tool, &originals)?));
        println!("{tool}, of uutils: {}", summary(&suite.run(tool, &uutils)?));
    }
    Ok(ExitCode::SUCCESS)
}

struct Suite {
    sources: PathBuf,
    target: PathBuf,
}

impl Suite {
    /// What the tests of a tool say when this is in the place of uutils' one program. That some fail is no error.
    fn run(&self, tool: &str, program: &Path) -> Result<String, Error> {
        let mut tests = Command::new(cargo());
        tests
            .args([
                "test",
                "--quiet",
                "--locked",
                "--no-default-features",
                "--features",
                FEATURES,
            ])
            .args(["--test", "tests", "--", &format!("test_{tool}::")])
            .env("CARGO_TARGET_DIR", &self.target)
            .env("UUTESTS_BINARY_PATH", program)
            .current_dir(&self.sources)
            .stdin(Stdio::null());
        let output = tests.output().map_err(|source| Error::Start {
            program: "cargo test".to_owned(),
            source,
        })?;
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        if summary(&told).is_empty() {
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
            return Err(Error::Failed {
                program: "cargo test".to_owned(),
                status: output.status,
            });
        }
        Ok(told)
    }
}

/// The line that counts; none where nothing ran.
fn summary(told: &str) -> &str {
    let line = told.lines().find(|line| line.starts_with("test result:"));
    line.unwrap_or_default()
}

/// The sources of that release, verified and unpacked once.
fn fetch(dir: &Path) -> Result<PathBuf, Error> {
    let sources = dir.join(format!("coreutils-{VERSION}"));
    if sources.exists() {
        return Ok(sources);
    }
    let url = format!("https://static.crates.io/crates/coreutils/coreutils-{VERSION}.crate");
    let script = format!(
        "curl --fail --silent --show-error --location --output crate {url} && \
         echo '{SHA256}  crate' | sha256sum --check --quiet && tar --extract --gzip --file crate && \
         printf '\\n[workspace]\\n' >> coreutils-{VERSION}/Cargo.toml"
    );
    succeed(Command::new("sh").args(["-c", &script]).current_dir(dir))?;
    Ok(sources)
}

/// What the tests call in the place of uutils' one program, with the tool's name before its arguments.
fn multicall(dir: &Path, name: &str, program: impl Fn(&str) -> PathBuf) -> Result<PathBuf, Error> {
    let links = dir.join(name);
    workspace::make_dir(&links)?;
    for tool in TOOLS {
        let link = links.join(tool);
        let _ = fs::remove_file(&link);
        symlink(program(tool), &link).map_err(|source| Error::File { path: link, source })?;
    }
    let script = format!("#!/bin/sh\nPATH={}:$PATH exec \"$@\"\n", links.display());
    let path = dir.join(format!("{name}.sh"));
    let written = fs::write(&path, script).and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755)));
    written.map_err(|source| Error::File {
        path: path.clone(),
        source,
    })?;
    Ok(path)
}

fn succeed(command: &mut Command) -> Result<(), Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::Failed { program, status }),
        Err(source) => Err(Error::Start { program, source }),
    }
}

fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
