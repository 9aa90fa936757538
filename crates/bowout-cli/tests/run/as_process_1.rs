use std::process::Command;

use bowout_tests::{Actor, Ended, actor_path, skip};

use super::bowout_path;

/// `bowout run OPTIONS -- COMMAND` as process 1 of a pid namespace of its own; `None` where that cannot be had.
fn init(options: &str, command: &[&str]) -> Option<Actor> {
    let unshare = || {
        let mut unshare = Command::new("unshare");
        unshare.args([
            "--user",
            "--map-root-user",
            "--pid",
            "--fork",
            "--mount-proc",
            "--kill-child",
        ]);
        unshare
    };
    match unshare().arg("true").output() {
        Ok(output) if output.status.success() => {}
        refused => {
            skip(&format!("no pid namespace can be had: {refused:?}"));
            return None;
        }
    }
    let mut unshare = unshare();
    unshare.arg(bowout_path()).arg("run").args(options.split_whitespace());
    Some(Actor::start(unshare.arg("--").args(command)))
}

fn ended(options: &str, script: &str) -> Option<(Ended, Vec<String>)> {
    let mut init = init(options, &["sh", "-c", script])?;
    let said = init.rest();
    Some((init.ended(), said))
}

#[test]
fn it_is_process_1_and_there_is_no_guard() {
    let Some((_, said)) = ended("", "echo $PPID $$") else {
        return;
    };
    assert_eq!(said, ["1 2"]);
}

#[test]
fn the_status_is_the_main_child_s_and_not_an_orphan_s() {
    let Some((ended, _)) = ended("", "{ (sh -c 'exit 9' &); (sh -c 'kill -9 $$' &); } | cat; exit 5") else {
        return;
    };
    assert_eq!(ended, Ended::Code(5));
}

#[test]
fn death_by_a_signal_is_told_by_a_code() {
    let Some((ended, _)) = ended("", "kill -TERM $$") else {
        return;
    };
    assert_eq!(ended, Ended::Code(143));
}

#[test]
fn signals_to_process_1_reach_the_child() {
    let Some((ended, said)) = ended("", "trap 'echo heard; exit 4' TERM; kill -TERM 1; sleep 1000 & wait") else {
        return;
    };
    assert_eq!((ended, said), (Ended::Code(4), vec!["heard".into()]));
}

#[test]
fn a_child_that_ignores_term_goes_on() {
    // Of two that have come, the lower number is passed on first.
    let text = "trap '' TERM; trap 'exit 6' WINCH; kill -TERM 1; kill -WINCH 1; sleep 1000 & wait; wait";
    let Some((ended, _)) = ended("", text) else {
        return;
    };
    assert_eq!(ended, Ended::Code(6));
}

#[test]
fn whoever_is_left_is_asked_before_the_kernel_ends_them() {
    let Some((ended, said)) = ended(
        "",
        "trap 'exit 3' USR1; (trap 'echo asked; exit' TERM; sleep 1000 & echo ready; kill -USR1 $$; wait) & wait",
    ) else {
        return;
    };
    assert_eq!((ended, said), (Ended::Code(3), vec!["ready".into(), "asked".into()]));
}

/// One that came before process 1 was ready would be dropped by the kernel, unless it was held back. Here it is there already when
/// bowout begins: blocked, so it waits.
#[test]
fn a_signal_that_is_there_before_its_first_instruction_is_passed_on() {
    let actor = actor_path();
    let mut command = Command::new(&actor);
    command.arg("blocks-and-becomes").arg(bowout_path());
    let mut run = Actor::start(command.args(["run", "--"]).arg(&actor).arg("unblocks"));
    assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
}

/// How many orphans are made; the full number takes half a minute.
fn how_many() -> u32 {
    let asked = std::env::var("BOWOUT_TEST_ORPHANS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(10_000)
}

#[test]
fn every_orphan_is_reaped() {
    let actor = actor_path();
    let count = how_many();
    let Some(mut init) = init("", &[actor.to_str().expect("text"), "orphan-maker", &count.to_string()]) else {
        return;
    };
    for made in (0..count).step_by(1_000).chain([count]) {
        init.expect(&format!("made {made}"));
    }
    init.expect("left 0");
    assert_eq!(init.ended(), Ended::Code(0));
}
