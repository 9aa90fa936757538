use bowout::stop::{Report, Target};

use super::{is_gone, start};

/// Libraries that assign the job after the process runs lose whoever is started before. It is a race, so it is tried several
/// times; that a child does not run before it is in its job is for a unit test of the room `spawn`.
#[test]
fn not_who_is_started_first_of_all() {
    for _ in 0..20 {
        let mut started = start(&["starts-another"]);
        let other = started.other();
        started.child.kill().unwrap();
        started.child.wait().unwrap();
        assert!(is_gone(&other));
    }
}

/// Waiting and forcing by the child's number alone would leave them.
#[test]
fn not_who_outlives_the_child() {
    let mut started = start(&["starts-another-and-leaves"]);
    let other = started.other();
    assert_eq!(started.child.wait().unwrap().code(), Some(3));
    assert!(!other.has_exited());
    started.child.kill().unwrap();
    assert!(is_gone(&other));
}

#[test]
fn not_by_a_plan_either() {
    let mut started = start(&["starts-another"]);
    let other = started.other();
    let reports = started.child.stop(&"KILL/30s".parse().unwrap()).unwrap();
    assert!(is_gone(&other));
    assert_eq!(reports[0].id.pid(), started.child.id());
    reports_on(&other, &reports);
}

#[test]
fn not_by_a_plan_that_comes_when_the_child_has_left() {
    let mut started = start(&["starts-another-and-leaves"]);
    let other = started.other();
    started.child.wait().unwrap();
    let reports = started.child.stop(&"KILL/30s".parse().unwrap()).unwrap();
    assert!(other.has_exited());
    reports_on(&other, &reports);
}

/// Who else is in the report is the host of a console, which Wine puts into the job.
fn reports_on(other: &Target, reports: &[Report]) {
    assert!(reports.iter().any(|report| report.id == other.id()), "{reports:?}");
}
