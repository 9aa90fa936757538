//! `bowout run` where there are no signals: a job around the tree, and events for requests.
//!
//! The programs that are run are scenarios of `actor`, which `cargo test --workspace` builds (alone: `-p bowout-cli -p
//! bowout-tests --bins --test cli`).

mod dies_with_its_parent;
mod exit_codes_are_passed_on;
mod nobody_is_left;
mod other_tools_names;
mod requests_are_passed_on;
mod the_system_is_not_kept_waiting;
mod time_is_limited;

use std::io::{BufRead, BufReader, Lines};
use std::process::{ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use bowout::stop::{ProcessId, Target};
use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, Ended, PATIENCE, actor_path};

use super::{Ran, bowout};

/// `bowout run OPTIONS -- actor SCENARIO`, on a console of its own and with nothing of the test's.
fn running(options: &str, scenario: &str) -> Command {
    let mut command = bowout(&format!("run {options} --"));
    command.stderr(Stdio::null());
    command.arg(actor_path()).args(scenario.split_whitespace());
    set_apart(&mut command);
    command
}

/// The same, started.
fn start(options: &str, scenario: &str) -> Actor {
    Actor::start(&mut running(options, scenario))
}

/// The same, when the actor says that it is ready.
fn ready(options: &str, scenario: &str) -> Actor {
    let mut run = start(options, scenario);
    run.expect("ready");
    run
}

/// Has what bowout says read line by line.
fn told(run: &mut Actor) -> Lines<BufReader<ChildStderr>> {
    BufReader::new(run.child().stderr.take().expect("it was piped")).lines()
}

/// Whether the process is gone that the actor has started.
fn is_gone(ran: &Ran) -> bool {
    let started = Target::open(started(ran.stdout.trim_end()));
    started.map_or(true, |target| target.name() != Some("actor"))
}

/// The process that the actor says it has started.
fn other(run: &mut Actor) -> Other {
    let line = run.next_line().expect("a line");
    Other(Target::open(started(&line)).expect("it runs"))
}

fn started(line: &str) -> ProcessId {
    let pid = line.strip_prefix("started ").expect("it has started one");
    pid.parse().expect("a number")
}

/// Ends with the test.
struct Other(Target);

impl Other {
    fn is_awaited(&self) {
        let until = Instant::now() + PATIENCE;
        while !self.0.has_exited() {
            assert!(Instant::now() < until, "still there after {PATIENCE:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = bowout::stop::signal(&self.0, bowout::Signal::Kill);
    }
}
