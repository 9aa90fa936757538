//! A process and everybody below it.

use std::collections::HashMap;

use bowout::stop::{Outcome, Report, Stopping, Subject, Target, Tree};
use bowout_tests::{Actor, Lifeline, actor};

use super::{killed_status, open, plan};

/// A tree whose root the test has started.
struct Family {
    root: Actor,
    /// By their scenarios.
    children: HashMap<String, u32>,
    _lifeline: Lifeline,
}

impl Family {
    /// Starts it, and waits until all are ready: `family SCENARIO CHILD…`, as the actor takes it.
    fn start(members: usize, scenario: &str) -> Family {
        let mut words = scenario.split(' ');
        let mut command = actor(words.next().unwrap());
        command.args(words);
        let lifeline = Lifeline::around(&mut command);
        let mut family = Family {
            root: Actor::start(&mut command),
            children: HashMap::new(),
            _lifeline: lifeline,
        };
        let mut ready = 0;
        while ready < members {
            let line = family.root.next_line().expect("they are not ready yet");
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["ready"] => ready += 1,
                ["child", pid, scenario] => {
                    family.children.insert(scenario.to_owned(), pid.parse().unwrap());
                }
                _ => panic!("{line}"),
            }
        }
        family
    }

    fn tree(&mut self) -> Tree {
        Tree::of(open(&mut self.root))
    }

    /// Everybody holds the same output: at its end nobody is left.
    fn assert_nobody_is_left(&mut self) {
        self.root.rest();
    }

    fn report<'r>(&self, reports: &'r [Report], child: &str) -> &'r Report {
        let pid = self.children[child];
        reports
            .iter()
            .find(|report| report.id.pid() == pid)
            .unwrap_or_else(|| panic!("{child}: {reports:?}"))
    }
}

fn stop(subject: impl Into<Subject>, text: &str) -> Vec<Report> {
    Stopping::begin([subject], &plan(text)).unwrap().finish().unwrap()
}

#[test]
fn everybody_in_it_is_asked_and_waited_for() {
    let mut family = Family::start(4, "family exits-on-term family+exits-on-term+sleeper exits-on-term");
    let reports = stop(family.tree(), "TERM/30s/KILL");
    assert_eq!(reports.len(), 4, "{reports:?}");
    assert_eq!(reports[0].id.pid(), family.root.pid(), "the root comes first");
    let root = reports[0].id;
    assert!(
        reports
            .iter()
            .all(|report| report.outcome == Outcome::Stopped && report.tree == Some(root))
    );
    family.assert_nobody_is_left();
}

#[test]
fn one_that_stays_behind_when_its_parent_leaves_is_forced() {
    let mut family = Family::start(3, "family exits-on-term ignores-term exits-on-term");
    let reports = stop(family.tree(), "TERM/300ms/KILL");
    let stubborn = family.report(&reports, "ignores-term");
    assert!(stubborn.was_forced(), "{stubborn:?}");
    assert!(!family.report(&reports, "exits-on-term").was_forced(), "{reports:?}");
    assert!(!reports[0].was_forced(), "{reports:?}");
    family.assert_nobody_is_left();
}

#[test]
fn a_process_by_itself_leaves_its_children_alone() {
    let mut family = Family::start(2, "family sleeper sleeper");
    let child = family.children["sleeper"];
    let reports = stop(open(&mut family.root), "KILL/30s");
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].tree, None);
    let child = Target::open(child.to_string().parse().unwrap()).expect("it is alive");
    assert!(!child.has_exited());
    stop(child, "KILL/30s");
    family.assert_nobody_is_left();
}

#[test]
fn a_child_can_be_named_beside_the_tree_that_it_belongs_to() {
    let mut family = Family::start(2, "family sleeper sleeper");
    let child = Target::open(family.children["sleeper"].to_string().parse().unwrap()).unwrap();
    let subjects = [Subject::from(child), Subject::from(family.tree())];
    let reports = Stopping::begin(subjects, &plan("KILL/30s")).unwrap().finish().unwrap();
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert!(reports.iter().all(|report| report.steps.len() == 1), "{reports:?}");
    family.assert_nobody_is_left();
}

#[test]
fn several_trees_are_stopped_at_once_each_under_its_own_root() {
    let start = |_| Family::start(3, "family exits-on-term ignores-term exits-on-term");
    let mut families: Vec<Family> = (0..4).map(start).collect();
    let trees: Vec<Tree> = families.iter_mut().map(Family::tree).collect();
    let reports = Stopping::begin(trees, &plan("TERM/300ms/KILL")).unwrap();
    let reports = reports.finish().unwrap();
    assert_eq!(reports.len(), 12, "{reports:?}");
    for family in &mut families {
        let root = family.root.pid();
        let of_it = reports.iter().filter(|report| report.tree.unwrap().pid() == root);
        let forced: Vec<bool> = of_it.clone().map(Report::was_forced).collect();
        assert_eq!((forced.len(), forced.iter().filter(|forced| **forced).count()), (3, 1));
        let stubborn = family.children["ignores-term"];
        assert!(
            of_it
                .clone()
                .any(|report| report.id.pid() == stubborn && report.was_forced())
        );
        family.assert_nobody_is_left();
    }
}

#[test]
fn a_tree_within_a_tree_is_told_once() {
    let mut family = Family::start(3, "family sleeper family+sleeper+sleeper");
    let inner = family.children["family+sleeper+sleeper"].to_string();
    let inner = Tree::of(Target::open(inner.parse().unwrap()).unwrap());
    let reports = Stopping::begin([inner, family.tree()], &plan("KILL/30s")).unwrap();
    let reports = reports.finish().unwrap();
    let mut pids: Vec<u32> = reports.iter().map(|report| report.id.pid()).collect();
    pids.sort_unstable();
    pids.dedup();
    assert_eq!((reports.len(), pids.len()), (3, 3), "{reports:?}");
    assert!(reports.iter().all(Report::was_forced), "{reports:?}");
    family.assert_nobody_is_left();
}

#[test]
fn who_is_in_it_can_be_seen_before_anything_is_done() {
    let mut family = Family::start(3, "family sleeper family+sleeper+sleeper");
    let members = family.tree().members().unwrap();
    let pids: Vec<u32> = members.iter().map(|member| member.id.pid()).collect();
    assert_eq!(pids.len(), 3, "{members:?}");
    assert_eq!(pids[0], family.root.pid());
    assert!(pids.contains(&family.children["sleeper"]));
    assert!(
        members
            .iter()
            .all(|member| member.protection.is_none() && member.name.is_some())
    );
    assert!(family.root.is_alive());
}

#[test]
fn a_tree_that_the_stopper_belongs_to_itself_is_left_alone() {
    let mut command = actor("has-its-child-stop-it");
    let _lifeline = Lifeline::around(&mut command);
    let mut root = Actor::start(&mut command);
    root.expect("refused OwnProcess true");
    assert!(root.is_alive());
}

#[test]
fn everybody_below_this_process_can_be_stopped_but_not_itself() {
    // The tests of this program run side by side, so it is a program of its own that stops everybody below itself.
    let mut command = actor("stops-all-below-itself");
    let lifeline = Lifeline::around(&mut command);
    let mut stopper = Actor::start(&mut command);
    let said = stopper.rest();
    assert_eq!(said.last().map(String::as_str), Some("still here"), "{said:?}");
    let ended: Vec<_> = said.iter().filter(|line| line.starts_with("ended")).collect();
    assert_eq!(ended.len(), 3, "{said:?}");
    let status = killed_status().to_string();
    assert!(ended.iter().all(|line| line.ends_with(&status)), "{said:?}");
    drop(lifeline);
}
