//! Programs with children, and those who stop them whole. Everybody in a tree holds its standard output: a test reads to the end
//! of it to see that nobody is left.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use bowout::Signal;
use bowout::stop::{Plan, Protection, StopError, Stopping, Target, Tree};

use crate::say;
use crate::stoppers::{args, stop_all};

#[cfg(unix)]
#[path = "trees/churn.rs"]
pub mod churn;
#[cfg(target_os = "linux")]
#[path = "trees/linux.rs"]
mod linux;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    match name {
        "family" => Some(family),
        "has-its-child-stop-it" => Some(has_its_child_stop_it),
        "stops-the-tree-above" => Some(stops_the_tree_above),
        "stops-all-below-itself" => Some(stops_all_below_itself),
        "tree-stopper" => Some(tree_stopper),
        #[cfg(windows)]
        "stops-a-console-below-itself" => Some(stops_a_console_below_itself),
        #[cfg(unix)]
        "churn" => Some(churn::play),
        #[cfg(unix)]
        "forks-on" => Some(churn::forks_on),
        #[cfg(target_os = "linux")]
        "tree-stopper-of-nobody" => Some(linux::tree_stopper_of_nobody),
        #[cfg(target_os = "linux")]
        "tree-stopper-with-few-descriptors" => Some(linux::tree_stopper_with_few_descriptors),
        #[cfg(target_os = "linux")]
        "drops-privileges" => Some(linux::drops_privileges),
        #[cfg(target_os = "linux")]
        "waits-for-a-vfork" => Some(linux::waits_for_a_vfork),
        _ => None,
    }
}

/// `family SCENARIO CHILD…`: starts each child, says `child PID CHILD`, and plays the scenario. A child that has children
/// itself is written as its whole command: `family+sleeper+sleeper`. They all speak on the same output.
fn family() {
    let mut args = args();
    let own = args.next().expect("a scenario");
    for scenario in args {
        let mut command = Command::new(std::env::current_exe().expect("a path"));
        let child = command.args(scenario.split('+')).stdin(Stdio::null()).spawn();
        say(&format!("child {} {scenario}", child.expect("it starts").id()));
    }
    crate::play(&own);
}

/// `tree-stopper PLAN ID`: stops the whole tree by the plan, and tells of each as `stopper` does.
fn tree_stopper() {
    let mut args = args();
    let plan = args.next().expect("a plan").parse().expect("a plan");
    let root = Target::open(args.next().expect("an id").parse().expect("an id")).expect("it runs");
    stop_all([Tree::of(root)], &plan);
}

/// Starts a child that tries to stop this process with everybody below it.
fn has_its_child_stop_it() {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    let command = command.args(["stops-the-tree-above", &std::process::id().to_string()]);
    let mut child = command.stdin(Stdio::null()).spawn().expect("it starts");
    let _ = child.wait();
    crate::targets::sleep_for_ever();
}

/// `stops-the-tree-above PID`: says why it is refused, and whether that is because of itself.
fn stops_the_tree_above() {
    let above = args().next().expect("a number").parse().expect("a number");
    let root = Target::options().allow(Protection::Ancestor).open(above);
    match Stopping::begin([Tree::of(root.expect("it runs"))], &Plan::new(Signal::Kill)) {
        Err(StopError::Protected { id, why, .. }) => {
            say(&format!("refused {why:?} {}", id.pid() == std::process::id()))
        }
        other => say(&format!("{other:?}")),
    }
}

/// Starts a family of three, and stops everybody below itself.
fn stops_all_below_itself() {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    let command = command.args(["family", "sleeper", "family+sleeper+sleeper"]);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
    let ready = lines
        .by_ref()
        .filter(|line| line.as_ref().is_ok_and(|line| line == "ready"));
    assert_eq!(ready.take(3).count(), 3);
    let tree = Tree::below_this_process().expect("we may look at ourselves");
    let stopping = Stopping::begin([tree], &Plan::new(Signal::Kill)).expect("it can begin");
    for report in stopping.finish().expect("it can wait") {
        say(&format!(
            "ended {} {:?} {}",
            report.id.pid(),
            report.outcome,
            report.status
        ));
    }
    // The end of their output: nobody is left.
    assert_eq!(lines.map_while(Result::ok).count(), 0);
    let _ = child.wait();
    say("still here");
}

/// `stops-a-console-below-itself PLAN`: starts a child with a console of its own, says `child PID`, and stops everybody below
/// itself.
#[cfg(windows)]
fn stops_a_console_below_itself() {
    use std::os::windows::process::CommandExt;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    let plan = args().next().expect("a plan").parse().expect("a plan");
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    let command = command.arg("ignores-ctrl-c").creation_flags(CREATE_NO_WINDOW);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
    let _ = lines.next();
    say(&format!("child {}", child.id()));
    stop_all([Tree::below_this_process().expect("we may look at ourselves")], &plan);
    let _ = child.wait();
}
