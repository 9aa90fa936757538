use std::time::{Duration, Instant};

use bowout::Signal;
use bowout::spawn::Containment;
use bowout::stop::{Outcome, Plan, Tree};
use bowout_tests::{PATIENCE, skip};

use super::{options, start_with};

/// Dozens of processes that fork, each in a session of its own, so that no request to a group reaches them all. Whoever is forked after they
/// were listed and before his parent hears would be missed, and go on.
#[test]
fn though_nobody_shares_a_group() {
    let plan = Plan::new(Signal::Term).wait(Duration::from_secs(20));
    for _ in 0..20 {
        let mut started = start_with(&options().contain(), &["churn", "sessions", "200", "that-hear"]);
        started.expect("growing");
        if started.child.containment() != Containment::Cgroup {
            return skip("no cgroup can be made here");
        }
        let tree = Tree::of(started.child.target().unwrap());
        let until = Instant::now() + PATIENCE;
        while tree.members().unwrap().len() < 24 {
            assert!(Instant::now() < until, "it does not grow");
        }
        for report in started.child.stop(&plan).unwrap() {
            let has_ended = [Outcome::Stopped, Outcome::AlreadyGone].contains(&report.outcome);
            assert!(has_ended, "{report}: {report:?}");
        }
    }
}
