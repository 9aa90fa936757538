use bowout_tests::{Actor, actor};

/// The callback that was registered before the fork runs in the parent only; the deadline itself holds in both.
#[test]
fn a_child_forked_without_exec_keeps_deadlines_of_its_own_and_the_parents() {
    let mut actor = Actor::start(&mut actor("fork-deadline"));
    let mut lines = actor.rest();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "child: broken",
            "child: not done within 1s",
            "child: not done within 20ms",
            "not done within 1s",
            "not done within 1s",
            "parent: broken",
        ]
    );
}
