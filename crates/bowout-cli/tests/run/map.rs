use bowout_tests::Ended;

use super::start;

#[test]
fn one_signal_becomes_another() {
    for options in ["--map TERM=QUIT", "-m SIGTERM:3", "--map term=int --map TERM=QUIT"] {
        let mut run = start(
            options,
            "trap 'exit 42' QUIT; sleep 1000 & echo ready; while :; do wait; done",
        );
        run.expect("ready");
        run.ask(libc::SIGTERM);
        assert_eq!(run.ended(), Ended::Code(42), "{options}");
    }
}

#[test]
fn one_signal_becomes_none() {
    let mut run = start(
        "--map HUP=none",
        "trap 'echo hup' HUP; trap 'exit 3' TERM; sleep 1000 & echo ready; while :; do wait; done",
    );
    run.expect("ready");
    run.ask(libc::SIGHUP);
    run.ask(libc::SIGTERM);
    assert_eq!(run.rest(), [""; 0]);
    assert_eq!(run.ended(), Ended::Code(3));
}

#[test]
fn two_can_change_places() {
    let mut run = start(
        "-m USR1=USR2 -m USR2=USR1",
        "trap 'echo one' USR1; trap 'echo two' USR2; sleep 1000 & echo ready; while :; do wait; done",
    );
    run.expect("ready");
    run.ask(libc::SIGUSR1);
    run.expect("two");
    run.ask(libc::SIGUSR2);
    run.expect("one");
}
