use std::time::{Duration, Instant};

use super::{has_exited, ready, start};

#[test]
fn the_code_is_told_to_everybody_who_asks() {
    let child = start(&["exits-with", "7"]).child;
    assert_eq!(child.wait().unwrap().code(), Some(7));
    assert_eq!(child.wait().unwrap().code(), Some(7));
    assert_eq!(child.try_wait().unwrap().unwrap().code(), Some(7));
    assert_eq!(child.wait_timeout(Duration::ZERO).unwrap().unwrap().code(), Some(7));
}

/// `STILL_ACTIVE` is 259: who asks for the code to learn whether the process runs would wait for ever.
#[test]
fn one_that_leaves_with_259_has_left() {
    let child = start(&["exits-with", "259"]).child;
    let code = if cfg!(windows) { 259 } else { 259 & 0xFF };
    assert_eq!(child.wait().unwrap().code(), Some(code));
    assert_eq!(child.try_wait().unwrap().unwrap().code(), Some(code));
    assert!(has_exited(&child.target()));
}

#[test]
fn a_wait_that_was_long_enough_tells_that_it_still_runs() {
    let started = ready("sleeper");
    let (began, timeout) = (Instant::now(), Duration::from_millis(30));
    assert_eq!(started.child.wait_timeout(timeout).unwrap(), None);
    assert!(began.elapsed() >= timeout);
    assert_eq!(started.child.try_wait().unwrap(), None);
}

#[test]
fn asking_and_forcing_one_that_has_left_is_no_error() {
    let child = start(&["exits-with", "0"]).child;
    child.wait().unwrap();
    child.terminate().unwrap();
    child.kill().unwrap();
    assert_eq!(child.stop(&"TERM/1s/KILL".parse().unwrap()).unwrap().len(), 0);
    assert!(child.wait().unwrap().success());
}
