use std::os::unix::process::CommandExt;

use bowout_tests::{Actor, actor, sys};

#[test]
fn a_program_that_inherited_a_blocked_sigterm_hears_it_all_the_same() {
    let mut command = actor("wait");
    // SAFETY: the set is initialised before it is used; both calls are async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            let mut set = std::mem::zeroed();
            libc::sigfillset(&mut set);
            libc::sigprocmask(libc::SIG_SETMASK, &set, std::ptr::null_mut());
            Ok(())
        })
    };
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    actor.ask(libc::SIGTERM);
    actor.expect("request terminate");
    actor.expect("cleaned");
    assert_eq!(actor.ended(), sys::Ended::Signal(libc::SIGTERM));
}
