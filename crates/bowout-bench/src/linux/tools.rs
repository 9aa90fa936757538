//! The peers that are no crates: programs of other languages, where they are found.

use std::path::PathBuf;
use std::process::Command;

use super::Result;

/// Something that is run to have it stop a process, whose number is its last argument.
#[derive(Debug)]
pub(super) struct Tool {
    program: PathBuf,
    arguments: Vec<String>,
    /// What makes it say which version it is.
    version: Vec<String>,
    folder: PathBuf,
}

impl Tool {
    fn new(program: impl Into<PathBuf>, arguments: &[&str], version: &[&str]) -> Tool {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Tool {
            program: program.into(),
            arguments: own(arguments),
            version: own(version),
            folder: ".".into(),
        }
    }

    /// A script for a Python that has psutil.
    pub(super) fn psutil(script: &str) -> Tool {
        let python = std::env::var_os("BOWOUT_BENCH_PYTHON").unwrap_or_else(|| "python3".into());
        let version = "import psutil; print(psutil.__version__)";
        Tool::new(python, &["-c", script], &["-c", version])
    }

    /// A script for Node.js, in a folder where npm has installed this package.
    ///
    /// # Errors
    /// Nobody has asked for such a slow one.
    pub(super) fn node(package: &str, script: &str) -> Result<Tool> {
        let folder = std::env::var_os("BOWOUT_BENCH_NODE").ok_or("BOWOUT_BENCH_NODE names no folder")?;
        let read = format!("(await import('fs')).readFileSync('node_modules/{package}/package.json')");
        let version = format!("console.log(JSON.parse({read}).version)");
        let tool = Tool::new("node", &evaluate(script), &evaluate(&version));
        Ok(Tool {
            folder: folder.into(),
            ..tool
        })
    }

    /// `start-stop-daemon`, of the package dpkg.
    pub(super) fn start_stop_daemon() -> Tool {
        let arguments = ["--quiet", "--stop", "--retry", "TERM/10", "--pid"];
        Tool::new("start-stop-daemon", &arguments, &["--version"])
    }

    /// Says which version it is.
    fn introduce(&self, name: &str) -> Result<()> {
        let mut command = Command::new(&self.program);
        let output = command.args(&self.version).current_dir(&self.folder).output();
        let output = output.map_err(|error| format!("{}: {error}", self.program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        match text.lines().next() {
            Some(line) if output.status.success() => println!("{name}: {line}"),
            _ => return Err(format!("{} does not know it", self.program.display()).into()),
        }
        Ok(())
    }

    pub(super) fn command(&self, pid: u32) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .arg(pid.to_string())
            .current_dir(&self.folder);
        command
    }
}

fn evaluate(script: &str) -> [&str; 3] {
    ["--input-type=module", "--eval", script]
}

/// Says which version of the tool takes part, or why none does.
pub(super) fn or_skip(name: &str, tool: Result<Tool>) -> Option<Tool> {
    tool.and_then(|tool| tool.introduce(name).map(|()| tool))
        .map_err(|why| println!("{name} does not take part: {why}"))
        .ok()
}
