use super::ready;

#[test]
fn by_a_program_that_knows_nothing_of_bowout() {
    let mut started = ready("exits-on-term");
    started.child.terminate().unwrap();
    assert!(started.line().starts_with("heard"));
    assert_eq!(started.child.wait().unwrap().code(), Some(7));
}

#[test]
fn by_one_that_is_built_on_it() {
    let started = ready("wait-exit-7");
    started.child.terminate().unwrap();
    assert_eq!(started.child.wait().unwrap().code(), Some(7));
}

#[test]
#[cfg(unix)]
fn by_one_that_is_stopped() {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let mut started = ready("stops-itself");
    let child = WaitId::Pid(Pid::from_raw(started.child.id() as i32).unwrap());
    waitid(child, WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT).unwrap();
    started.child.terminate().unwrap();
    assert!(started.line().starts_with("heard"));
    assert_eq!(started.child.wait().unwrap().code(), Some(7));
}
