use bowout_tests::Ended;

use super::start;

/// Says its pid and that of its parent.
const SAY: &str = "echo $PPID";

#[test]
fn the_whole_tree_is_ended() {
    let text = "sleep 1000 & setsid sleep 1000 & (setsid sleep 1000 &); sleep 0.1; echo ready; wait";
    let mut run = start("", text);
    run.expect("ready");
    run.ask(libc::SIGKILL);
    assert_eq!(run.ended(), Ended::Signal(libc::SIGKILL));
    assert_eq!(run.rest(), [""; 0], "nobody holds the output any more");
}

#[test]
fn it_is_asked_first() {
    let mut run = start(
        "",
        "trap 'sleep 0.1; echo cleaned; exit' TERM; sleep 1000 & echo ready; wait",
    );
    run.expect("ready");
    run.ask(libc::SIGKILL);
    run.expect("cleaned");
    assert_eq!(run.rest(), [""; 0]);
}

#[test]
fn and_forced_at_last() {
    let mut run = start(
        "--plan TERM/100ms/KILL",
        "trap '' TERM; echo ready; while :; do sleep 0.05; done",
    );
    run.expect("ready");
    run.ask(libc::SIGKILL);
    assert_eq!(run.rest(), [""; 0]);
}

#[test]
fn a_guard_that_is_killed_is_not_missed() {
    // Bounded: a test that gives up after that has nobody left who would end them.
    let text = format!("{SAY}; setsid sleep 60 & trap 'exit 5' TERM; sleep 60 & echo ready; wait");
    let mut run = start("", &text);
    let guard: u32 = run.next_line().and_then(|line| line.parse().ok()).expect("a pid");
    assert_ne!(guard, run.pid());
    run.expect("ready");
    bowout_tests::sys::send(guard, libc::SIGKILL);
    run.ask(libc::SIGTERM);
    assert_eq!(run.ended(), Ended::Code(5));
    assert_eq!(run.rest(), [""; 0]);
}

#[test]
fn who_leaves_others_behind_has_no_guard_but_the_child_is_asked() {
    let mut run = start(
        "--leftovers leave",
        &format!("{SAY}; trap 'echo asked; exit' TERM; sleep 1 & echo ready; wait"),
    );
    let parent: u32 = run.next_line().and_then(|line| line.parse().ok()).expect("a pid");
    assert_eq!(parent, run.pid());
    run.expect("ready");
    run.ask(libc::SIGKILL);
    run.expect("asked");
}
