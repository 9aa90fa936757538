//! Services of a real systemd, which is booted for each test (`systemd.sh`).

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use bowout_tests::{PATIENCE, actor_path, skip};
use tempfile::TempDir;

/// A systemd whose services run scenarios of the actor.
struct Systemd {
    shell: Child,
    commands: Option<ChildStdin>,
    lines: Receiver<String>,
    dir: TempDir,
}

/// A service: its name, the scenario, and lines for the section `[Service]`.
type Unit = (&'static str, &'static str, &'static str);

impl Systemd {
    /// `None` where the machine lets no systemd be booted.
    fn boot(units: &[Unit]) -> Option<Systemd> {
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
        for (name, scenario, service) in units {
            let exec = format!("ExecStart=\"{}\" {scenario}", actor_path().display());
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
    fn systemctl(&mut self, arguments: &str) -> Vec<String> {
        let commands = self.commands.as_mut().expect("it is open until the end");
        writeln!(commands, "timeout 50 systemctl --user {arguments}").expect("the shell reads");
        let said = self.lines_until("status 0");
        said.unwrap_or_else(|said| panic!("systemctl {arguments}: {said:?}"))
    }

    fn start(&mut self, units: &[Unit]) {
        for (name, ..) in units {
            self.systemctl(&format!("start {name}"));
        }
    }

    /// Waits until a property of a service has this value.
    fn shows(&mut self, name: &str, wanted: &str) {
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
    fn result(&self, name: &str) -> String {
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

/// Each has two seconds to stop, and takes longer.
const SLOW_TO_STOP: [Unit; 4] = [
    // No single message allows more than ten seconds, of more than eleven that this one takes.
    ("steps", "notify-steps 1150 60000", "Type=notify\nTimeoutStopSec=2"),
    // Its own deadline is a minute away.
    ("hangs", "notify-hangs 60000", "Type=notify\nTimeoutStopSec=2"),
    ("asked", "notify-steps 500 9000", "Type=notify\nTimeoutStopSec=2"),
    // systemd does not listen to this one, so it has to be seen by other means that it has started.
    ("silent", "notify-steps 500 9000", SILENT),
];

const SILENT: &str = "Type=exec\nTimeoutStopSec=2\nStandardOutput=file:%h/said\n\
                      ExecStartPost=/bin/sh -c 'until grep -q ready %h/said; do sleep 0.02; done'";

#[test]
fn a_slow_stop_is_left_alone_while_it_makes_progress() {
    let Some(mut systemd) = Systemd::boot(&SLOW_TO_STOP) else {
        return;
    };
    systemd.start(&SLOW_TO_STOP);
    // By somebody else: that it stops is known to systemd by STOPPING=1 only.
    systemd.systemctl("kill --signal=INT asked");
    let asked = Instant::now();
    systemd.systemctl("stop --no-block steps hangs silent");
    // What the others rest on.
    assert_eq!(systemd.result("silent"), "timeout killed KILL");
    assert_eq!(systemd.result("asked"), "success killed INT");
    assert_eq!(systemd.result("hangs"), "timeout killed KILL");
    assert!(asked.elapsed() > Duration::from_secs(10), "after the last extension");
    assert_eq!(systemd.result("steps"), "success killed TERM");
    assert!(asked.elapsed() > Duration::from_secs(11), "after the last step");
}

const WATCHED: [Unit; 2] = [
    ("pings", "notify-watchdog 100", "Type=notify\nWatchdogSec=2"),
    ("forgets", "notify-watchdog 3600000", "Type=notify\nWatchdogSec=2"),
];

#[test]
fn the_watchdog_ends_a_service_that_does_not_ping() {
    let Some(mut systemd) = Systemd::boot(&WATCHED) else {
        return;
    };
    systemd.start(&WATCHED);
    assert_eq!(systemd.result("forgets"), "watchdog killed ABRT");
    systemd.shows("pings", "ActiveState=active");
    systemd.systemctl("stop pings");
    assert_eq!(systemd.result("pings"), "success killed TERM");
}

const SAYS_ALL: [Unit; 1] = [("all", "notify-everything", "Type=notify")];

#[test]
fn the_status_is_shown_and_a_reload_is_seen() {
    let Some(mut systemd) = Systemd::boot(&SAYS_ALL) else {
        return;
    };
    systemd.start(&SAYS_ALL);
    systemd.shows("all", "StatusText=half way there");
    systemd.shows("all", "ActiveState=reloading");
}

/// Any process of this unit may speak.
const PARENT: [Unit; 1] = [("parent", "notify-parent", "Type=notify\nNotifyAccess=all")];

#[test]
fn a_child_that_stops_does_not_stop_the_service() {
    let Some(mut systemd) = Systemd::boot(&PARENT) else {
        return;
    };
    systemd.start(&PARENT);
    systemd.shows("parent", "StatusText=my child has ended");
    assert_eq!(
        systemd.systemctl("show parent --property=SubState"),
        ["SubState=running"]
    );
}
