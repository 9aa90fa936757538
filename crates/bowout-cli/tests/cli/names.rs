//! Whoever is not opened is called by his name too, where the system tells it.

#[cfg(target_os = "linux")]
use bowout::stop::OpenError;
use bowout::stop::{ProcessId, Protection, Target};
use serde_json::Value;

use super::run;

/// What each verb says of a process that it does not open, which has this name.
fn assert_named(pid: u32, name: &Value, outcome: &str) {
    for verb in ["stop", "stop --dry-run", "signal TERM"] {
        let document = run(&format!("{verb} {pid} --json")).json();
        let process = &document["processes"][0];
        assert_eq!(
            (&process["outcome"], &process["name"]),
            (&outcome.into(), name),
            "{verb}: {document}"
        );
        let named = format!("{pid} ({})", name.as_str().expect("it has a name"));
        assert!(
            process["message"].as_str().is_some_and(|words| words.contains(&named)),
            "{verb}: {document}"
        );
        let ran = run(&format!("{verb} {pid}"));
        assert!(ran.stderr.contains(&named), "{verb}: {ran:?}");
    }
}

#[test]
fn who_is_spared() {
    // The tests run the command, so they are its parent.
    let own = Target::options().allow(Protection::OwnProcess).open(ProcessId::own());
    let own = own.expect("it is there");
    assert_named(own.id().pid(), &own.name().into(), "protected");
}

#[cfg(target_os = "linux")]
#[test]
fn the_first_process() {
    let name = std::fs::read_to_string("/proc/1/comm").expect("there is a first process");
    assert_named(1, &name.trim_end().into(), "protected");
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_only_waits_to_be_reaped() {
    let mut target = bowout_tests::Actor::start(&mut std::process::Command::new("true"));
    target.rest();
    // Its output ends a moment before it does.
    let id = ProcessId::new(target.pid()).expect("a process has a number");
    while !matches!(Target::open(id), Err(OpenError::AlreadyExited { .. })) {
        std::thread::yield_now();
    }
    assert_named(target.pid(), &"true".into(), "already_exited");
}

#[cfg(target_os = "linux")]
#[test]
fn a_thread() {
    let (over, wait) = std::sync::mpsc::channel::<()>();
    let (tell, told) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("worker".to_owned());
    let thread = thread.spawn(move || {
        let itself = std::fs::read_link("/proc/thread-self").expect("/proc is there");
        let tid = itself.file_name().and_then(|tid| tid.to_str()?.parse::<u32>().ok());
        tell.send(tid).expect("it is awaited");
        let _ = wait.recv();
    });
    let tid = told.recv().expect("it says it").expect("a number");
    assert_named(tid, &"worker".into(), "thread");
    drop(over);
    thread.expect("it started").join().expect("it does not panic");
}
