use std::os::unix::process::CommandExt;
use std::process::Command;

use bowout_tests::{Actor, actor, sys};

/// As a careless parent leaves it.
fn with_everything_blocked(command: &mut Command) -> Actor {
    // SAFETY: the set is initialised before it is used; both calls are async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            let mut set = std::mem::zeroed();
            libc::sigfillset(&mut set);
            libc::sigprocmask(libc::SIG_SETMASK, &set, std::ptr::null_mut());
            Ok(())
        })
    };
    let mut actor = Actor::start(command);
    actor.expect("ready");
    actor
}

#[test]
fn a_program_that_inherited_a_blocked_sigterm_hears_it_all_the_same() {
    let mut actor = with_everything_blocked(&mut actor("wait"));
    actor.ask(libc::SIGTERM);
    actor.expect("request terminate");
    actor.expect("cleaned");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}

#[test]
fn a_subscriber_hears_its_signals_all_the_same() {
    let mut actor = with_everything_blocked(actor("subscriber").args(["USR1", "HUP"]));
    for _ in 0..3 {
        actor.ask(libc::SIGUSR1);
        actor.expect("heard USR1");
        actor.ask(libc::SIGHUP);
        actor.expect("heard HUP");
    }
    actor.ask(libc::SIGTERM);
    actor.expect("request terminate");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}
