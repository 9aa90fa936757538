//! Trees of which not everybody is ours to stop, and trees larger than a stopper's descriptors.

use bowout_tests::{Actor, Ended, Lifeline, actor, skip};

use super::stopper;

#[test]
fn one_that_may_not_be_stopped_is_told_and_the_others_are_stopped() {
    if !rustix::process::getuid().is_root() {
        return skip("only root can give privileges away");
    }
    let mut command = actor("drops-privileges");
    let _lifeline = Lifeline::around(&mut command);
    let mut root = Actor::start(&mut command);
    let mut children = Vec::new();
    let mut ready = 0;
    while ready < 3 {
        let line = root.next_line().expect("they are not ready yet");
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["ready"] => ready += 1,
            ["child", pid, "sleeper"] => children.push(pid.parse::<u32>().unwrap()),
            _ => panic!("{line}"),
        }
    }
    let (privileged, own) = (children[0], children[1]);
    let said = stopper("tree-stopper-of-nobody", "TERM/30s/KILL", &[root.pid()]).rest();
    for line in [
        format!("missed {privileged} TERM Signal=PermissionDenied"),
        format!("ended {privileged} PermissionDenied exit status unknown"),
        // How they ended is not for everybody to see.
        format!("ended {} Stopped", root.pid()),
        format!("ended {own} Stopped"),
    ] {
        assert!(said.iter().any(|said| said.starts_with(&line)), "{line}: {said:?}");
    }
    assert_eq!(root.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn a_tree_of_a_thousand_needs_no_thousand_descriptors() {
    const COUNT: usize = 1_000;
    // The bound is that of the forks; the root is one more.
    let mut root = Actor::start(actor("churn").args(["forks", &(COUNT - 1).to_string(), "and-stands"]));
    root.expect("growing");
    root.expect("grown");
    let said = stopper("tree-stopper-with-few-descriptors", "KILL/30s", &[root.pid()]).rest();
    let ended = said
        .iter()
        .filter(|line| line.starts_with("ended") && line.ends_with("forced"));
    assert_eq!(ended.count(), COUNT, "{:?}", said.last());
    assert_eq!(root.rest(), Vec::<String>::new(), "nobody is left");
}
