//! Parents and children that play with signals, sessions and orphans.

use bowout::Signal;
#[cfg(target_os = "linux")]
use bowout::spawn::OnDrop;
use bowout::spawn::{Child, SubreaperError, become_subreaper};
#[cfg(target_os = "linux")]
use bowout::stop::Report;
use bowout::stop::{self, Plan, StopError};

use super::this_program;
use crate::say;

/// Ignores a signal and blocks another, and starts a child that reports what it got; twice by bowout with one command, and
/// then by the standard library, which passes on what is there.
pub fn spawns_with_bad_signals() {
    // SAFETY: the disposition is SIG_IGN; sigset_t is plain data, which sigemptyset fills in, and the other calls read it.
    unsafe {
        libc::signal(libc::SIGHUP, libc::SIG_IGN);
        libc::signal(libc::SIGQUIT, libc::SIG_DFL);
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, libc::SIGTERM);
        libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
    }
    let mut command = this_program("report-signals");
    for _ in 0..2 {
        let child = Child::spawn(&mut command).expect("it starts");
        child.wait().expect("it is our child");
    }
    command.status().expect("it starts");
}

/// `leaves-its-session [SCENARIO]`: a daemon, which goes into a session of its own, and so out of its group.
#[cfg(target_os = "linux")]
pub fn leaves_its_session() {
    rustix::process::setsid().expect("it leads no group");
    match super::argument(2).as_str() {
        "" => crate::targets::sleeper(),
        scenario => crate::play(scenario),
    }
}

/// Goes into the group that its child leads, and reports whether it is refused to stop that group because of itself.
pub fn joins_the_group_of_its_child() {
    let child = Child::spawn(this_program("sleeper").stdout(std::process::Stdio::null())).expect("it starts");
    let group = rustix::process::Pid::from_raw(child.id() as i32);
    rustix::process::setpgid(None, group).expect("it is of our session");
    match child.stop(&Plan::new(Signal::Kill)) {
        Err(StopError::Protected { id, why, .. }) => {
            say(&format!("refused {why:?} {}", id.pid() == std::process::id()))
        }
        other => say(&format!("{other:?}")),
    }
    let target = child.target().expect("nothing was done to it");
    stop::signal(&target, Signal::Kill).expect("it is our child");
    child.wait().expect("it is our child");
}

/// Becomes the one that orphans go to, and reports whether one came.
pub fn adopts() {
    match become_subreaper() {
        Err(SubreaperError::Unsupported) => return say("unsupported"),
        result => result.expect("nothing is in the way"),
    }
    let mut command = this_program("starts-another-and-leaves");
    let child = Child::spawn(command.stdout(std::process::Stdio::piped())).expect("it starts");
    let mut child = child;
    let mut line = String::new();
    let stdout = child.stdout.take().expect("it was piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("it says who");
    let orphan: u32 = line
        .trim()
        .strip_prefix("started ")
        .and_then(|pid| pid.parse().ok())
        .expect(&line);
    let orphan = rustix::process::Pid::from_raw(orphan as i32).expect("not 0");
    child.wait().expect("it is our child");
    child.kill().expect("the orphan is still in the group");
    // Only its parent can wait for it.
    let waited = rustix::process::waitpid(Some(orphan), rustix::process::WaitOptions::empty());
    say(&format!("adopted {}", waited.is_ok()));
}

/// The same where no signal can be sent by pidfd.
#[cfg(target_os = "linux")]
pub fn adopts_in_a_sandbox() {
    crate::sandbox::forbid_signals_by_pidfd();
    adopts();
}

/// Asks a child to terminate when there is no descriptor left, and reports how it ended.
#[cfg(target_os = "linux")]
pub fn terminates_without_descriptors() {
    let child = Child::options().on_drop(OnDrop::Kill);
    let mut child = child
        .spawn(this_program("exits-on-term").stdout(std::process::Stdio::piped()))
        .expect("it starts");
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("it was piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("it says ready");
    crate::stoppers::os::linux::limit_descriptors(64);
    let used_up = crate::stoppers::os::linux::use_up_descriptors();
    let asked = child.terminate();
    drop(used_up);
    asked.expect("it is asked by number");
    say(&child.wait().expect("it is our child").to_string());
}

/// Stops whom a child that is gone has left in its group, when there is one descriptor left and when there are enough, and reports
/// what came of it.
#[cfg(target_os = "linux")]
pub fn stops_whom_a_child_left_with_one_descriptor() {
    let child = Child::options().on_drop(OnDrop::Kill);
    let child = child
        .spawn(&mut this_program("starts-another-and-leaves"))
        .expect("it starts");
    child.wait().expect("it is our child");
    crate::stoppers::os::linux::limit_descriptors(64);
    let mut used_up = crate::stoppers::os::linux::use_up_descriptors();
    used_up.pop();
    let plan = Plan::new(Signal::Kill);
    let tell = |stopped: Result<Vec<Report>, StopError>| match stopped {
        Ok(reports) => say(&format!("stopped {}", reports.len())),
        Err(error) => say(&error.to_string()),
    };
    let stopped = child.stop(&plan);
    drop(used_up);
    tell(stopped);
    tell(child.stop(&plan));
}

/// Drops a child that is to be stopped then, and reports when the child's output has ended.
#[cfg(target_os = "linux")]
pub fn drops_a_child() {
    let plan = "TERM/10s/KILL".parse().expect("a plan");
    let mut child = Child::options()
        .on_drop(OnDrop::Stop(plan))
        .spawn(this_program("sleeper").stdout(std::process::Stdio::piped()))
        .expect("it starts");
    let mut stdout = child.stdout.take().expect("it was piped");
    drop(child);
    let _ = std::io::copy(&mut stdout, &mut std::io::sink());
    say("it is gone");
}
