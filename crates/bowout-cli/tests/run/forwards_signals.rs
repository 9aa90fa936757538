use bowout_tests::Ended;

use super::{finish, start};

/// Waits for ever without starting anybody anew for it, so that a trap is run at once.
const WAIT: &str = "sleep 1000 & echo ready; while :; do wait; done";

/// Every signal that a shell can have a trap for. CHLD says that a child of bowout's own has changed, and is not passed on.
const ALL: &str = "HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM CONT TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH";

#[test]
fn each_that_can_be_caught() {
    let traps: Vec<String> = ALL
        .split(' ')
        .map(|name| format!("trap 'echo {name}' {name}"))
        .collect();
    // Nothing else ends it, when bowout is killed below.
    let mut run = start("--plan KILL", &format!("{}; {WAIT}", traps.join("; ")));
    run.expect("ready");
    for name in ALL.split(' ') {
        let signal: bowout::Signal = name.parse().expect("a signal");
        run.ask(signal.number().expect("every Unix has it"));
        run.expect(name);
    }
    run.ask(libc::SIGKILL);
    assert_eq!(run.ended(), Ended::Signal(libc::SIGKILL));
}

#[test]
#[cfg(target_os = "linux")]
fn the_real_time_ones_too() {
    for number in [libc::SIGRTMIN(), libc::SIGRTMIN() + 3, libc::SIGRTMAX()] {
        let mut run = start("", "echo ready; exec sleep 1000");
        run.expect("ready");
        run.ask(number);
        assert_eq!(run.ended(), Ended::Signal(number));
    }
}

#[test]
fn to_the_child_alone_unless_more_is_asked_for() {
    let family = |reach: &str| {
        let text = "trap 'echo child' USR1; sleep 1000 &
            (trap 'echo grandchild' USR1; sleep 1000 & echo ready; while :; do wait; done) &
            while :; do wait; done";
        let mut run = start(&format!("--forward {reach}"), text);
        run.expect("ready");
        run.ask(libc::SIGUSR1);
        let mut heard = vec![run.next_line().expect("somebody hears it")];
        if reach != "child" {
            heard.push(run.next_line().expect("both hear it"));
        }
        run.ask(libc::SIGKILL);
        heard.sort();
        heard
    };
    assert_eq!(family("child"), ["child"]);
    assert_eq!(family("group"), ["child", "grandchild"]);
    assert_eq!(family("tree"), ["child", "grandchild"]);
}

#[test]
#[cfg(target_os = "linux")]
fn who_has_left_the_group_is_of_the_tree_still() {
    let text = "trap : USR1; sleep 1000 &
        setsid sh -c 'trap \"echo far\" USR1; sleep 1000 & echo ready; while :; do wait; done' &
        while :; do wait; done";
    let mut run = start("--forward tree", text);
    run.expect("ready");
    run.ask(libc::SIGUSR1);
    run.expect("far");
}

#[test]
fn a_child_that_ignores_it_goes_on() {
    let text = "trap '' TERM; trap 'echo done; exit 5' WINCH; sleep 1000 & echo ready; wait; wait";
    let mut run = start("", text);
    run.expect("ready");
    run.ask(libc::SIGTERM);
    // Of two that have come, the lower number is passed on first.
    run.ask(libc::SIGWINCH);
    run.expect("done");
    assert_eq!(run.ended(), Ended::Code(5));
}

#[test]
fn a_request_can_begin_the_plan() {
    let mut run = start(
        "--escalate --plan TERM/200ms/KILL",
        "trap 'echo asked' INT; sleep 1000 & echo ready; while :; do wait; done",
    );
    run.expect("ready");
    run.ask(libc::SIGINT);
    run.expect("asked");
    assert_eq!(run.ended(), Ended::Signal(libc::SIGKILL), "it came to force");
}

#[test]
fn one_that_comes_at_once_is_not_lost() {
    for _ in 0..50 {
        let mut run = start("", "sleep 1000");
        run.ask(libc::SIGTERM);
        assert_eq!(run.ended(), Ended::Signal(libc::SIGTERM));
    }
}

#[test]
fn nothing_is_passed_on_that_nobody_has_sent() {
    let traps: Vec<String> = ALL
        .split(' ')
        .map(|name| format!("trap 'echo {name}' {name}"))
        .collect();
    let (ended, said) = finish(
        "",
        &format!(
            "{}; sh -c 'sleep 0.05 & sleep 0.1'; (sleep 0.05 &); sleep 0.2",
            traps.join("; ")
        ),
    );
    assert_eq!((ended, said), (Ended::Code(0), vec![]));
}
