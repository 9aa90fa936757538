//! The programs that are run: static, and without a C library, since their own start and end are measured with the wrapper's.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::Result;

const SOURCE: &str = include_str!("targets.c");

#[derive(Debug)]
pub(super) struct Targets {
    /// Exits.
    pub(super) exits: PathBuf,
    /// Writes a byte and waits for the end of its input.
    pub(super) waits: PathBuf,
}

impl Targets {
    /// Builds them beside this program.
    pub(super) fn build() -> Result<Targets> {
        let here = std::env::current_exe()?;
        let targets = Targets {
            exits: here.with_file_name("bowout-bench-exits"),
            waits: here.with_file_name("bowout-bench-waits"),
        };
        compile(&targets.exits, &[])?;
        compile(&targets.waits, &["-DWAITS"])?;
        Ok(targets)
    }
}

fn compile(to: &Path, defines: &[&str]) -> Result<()> {
    let mut gcc = Command::new("gcc")
        .args(["-Os", "-s", "-static", "-nostdlib", "-nostartfiles", "-xc", "-", "-o"])
        .arg(to)
        .args(defines)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("gcc, which builds the programs that are run: {error}"))?;
    gcc.stdin
        .take()
        .ok_or("no standard input")?
        .write_all(SOURCE.as_bytes())?;
    match gcc.wait()?.success() {
        true => Ok(()),
        false => Err("gcc could not build the programs that are run".into()),
    }
}
