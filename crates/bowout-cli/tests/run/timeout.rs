use bowout_tests::Ended;

use super::{finish, start};

#[test]
fn the_code_says_that_the_time_was_over() {
    for options in ["-t 100ms", "--timeout=.1", "--timeout 0.1s"] {
        assert_eq!(finish(options, "sleep 1000").0, Ended::Code(124), "{options}");
    }
}

#[test]
fn who_is_done_in_time_has_a_code_of_its_own() {
    assert_eq!(finish("-t 1h", "exit 3").0, Ended::Code(3));
    assert_eq!(finish("-t inf", "exit 3").0, Ended::Code(3));
}

#[test]
fn the_whole_tree_is_asked() {
    let text = "(trap 'echo grandchild; exit' TERM; sleep 1000 & echo ready; wait) & trap 'echo child; exit 7' TERM; while :; do wait; done";
    let (ended, mut said) = finish("-t 2s", text);
    said.sort();
    assert_eq!(ended, Ended::Code(124));
    assert_eq!(said, ["child", "grandchild", "ready"]);
}

#[test]
fn the_plan_is_carried_out_stage_by_stage() {
    let text = "trap 'echo int' INT; trap 'echo term' TERM; echo ready; while :; do sleep 0.02; done";
    let (ended, said) = finish("-t 2s --plan INT/100ms/TERM/100ms/KILL", text);
    assert_eq!(ended, Ended::Code(124));
    assert_eq!(said, ["ready", "int", "term"]);
}

#[test]
fn the_words_of_timeout_are_understood() {
    let (ended, said) = finish(
        "-t 2s -s INT -k 100ms",
        "trap 'echo int' INT; echo ready; while :; do sleep 0.02; done",
    );
    assert_eq!((ended, said), (Ended::Code(124), vec!["ready".into(), "int".into()]));
    assert_eq!(
        finish("-t 2s -p", "trap 'exit 9' TERM; sleep 1000 & wait").0,
        Ended::Code(9)
    );
    assert_eq!(
        finish("-t 100ms --preserve-status", "exec sleep 1000").0,
        Ended::Signal(libc::SIGTERM)
    );
}

#[test]
fn a_stopped_one_hears_it_too() {
    assert_eq!(finish("-t 100ms", "kill -STOP $$").0, Ended::Code(124));
}

#[test]
fn a_signal_is_passed_on_meanwhile() {
    let mut run = start(
        "-t 1h",
        "trap 'echo usr1; exit 6' USR1; sleep 1000 & echo ready; wait; wait",
    );
    run.expect("ready");
    run.ask(libc::SIGUSR1);
    run.expect("usr1");
    assert_eq!(run.ended(), Ended::Code(6));
}
