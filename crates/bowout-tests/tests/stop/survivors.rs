//! Nobody survives a forced stop of a tree, however it grows meanwhile. Each kind a hundred times.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bowout::spawn::{Child, ChildOptions, Containment};
use bowout::stop::{Stopping, Subject, Tree};
use bowout_tests::{Actor, Lifeline, PATIENCE, actor, skip};

use super::{open, plan};

const RUNS: usize = 100;

/// How many processes a tree grows to. From then on as many end as begin, for as long as it takes to stop it.
const BOUND: &str = "30";

/// Stops a growing tree by force, and waits until nobody is left to hold its output.
fn stop_while_it_grows(kind: &str) {
    stop_all_while_they_grow(kind, |root| vec![Tree::of(open(root)).into()]);
}

fn stop_all_while_they_grow(kind: &str, subjects: fn(&mut Actor) -> Vec<Subject>) {
    for run in 0..RUNS {
        let mut root = Actor::start(actor("churn").args([kind, BOUND]));
        root.expect("growing");
        wait_until_it_has(1 + run % 4, &Tree::of(open(&mut root)));
        let stopping = Stopping::begin(subjects(&mut root), &plan("KILL/30s")).unwrap();
        let reports = stopping.finish().unwrap();
        assert!(reports.iter().all(|report| report.outcome.is_gone()), "{reports:?}");
        assert_eq!(root.rest(), Vec::<String>::new());
    }
}

fn wait_until_it_has(members: usize, tree: &Tree) {
    let until = Instant::now() + PATIENCE;
    while tree.members().unwrap().len() < members {
        assert!(Instant::now() < until, "it does not grow");
    }
}

#[test]
fn of_a_tree_that_forks() {
    stop_while_it_grows("forks");
}

#[test]
fn of_a_tree_that_goes_into_sessions_of_its_own() {
    stop_while_it_grows("sessions");
}

#[test]
fn of_a_tree_that_goes_into_groups_of_its_own() {
    stop_while_it_grows("groups");
}

#[test]
fn of_a_tree_that_is_stopped_with_one_that_stands_still() {
    for _ in 0..RUNS {
        let (mut quiet, mut root) = (
            Actor::start(&mut actor("sleeper")),
            Actor::start(actor("churn").args(["sessions", BOUND])),
        );
        root.expect("growing");
        quiet.expect("ready");
        let trees = [Tree::of(open(&mut quiet)), Tree::of(open(&mut root))];
        let reports = Stopping::begin(trees, &plan("KILL/30s")).unwrap().finish().unwrap();
        assert!(reports.iter().all(|report| report.outcome.is_gone()), "{reports:?}");
        quiet.rest();
        root.rest();
    }
}

#[test]
fn of_a_tree_whose_root_is_named_by_itself_too() {
    stop_all_while_they_grow("forks", |root| {
        vec![Subject::from(open(root)), Tree::of(open(root)).into()]
    });
}

/// Stops a tree of this many by force, when all of them are ready.
fn stop_family(members: usize, words: &[&str]) {
    let mut command = actor(words[0]);
    command.args(&words[1..]);
    let _lifeline = Lifeline::around(&mut command);
    let mut root = Actor::start(&mut command);
    let mut ready = 0;
    while ready < members {
        ready += usize::from(root.next_line().expect("they are not ready yet") == "ready");
    }
    let tree = Tree::of(open(&mut root));
    let reports = Stopping::begin([tree], &plan("KILL/30s")).unwrap().finish().unwrap();
    assert!(reports.len() >= members, "{reports:?}");
    assert!(reports.iter().all(|report| report.was_forced()), "{reports:?}");
    assert_eq!(root.rest(), Vec::<String>::new());
}

#[test]
fn of_a_tree_with_processes_that_are_stopped() {
    for _ in 0..RUNS {
        stop_family(3, &["family", "sleeper", "stops-itself", "family+stops-itself"]);
    }
}

#[test]
fn of_a_tree_with_processes_whose_first_thread_has_left() {
    for _ in 0..RUNS {
        stop_family(3, &["family", "leader-leaves", "leader-leaves", "family+leader-leaves"]);
    }
}

/// Whoever waits for a vfork stands still in the kernel, and cannot be told to: each such tree takes its second. Ten at a time.
#[test]
fn of_a_tree_with_a_process_that_no_signal_but_kill_gets_to() {
    let started = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| {
                while started.fetch_add(1, Ordering::SeqCst) < RUNS {
                    stop_family(2, &["family", "sleeper", "waits-for-a-vfork"]);
                }
            });
        }
    });
}

/// Stops a growing tree of our own by force, and waits until nobody is left to hold its output.
fn stop_own_while_it_grows(kind: &str, options: &ChildOptions) {
    for _ in 0..RUNS {
        let mut command = actor("churn");
        command.args([kind, BOUND]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = options.spawn(&mut command).unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "growing");
        let began = Instant::now();
        let reports = child.stop(&plan("KILL/30s")).unwrap();
        assert!(reports.iter().all(|report| report.outcome.is_gone()), "{reports:?}");
        assert_eq!(lines.map_while(Result::ok).count(), 0);
        // Whoever is left ends by himself, but not so soon.
        assert!(began.elapsed() < PATIENCE, "somebody was left");
        child.wait().unwrap();
    }
}

#[test]
fn of_a_group_of_our_own_that_forks_and_leaves_its_parents() {
    stop_own_while_it_grows("chain", &Child::options());
}

#[test]
fn of_a_child_of_ours_whose_tree_goes_into_sessions_of_its_own() {
    stop_own_while_it_grows("sessions", &Child::options());
}

#[test]
fn of_a_child_of_ours_whose_tree_goes_into_groups_of_its_own() {
    stop_own_while_it_grows("groups", &Child::options());
}

#[test]
fn of_a_tree_of_our_own_that_turns_into_daemons() {
    let options = Child::options().contain();
    let mut probe = actor("sleeper");
    let probe = options.spawn(probe.stdout(Stdio::null())).unwrap();
    let containment = probe.containment();
    probe.kill().unwrap();
    probe.wait().unwrap();
    if containment != Containment::Cgroup {
        return skip("a cgroup can be made only by root, or below one that was delegated");
    }
    stop_own_while_it_grows("daemons", &options);
}
