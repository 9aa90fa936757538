//! A real systemd, which is booted for a test (`systemd.sh`).

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{PATIENCE, skip};

/// A systemd of its own, with services. It ends with this.
pub struct Systemd {
    shell: Child,
    commands: Option<ChildStdin>,
    lines: Receiver<String>,
    dir: TempDir,
}

/// A service: its name, what follows the program on the command line, and lines for the section `[Service]`.
pub type Unit = (&'static str, &'static str, &'static str);

impl Systemd {
    /// Boots one with these services, whose command lines begin with `program`; `None`, said aloud, where the machine lets no systemd be
    /// booted.
    pub fn boot(program: &str, units: &[Unit]) -> Option<Systemd> {
        if !Path::new("/lib/systemd/systemd").exists() {
            skip("systemd is not installed");
            return None;
        }
        let dir = tempfile::tempdir().expect("a folder");
        let file = |name: &str| dir.path().join(name);
        let unit = "[Unit]\nDefaultDependencies=no\n";
        std::fs::write(file("default.target"), unit).expect("a file");
        // What became of the service: systemd.exec(5).
        let post = "ExecStopPost=/bin/sh -c 'echo $SERVICE_RESULT $EXIT_CODE $EXIT_STATUS >%h/%p'";
        for (name, arguments, service) in units {
            let exec = format!("ExecStart={program} {arguments}");
            let unit = format!("{unit}[Service]\n{exec}\n{post}\nLimitCORE=0\n{service}\n");
            std::fs::write(file(&format!("{name}.service")), unit).expect("a file");
        }
        let mut shell = Command::new("sh")
            .args([
                "-c",
                "exec 2>&1 unshare --mount sh -c \"$0\" sh \"$1\"",
                include_str!("systemd.sh"),
            ])
            .arg(dir.path())
            .env_remove("NOTIFY_SOCKET")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("util-linux is essential");
        let (sender, lines) = channel();
        let output = BufReader::new(shell.stdout.take().expect("it was piped"));
        std::thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        let systemd = Systemd {
            commands: shell.stdin.take(),
            shell,
            lines,
            dir,
        };
        match systemd.lines_until("booted") {
            Ok(_) => Some(systemd),
            Err(said) => {
                skip(&format!("no systemd can be booted here: {}", said.join("; ")));
                None
            }
        }
    }

    /// The lines before this one; or all up to another status, if it does not come.
    fn lines_until(&self, end: &str) -> Result<Vec<String>, Vec<String>> {
        let mut lines = Vec::new();
        let deadline = Instant::now() + 2 * PATIENCE;
        while let Ok(line) = self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            if line.starts_with(end) {
                return if line.ends_with(" 0") || line == end {
                    Ok(lines)
                } else {
                    Err(lines)
                };
            }
            lines.push(line);
        }
        Err(lines)
    }

    /// What `systemctl` says, which must succeed.
    pub fn systemctl(&mut self, arguments: &str) -> Vec<String> {
        let commands = self.commands.as_mut().expect("it is open until the end");
        writeln!(commands, "timeout 50 systemctl --user {arguments}").expect("the shell reads");
        let said = self.lines_until("status 0");
        said.unwrap_or_else(|said| panic!("systemctl {arguments}: {said:?}"))
    }

    /// Starts them, one after the other, which succeeds when each says that it is ready.
    pub fn start(&mut self, units: &[Unit]) {
        for (name, ..) in units {
            self.systemctl(&format!("start {name}"));
        }
    }

    /// Waits until a property of a service has this value.
    pub fn shows(&mut self, name: &str, wanted: &str) {
        let property = wanted.split('=').next().unwrap_or_default();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = self.systemctl(&format!("show {name} --property={property}"));
            if shown == [wanted] {
                return;
            }
            assert!(Instant::now() < deadline, "{shown:?} instead of {wanted}");
        }
    }

    /// Waits until a service has ended, and tells what became of it, how its process ended, and by what.
    pub fn result(&self, name: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let result = std::fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
            if let Some(line) = result.strip_suffix('\n') {
                return line.to_owned();
            }
            assert!(Instant::now() < deadline, "{name} has not ended");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Systemd {
    fn drop(&mut self) {
        drop(self.commands.take());
        let _ = self.shell.wait();
    }
}
