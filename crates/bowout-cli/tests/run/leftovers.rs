use std::time::{Duration, Instant};

use bowout_tests::{Ended, sys};

use super::{finish, start};

#[test]
fn whoever_is_left_behind_is_ended() {
    let mut run = start("", "sleep 1000 & sh -c 'sleep 1000 & sleep 1000' & exit 3");
    assert_eq!(run.ended(), Ended::Code(3));
    assert_eq!(run.rest(), [""; 0], "nobody holds the output any more");
}

#[test]
#[cfg(target_os = "linux")]
fn also_who_has_left_the_session_or_become_a_daemon() {
    let text = "trap 'exit 3' USR1;
        setsid sh -c 'echo far; exec sleep 1000' &
        (setsid sh -c 'sleep 1000 & echo daemon; exec sleep 1000' &);
        (sh -c 'echo orphan; exec sleep 1000' &);
        wait; wait";
    let mut run = start("", text);
    for _ in 0..3 {
        run.next_line().expect("all three");
    }
    run.ask(libc::SIGUSR1);
    assert_eq!(run.ended(), Ended::Code(3));
    assert_eq!(run.rest(), [""; 0]);
}

#[test]
fn they_are_asked_first() {
    let (ended, said) = finish(
        "",
        "trap 'exit 3' USR1; (trap 'echo asked; exit' TERM; sleep 1000 & echo ready; kill -USR1 $$; wait) & wait",
    );
    assert_eq!((ended, said), (Ended::Code(3), vec!["ready".into(), "asked".into()]));
}

#[test]
fn and_forced_at_last() {
    let (ended, said) = finish(
        "--plan TERM/100ms/KILL",
        "trap 'exit 3' USR1; (trap '' TERM; echo ready; kill -USR1 $$; while :; do sleep 0.05; done) & wait",
    );
    assert_eq!((ended, said), (Ended::Code(3), vec!["ready".into()]));
}

#[test]
fn a_second_request_does_not_wait_for_the_plan() {
    let began = Instant::now();
    let mut run = start(
        "--plan TERM/1h/KILL",
        "trap 'exit 3' USR1; (trap 'echo asked' TERM; echo ready; kill -USR1 $$; while :; do sleep 0.05; done) & wait",
    );
    run.expect("ready");
    run.expect("asked");
    run.ask(libc::SIGINT);
    assert_eq!(run.rest(), [""; 0]);
    assert_eq!(run.ended(), Ended::Code(3));
    assert!(began.elapsed() < Duration::from_secs(600));
}

#[test]
fn they_can_be_waited_for() {
    let (ended, said) = finish("--leftovers wait", "(sleep 0.4; echo late) & exit 3");
    assert_eq!((ended, said), (Ended::Code(3), vec!["late".into()]));
}

#[test]
fn or_left() {
    let mut run = start("--leftovers leave", "sleep 1000 & echo $!; exit 3");
    let left: u32 = run.next_line().and_then(|line| line.parse().ok()).expect("a pid");
    assert_eq!(run.ended(), Ended::Code(3));
    // Fails if it is gone.
    sys::send(left, libc::SIGKILL);
    assert_eq!(run.rest(), [""; 0]);
}
