use bowout_tests::{Actor, actor, skip};

use super::{is_gone, start};

#[test]
fn that_forbids_signals_by_pidfd() {
    let mut started = start(&["adopts-in-a-sandbox"]);
    started.expect("adopted true");
    assert!(started.child.wait().unwrap().success());
}

#[test]
fn that_leaves_no_descriptor() {
    let mut started = start(&["terminates-without-descriptors"]);
    started.expect("exit status: 7");
}

/// Who cannot be looked for is not said to be gone.
#[test]
fn that_leaves_one_descriptor() {
    let mut started = start(&["stops-whom-a-child-left-with-one-descriptor"]);
    let other = started.other();
    started.expect("the system cannot wait for processes: Too many open files (os error 24)");
    started.expect("stopped 1");
    assert!(is_gone(&other));
}

/// `/proc` shows the processes outside a pid namespace, and other numbers.
fn first_of_a_namespace(scenario: &str) -> Option<String> {
    let mut parent = Actor::start(actor("first-of-a-namespace").arg(scenario));
    let told = std::iter::from_fn(|| parent.next_line()).find(|line| !line.starts_with("child"));
    let told = told.expect("it says something");
    if told.starts_with("cannot") {
        skip(&told);
        return None;
    }
    Some(told)
}

#[test]
fn that_has_a_foreign_proc_when_the_child_has_left_another() {
    if let Some(told) = first_of_a_namespace("adopts-in-a-sandbox") {
        assert_eq!(told, "adopted true");
    }
}

#[test]
fn that_has_a_foreign_proc_when_the_child_is_dropped() {
    if let Some(told) = first_of_a_namespace("drops-a-child") {
        assert_eq!(told, "it is gone");
    }
}
