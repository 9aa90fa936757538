use bowout_tests::{Actor, sys};

/// On Linux, macOS and FreeBSD.
#[test]
fn the_request_says_which_process_of_which_user_asked_and_until_when() {
    let mut actor = Actor::ready("sender");
    actor.ask(sys::TERMINATE);
    // SAFETY: getuid(2) always succeeds.
    let uid = unsafe { libc::getuid() };
    actor.expect(&format!("{} {uid}", std::process::id()));
    actor.expect("remaining 8");
    actor.ended();
}
