//! Children that bowout starts, one file per behaviour.

#[cfg(target_os = "linux")]
mod a_cgroup_holds_daemons;
#[cfg(target_os = "linux")]
mod a_cgroup_is_found_a_name;
#[cfg(target_os = "linux")]
mod a_cgroup_may_have_threaded_ones_below;
mod a_command_can_be_used_again;
mod a_drop_does_what_was_said;
#[cfg(target_os = "linux")]
mod a_fork_outruns_no_request_to_a_cgroup;
#[cfg(unix)]
mod a_parent_in_the_group_of_its_child_is_spared;
#[cfg(target_os = "linux")]
mod a_sandbox_is_no_obstacle;
mod dies_with_its_parent;
mod exit_codes_are_told_as_they_are;
mod leads_a_group_of_its_own;
mod many_threads_share_a_child;
mod nobody_escapes;
mod orphans_are_adopted;
#[cfg(unix)]
mod reports_tell_who_was_forced;
#[cfg(unix)]
mod reports_tell_who_was_stopped;
#[cfg(unix)]
mod signals_are_as_by_default;
mod tasks_wait_for_children;
mod terminate_is_heard;
#[cfg(target_os = "linux")]
mod who_was_moved_out_is_forced_too;
#[cfg(windows)]
mod windows_flags_are_minded;

use std::io::{BufRead, BufReader};
use std::process::{ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use bowout::spawn::{Child, ChildOptions, OnDrop};
use bowout::stop::{OpenError, ProcessId, Target};
use bowout_tests::{PATIENCE, actor_path};

/// A child and what it says. Whatever happens in the test, it ends with it.
struct Started {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl From<Child> for Started {
    fn from(mut child: Child) -> Started {
        let stdout = child.stdout.take().expect("it was piped");
        Started {
            child,
            lines: BufReader::new(stdout),
        }
    }
}

impl Started {
    fn line(&mut self) -> String {
        let mut line = String::new();
        // An actor lives for two minutes at most, and the line ends with it.
        self.lines.read_line(&mut line).expect("it says what it says in UTF-8");
        line.trim_end().to_owned()
    }

    fn expect(&mut self, line: &str) {
        assert_eq!(self.line(), line);
    }

    /// The process that it says it has started.
    fn other(&mut self) -> Target {
        let line = self.line();
        open(line.strip_prefix("started ").expect("it has started one"))
    }
}

fn open(pid: &str) -> Target {
    let id: ProcessId = pid.parse().expect("a number");
    Target::open(id).expect("it runs")
}

/// Those that a test starts have a console without a window on Windows, and end with the test.
fn options() -> ChildOptions {
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    Child::options().creation_flags(CREATE_NO_WINDOW).on_drop(OnDrop::Kill)
}

/// The command for the program `actor` as it is, with nothing set apart.
fn actor(words: &[&str]) -> Command {
    let mut command = Command::new(actor_path());
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

fn start(words: &[&str]) -> Started {
    start_with(&options(), words)
}

fn start_with(options: &ChildOptions, words: &[&str]) -> Started {
    Started::from(options.spawn(&mut actor(words)).expect("it starts"))
}

/// Starts `actor` in a scenario and waits until it says `ready`.
fn ready(scenario: &str) -> Started {
    let mut started = start(&[scenario]);
    started.expect("ready");
    started
}

/// Waits for a process that may be anybody's child.
fn is_gone(target: &Target) -> bool {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if target.has_exited() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    false
}

/// The folder of the cgroup that a child was started in; `None` where none can be made.
#[cfg(target_os = "linux")]
fn cgroup_of(child: &Child) -> Option<std::path::PathBuf> {
    if child.containment() != bowout::spawn::Containment::Cgroup {
        return None;
    }
    let cgroup = std::fs::read_to_string(format!("/proc/{}/cgroup", child.id())).unwrap();
    let name = cgroup.lines().find_map(|line| line.strip_prefix("0::")).unwrap();
    let mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].map(std::path::Path::new);
    let mut folders = mounts.iter().map(|mount| mount.join(name.trim_start_matches('/')));
    folders.find(|folder| folder.exists())
}

fn has_exited(target: &Result<Target, OpenError>) -> bool {
    matches!(target, Err(OpenError::AlreadyExited { .. }))
}
