use std::fs;

use bowout::stop::Outcome;
use bowout_tests::skip;

use super::{cgroup_of, options, start_with};

/// Whoever was given a cgroup may divide it, also among his threads. Who is in such a one is told only further up.
#[test]
fn and_is_stopped_all_the_same() {
    let mut started = start_with(&options().contain(), &["sleeper"]);
    started.expect("ready");
    let Some(folder) = cgroup_of(&started.child) else {
        return skip("no cgroup can be made here");
    };
    let below = folder.join("threads");
    fs::create_dir(&below).unwrap();
    if let Err(error) = fs::write(below.join("cgroup.type"), "threaded") {
        return skip(&format!("no threaded cgroup can be made here: {error}"));
    }
    let reports = started.child.stop(&"TERM/30s".parse().unwrap()).unwrap();
    assert!(
        reports.iter().all(|report| report.outcome == Outcome::Stopped),
        "{reports:?}"
    );
}
