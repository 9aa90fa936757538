use bowout_tests::{Actor, sys};

#[test]
fn leaving_for_a_signal_is_death_by_that_signal() {
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGQUIT] {
        let mut actor = Actor::ready("wait");
        actor.ask(signal);
        assert_eq!(actor.ended(), sys::Ended::Signal(signal));
    }
}

#[test]
fn leaving_for_sigquit_leaves_no_core() {
    use std::os::unix::process::ExitStatusExt;
    let mut actor = Actor::ready("wait");
    actor.ask(libc::SIGQUIT);
    actor.ended();
    let status = actor.child().wait().expect("it is our child");
    assert!(!status.core_dumped(), "{status:?}");
}

#[test]
fn a_status_of_the_programs_own_is_kept() {
    let mut actor = Actor::ready("wait-exit-7");
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.ended(), sys::Ended::Code(7));
}

#[test]
fn returning_from_main_is_a_status_of_its_own() {
    let mut actor = Actor::ready("wait-return");
    actor.ask(sys::TERMINATE);
    assert_eq!(actor.rest(), ["request terminate", "cleaned"]);
    assert_eq!(actor.ended(), sys::Ended::Code(0));
}
