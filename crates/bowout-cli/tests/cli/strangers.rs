use std::process::Command;

use bowout::stop::{OpenError, ProcessId, Target};
use bowout_tests::{Actor, skip};

use super::run;

#[test]
fn sleep() {
    let mut target = Actor::start(Command::new("sleep").arg("60"));
    let ran = run(&format!("stop {}", target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("(sleep): stopped after"), "{ran:?}");
    assert!(!target.is_alive());
}

#[test]
fn a_shell_that_ignores_term() {
    let script = "trap '' TERM; echo ready; while :; do sleep 0.1; done";
    let mut target = Actor::start(Command::new("sh").args(["-c", script]));
    target.expect("ready");
    let ran = run(&format!("stop {} --grace 200ms --fail-if-forced", target.pid()));
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.stdout.contains("stopped by force after"), "{ran:?}");
    assert!(!target.is_alive());
}

#[test]
fn a_shell_that_traps_term() {
    let script = "trap 'echo cleaned; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
    let mut target = Actor::start(Command::new("sh").args(["-c", script]));
    target.expect("ready");
    let ran = run(&format!("stop {}", target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    target.expect("cleaned");
    assert!(!target.is_alive());
}

#[test]
fn the_web_server_of_python() {
    let script = "import http.server as h; s = h.ThreadingHTTPServer(('127.0.0.1', 0), h.SimpleHTTPRequestHandler); \
                  print('ready', flush=True); s.serve_forever()";
    if Command::new("python3").arg("--version").output().is_err() {
        return skip("there is no python3");
    }
    let mut target = Actor::start(Command::new("python3").args(["-c", script]));
    target.expect("ready");
    let ran = run(&format!("stop {}", target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("(python3"), "{ran:?}");
    assert!(!target.is_alive());
}

#[test]
fn one_that_only_waits_to_be_reaped_is_gone() {
    let mut target = Actor::start(&mut Command::new("true"));
    target.rest();
    // Its output ends a moment before it does.
    let id = ProcessId::new(target.pid()).expect("a process has a number");
    while !matches!(Target::open(id), Err(OpenError::AlreadyExited { .. })) {
        std::thread::yield_now();
    }
    let ran = run(&format!("stop {id}"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("has exited"), "{ran:?}");
}
