use bowout_tests::{Actor, Gate, actor};

/// Starts a parent that starts a child, and waits until the child listens. The child's lines are on the same output, whose end
/// is the end of both. While the gate is closed the child may live.
fn started(parent: &str) -> (Actor, Gate) {
    let mut command = actor(parent);
    let gate = Gate::before(&mut command);
    let mut parent = Actor::start(&mut command);
    parent.expect("ready");
    (parent, gate)
}

fn child_leaves_without(mut parent: Actor) {
    parent.child().kill().expect("it is our child");
    assert_eq!(parent.rest(), ["request parent gone", "cleaned"]);
}

#[test]
fn a_child_whose_parent_was_killed_leaves() {
    let (parent, _gate) = started("orphan-parent");
    child_leaves_without(parent);
}

/// Windows keeps the number of the parent that is gone.
#[cfg(windows)]
#[test]
fn a_child_that_listens_too_late_leaves_at_once() {
    let mut command = actor("orphan-parent-of-late");
    let gate = Gate::before(&mut command);
    let mut parent = Actor::start(&mut command);
    parent.expect("waiting");
    parent.child().kill().expect("it is our child");
    parent.ended();
    gate.open();
    assert_eq!(parent.rest(), ["request Some(ParentGone)"]);
}

#[cfg(unix)]
mod on_unix {
    use std::io::Write;
    use std::process::Stdio;

    use bowout_tests::sys::Ended;

    use super::*;

    /// As `PR_SET_PDEATHSIG` would not: it speaks of the thread.
    #[test]
    fn a_parent_whose_thread_ended_is_still_there() {
        let mut command = actor("orphan-parent-whose-thread-ends");
        let _gate = Gate::before(&mut command);
        let mut parent = Actor::start_with(&mut command, Stdio::piped());
        parent.expect("ready");
        let mut stdin = parent.child().stdin.take().expect("it was piped");
        stdin.write_all(b"\n").expect("it is open");
        parent.expect("thread ended");
        // Time in which a wrong request would come.
        std::thread::sleep(std::time::Duration::from_millis(200));
        parent.child().kill().expect("it is our child");
        assert_eq!(parent.ended(), Ended::Signal(libc::SIGKILL));
        assert_eq!(parent.rest(), ["request parent gone", "cleaned"]);
    }

    #[test]
    fn a_forked_child_that_listens_has_the_forking_process_as_its_parent() {
        let (parent, _gate) = started("orphan-fork-listens");
        child_leaves_without(parent);
    }

    #[cfg(target_os = "linux")]
    mod on_linux {
        use bowout_tests::skip;

        use super::*;

        #[test]
        fn it_is_noticed_where_a_sandbox_forbids_pidfds() {
            let (parent, _gate) = started("orphan-parent-without-pidfd");
            child_leaves_without(parent);
        }

        fn hears_as_pid_1(scenario: &str, what: &str) {
            let mut command = actor("as-pid-1");
            command.args([&libc::SIGKILL.to_string(), scenario]);
            let mut actor = Actor::start(&mut command);
            let lines: Vec<_> = std::iter::from_fn(|| actor.next_line()).collect();
            if lines.iter().any(|line| line.starts_with("cannot")) {
                return skip(&lines.concat());
            }
            assert!(lines.iter().any(|line| line.contains(what)), "{lines:?}");
        }

        #[test]
        fn a_parent_outside_of_the_namespace_cannot_be_seen_and_pid_1_is_told_so() {
            hears_as_pid_1(
                "orphan-hearing",
                "parent gone: Failed(\"the parent is in another pid namespace",
            );
        }

        #[test]
        fn a_child_of_pid_1_is_told_that_nothing_is_known() {
            hears_as_pid_1("orphan-init", "parent gone: Failed(\"the parent is PID 1");
        }
    }
}
