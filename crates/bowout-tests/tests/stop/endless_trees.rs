//! A tree that goes on growing, whatever it is asked.

use bowout::stop::{Outcome, Stopping, Tree};
use bowout_tests::{Actor, Lifeline, actor};

use super::{open, plan};

#[test]
fn a_plan_without_force_comes_to_its_end() {
    // Two of them, so that every look finds somebody new.
    let mut command = actor("family");
    command.args(["forks-on", "forks-on"]);
    let _lifeline = Lifeline::around(&mut command);
    let mut root = Actor::start(&mut command);
    let ready = std::iter::from_fn(|| root.next_line()).filter(|line| line == "ready");
    assert_eq!(ready.take(2).count(), 2);
    let tree = Tree::of(open(&mut root));
    let reports = Stopping::begin([tree], &plan("TERM/200ms")).unwrap().finish().unwrap();
    assert_eq!(reports[0].outcome, Outcome::Survived);
    assert!(root.is_alive(), "the stop went on for as long as the tree did");
    // Each of a few looks can find those who are there at a time, of whom there are a thousand at most.
    assert!(reports.len() < 10_000, "{} were found", reports.len());
}
