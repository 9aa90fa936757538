#[cfg(unix)]
use std::process::Stdio;
use std::time::Duration;

use bowout::Signal;
use bowout::spawn::{Child, OnDrop};
use bowout::stop;

use super::{Started, actor, is_gone, options, start_with};

#[test]
fn by_default_the_child_runs_on() {
    // To die with its parent is not to die with its handle.
    for options in [Child::options(), Child::options().die_with_parent()] {
        let child = options.spawn(&mut actor(&["starts-another"])).unwrap();
        let mut started = Started::from(child);
        let (other, child) = (started.other(), started.child.target().unwrap());
        drop(started);
        std::thread::sleep(Duration::from_millis(100));
        for left in [child, other] {
            assert!(!left.has_exited());
            stop::signal(&left, Signal::Kill).unwrap();
            assert!(is_gone(&left));
        }
    }
}

#[test]
#[cfg(unix)]
fn and_is_no_zombie_for_longer_than_until_the_next_one() {
    let mut command = actor(&["until-its-input-ends"]);
    let mut child = Child::spawn(command.stdin(Stdio::piped())).unwrap();
    let (pid, stdin, target) = (child.id(), child.stdin.take(), child.target().unwrap());
    drop(child);
    drop(stdin);
    assert!(is_gone(&target));
    options().spawn(&mut actor(&["exits-with", "0"])).unwrap();
    let pid = rustix::process::Pid::from_raw(pid as i32);
    let waited = rustix::process::waitpid(pid, rustix::process::WaitOptions::NOHANG);
    assert!(matches!(waited, Err(rustix::io::Errno::CHILD)), "{waited:?}");
}

#[test]
fn force_takes_descendants_along() {
    let mut started = start_with(&options().on_drop(OnDrop::Kill), &["starts-another"]);
    let (child, other) = (started.child.target().unwrap(), started.other());
    drop(started);
    assert!(is_gone(&child) && is_gone(&other));
}

#[test]
fn a_plan_is_carried_out_before_the_drop_returns() {
    let plan = "TERM/30s/KILL".parse().unwrap();
    let mut started = start_with(&options().on_drop(OnDrop::Stop(plan)), &["exits-on-term"]);
    started.expect("ready");
    let target = started.child.target().unwrap();
    let super::Started { child, mut lines } = started;
    drop(child);
    assert!(target.has_exited());
    let mut said = String::new();
    std::io::Read::read_to_string(&mut lines, &mut said).unwrap();
    assert!(said.starts_with("heard"), "{said}");
}
