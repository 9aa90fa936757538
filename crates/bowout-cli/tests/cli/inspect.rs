//! `inspect`: facts, verdicts, the conclusion and the tree; and nothing is sent.

use super::{NOBODY, TERM_ROUTE, program, run};

#[test]
fn it_tells_what_would_come_of_each_request_and_sends_nothing() {
    let mut target = program("well-behaved");
    let pid = target.pid();
    let ran = run(&format!("inspect {pid}"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.starts_with(&format!("{pid}:")), "{ran:?}");
    let line = |start: &str| ran.stdout.lines().find(|line| line.trim_start().starts_with(start));
    let term = line("TERM ").unwrap_or_else(|| panic!("{ran:?}"));
    // Nobody but Linux tells who has a handler, and nobody but Windows has an event.
    if cfg!(any(target_os = "linux", windows)) {
        assert!(term.contains("heard: ") || term.contains("heard, "), "{ran:?}");
    }
    assert!(
        line("KILL ").is_some_and(|kill| kill.contains("it ends, with no cleanup")),
        "{ran:?}"
    );
    assert!(
        ran.stdout
            .contains(&format!("`bowout stop {pid}` (TERM/10s/KILL) asks it")),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("Who else would be hit: nobody"), "{ran:?}");
    // On Windows the host of its console is below it, and no tree takes that.
    assert!(!ran.stdout.contains("With --tree"), "{ran:?}");
    let marked = ran.stdout.lines().find(|line| line.contains('◀')).expect("a picture");
    assert!(marked.contains(&pid.to_string()), "{ran:?}");
    assert!(!ran.stdout.contains('\x1b'), "no escape codes without a terminal");
    assert_eq!(run(&format!("stop {pid}")).code, Some(0));
    let heard = target.rest().iter().filter(|line| line.starts_with("heard")).count();
    assert_eq!(heard, 1, "nobody had asked before");
}

#[test]
fn as_json_too() {
    let target = program("well-behaved");
    let ran = run(&format!("inspect --json {} {NOBODY}", target.pid()));
    assert_eq!(ran.code, Some(64), "{ran:?}");
    let document = ran.json();
    assert_eq!(
        (&document["schema_version"], &document["verb"]),
        (&1.into(), &"inspect".into())
    );
    let process = &document["processes"][0];
    assert_eq!(process["outcome"], "inspected");
    assert_eq!(process["pid"], target.pid());
    assert_eq!(process["parents"][0]["pid"], std::process::id());
    let term = &process["requests"][0];
    assert_eq!(
        (&term["signal"], &term["route"]),
        (&"TERM".into(), &TERM_ROUTE.into()),
        "{document}"
    );
    if cfg!(target_os = "linux") {
        assert_eq!(
            (&term["verdict"], &term["heard"]),
            (&"caught".into(), &true.into()),
            "{document}"
        );
        let caught = process["signals"]["caught"].as_array().expect("a list");
        assert!(caught.contains(&"TERM".into()), "{document}");
        assert_eq!(process["untold"], serde_json::json!([]), "{document}");
    }
    if cfg!(windows) {
        assert_eq!(term["verdict"], "cooperative_event", "{document}");
        assert_eq!(process["windows"]["cooperative_event"], true, "{document}");
    }
    assert_eq!(document["processes"][1]["outcome"], "no_such_process");
}

#[test]
fn nobody_matched() {
    let ran = run(&format!("inspect {NOBODY}"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("no process has the number"), "{ran:?}");
}

#[test]
fn who_is_never_stopped_can_be_looked_at() {
    let ran = run(&format!("inspect {}", std::process::id()));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(
        ran.stdout.contains("leaves it alone: it is a parent of this process"),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("--allow ancestor"), "{ran:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_plan_that_suits_it_is_told() {
    use std::process::Command;

    use bowout_tests::Actor;

    let script = "trap '' TERM; trap 'kill $!; exit 3' INT; sleep 60 & echo ready; while :; do wait; done";
    let mut target = Actor::start(Command::new("sh").args(["-c", script]));
    target.expect("ready");
    let pid = target.pid();
    let ran = run(&format!("inspect {pid}"));
    assert!(ran.stdout.contains("in vain, and ends it by KILL after 10s"), "{ran:?}");
    let plan = "--plan INT/10s/KILL";
    assert!(ran.stdout.contains(plan), "{ran:?}");
    // And so it is.
    let ran = run(&format!("stop {pid} {plan} --fail-if-forced"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
}
