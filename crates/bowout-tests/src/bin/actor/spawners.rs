//! Parents that start their children by bowout, and children that start others.

#[cfg(unix)]
#[path = "spawners/unix.rs"]
mod os;
#[cfg(windows)]
#[path = "spawners/windows.rs"]
mod os;
#[cfg(target_os = "linux")]
#[path = "spawners/reuse.rs"]
mod reuse;

use std::process::{Command, Stdio};

use bowout::spawn::Child;

use crate::say;
use crate::targets::{sleep_for_ever, sleeper};

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "starts-another" => starts_another,
        "starts-another-and-leaves" => starts_another_and_leaves,
        "exits-with" => exits_with,
        "until-its-input-ends" => until_its_input_ends,
        "keeps-a-child" => keeps_a_child,
        "adopts" => os::adopts,
        #[cfg(unix)]
        "joins-the-group-of-its-child" => os::joins_the_group_of_its_child,
        #[cfg(unix)]
        "spawns-with-bad-signals" => os::spawns_with_bad_signals,
        #[cfg(target_os = "linux")]
        "leaves-its-session" => os::leaves_its_session,
        #[cfg(target_os = "linux")]
        "adopts-in-a-sandbox" => os::adopts_in_a_sandbox,
        #[cfg(target_os = "linux")]
        "terminates-without-descriptors" => os::terminates_without_descriptors,
        #[cfg(target_os = "linux")]
        "stops-whom-a-child-left-with-one-descriptor" => os::stops_whom_a_child_left_with_one_descriptor,
        #[cfg(target_os = "linux")]
        "drops-a-child" => os::drops_a_child,
        #[cfg(target_os = "linux")]
        "reuse-of-children" => reuse::outside,
        #[cfg(target_os = "linux")]
        "reuse-of-children-inside" => reuse::inside,
        _ => return None,
    })
}

fn argument(number: usize) -> String {
    std::env::args().nth(number).unwrap_or_default()
}

fn this_program(scenario: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    command.arg(scenario).stdin(Stdio::null());
    command
}

/// The first thing that it does is to start another process, by the standard library. Reports its number, and stays.
fn starts_another() {
    say_who_was_started();
    sleep_for_ever();
}

/// The same, but leaves the other one alone.
fn starts_another_and_leaves() {
    say_who_was_started();
    std::process::exit(3);
}

fn say_who_was_started() {
    let scenario = match argument(2) {
        given if given.is_empty() => "sleeper".to_owned(),
        given => given,
    };
    let mut command = this_program(&scenario);
    #[expect(clippy::zombie_processes, reason = "this process ends before the other")]
    let mut other = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    let stdout = other.stdout.take().expect("it was piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("it is ready");
    say(&format!("started {}", other.id()));
}

/// Leaves with this code.
fn exits_with() {
    std::process::exit(argument(2).parse().expect("a code"));
}

fn until_its_input_ends() {
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}

/// Starts a child that is to die with it, from the first thread or from one that has ended by then; reports its number and
/// what the system promises.
fn keeps_a_child() {
    let start = || {
        Child::options()
            .die_with_parent()
            .spawn(&mut this_program("starts-another"))
            .expect("it starts")
    };
    let child = match argument(2).as_str() {
        "main" => start(),
        _ => std::thread::spawn(start).join().expect("no panic"),
    };
    // What the child says goes to the same pipe; this line is said by the parent.
    say(&format!("child {} {:?}", child.id(), child.parent_death()));
    // If the end of the thread had reached the child, it would be gone at once.
    let early = child
        .wait_timeout(std::time::Duration::from_millis(300))
        .expect("it is our child");
    say(&format!("early {early:?}"));
    sleeper();
}
