use std::os::unix::process::CommandExt;
use std::process::Command;

use bowout_tests::{Actor, actor, sys};

/// What `nohup` does, and a shell to its background jobs: a disposition of "ignore" goes through exec.
fn ignoring(command: &mut Command, signals: &'static [i32]) {
    // SAFETY: signal(2) is async-signal-safe and touches no memory of the parent's.
    unsafe {
        command.pre_exec(move || {
            for signal in signals {
                libc::signal(*signal, libc::SIG_IGN);
            }
            Ok(())
        })
    };
}

#[test]
fn a_program_under_nohup_survives_the_hangup_and_still_hears_the_rest() {
    let mut command = actor("wait");
    ignoring(&mut command, &[libc::SIGHUP]);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    actor.ask(libc::SIGHUP);
    actor.ask(libc::SIGTERM);
    actor.expect("request terminate");
    actor.expect("cleaned");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}

#[test]
fn a_background_job_does_not_hear_the_keyboard() {
    let mut command = actor("hearing");
    ignoring(&mut command, &[libc::SIGINT, libc::SIGQUIT]);
    let mut actor = Actor::start(&mut command);
    let report = actor.rest();
    assert!(report.contains(&"interrupt: InheritedIgnore".to_owned()), "{report:?}");
    assert!(report.contains(&"quit: InheritedIgnore".to_owned()), "{report:?}");
    assert!(report.contains(&"terminate: Handled".to_owned()), "{report:?}");
}

#[test]
fn a_program_may_override_it_for_each_trigger() {
    let mut command = actor("override-ignored");
    ignoring(&mut command, &[libc::SIGHUP]);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    actor.ask(libc::SIGHUP);
    actor.expect("request hangup");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGHUP));
}

/// A daemon that was started by `nohup` wants its reloads all the same.
#[test]
fn a_program_that_subscribes_to_the_signal_hears_it() {
    let mut command = actor("subscriber");
    ignoring(command.arg("HUP"), &[libc::SIGHUP]);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    actor.ask(libc::SIGHUP);
    actor.expect("heard HUP");
    actor.ask(libc::SIGTERM);
    actor.expect("request terminate");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}
