use std::collections::BTreeMap;

use bowout::stop::{OpenError, ProcessId, Target};
use bowout_tests::sys::{INTERRUPT, ends_by, set_apart};
use bowout_tests::{Actor, PATIENCE};
use serde_json::Value;
use std::time::{Duration, Instant};

use super::{KILLED, LEFT, TERM_ROUTE, TOLD_TO_STRANGERS, bowout, run};

#[test]
fn a_line_for_each_event_and_a_table() {
    let ran = run("demo");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(!ran.stdout.contains('\x1b'), "no escape codes without a terminal");
    assert!(
        ran.stdout.lines().all(|line| line.chars().count() <= 100),
        "{}",
        ran.stdout
    );
    let event = |program: &str, what: &str| {
        let found = ran
            .stdout
            .lines()
            .position(|line| line.contains(&format!("ms  {program} ")) && line.contains(what));
        found.unwrap_or_else(|| panic!("no {what:?} of {program} in:\n{}", ran.stdout))
    };
    let asked = format!("asked: TERM by {TERM_ROUTE}");
    for program in ["well-behaved", "slow", "careless", "orphan"] {
        assert!(event(program, &asked) < event(program, "heard it"));
        assert!(event(program, "heard it") < event(program, "cleaned up"));
        // Nobody but its parent is told how the orphan ended, on some systems.
        let ended = if program != "orphan" || TOLD_TO_STRANGERS {
            LEFT
        } else {
            "exit status unknown"
        };
        assert!(event(program, "cleaned up") < event(program, ended));
    }
    assert!(event("careless", LEFT) < event("orphan", "left behind by its parent"));
    assert!(event("orphan", "left behind") < event("orphan", &asked));
    assert!(event("stubborn", &asked) < event("stubborn", "ignores it"));
    assert!(event("stubborn", "ignores it") < event("stubborn", "forced: KILL"));
    assert!(event("stubborn", "forced: KILL") < event("stubborn", KILLED));
    assert!(
        ran.stdout.contains("5 stopped: 4 when asked, 1 by force;"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_object_for_each_process_and_nobody_is_left() {
    let ran = run("demo --json");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let programs: BTreeMap<String, Value> = ran.stdout.lines().map(program_of).collect();
    assert_eq!(programs.len(), 5);
    for (name, program) in &programs {
        assert_eq!(program["schema_version"], 1);
        assert_eq!(program["outcome"], "stopped", "{program}");
        assert_eq!(program["forced"], name == "stubborn", "{program}");
        assert_eq!(program["left_behind"], name == "orphan", "{program}");
        assert!(program["heard"].is_string(), "{program}");
        assert_eq!(program["steps"][0]["route"], TERM_ROUTE);
        assert!(program["elapsed_ms"].as_f64().expect("a number") > 0.0);
        gone(program["id"].as_str().expect("text"));
    }
    // The plan gives two seconds: the slow one stays inside, the stubborn one is forced then and not before.
    let elapsed = |name: &str| programs[name]["elapsed_ms"].as_f64().expect("a number");
    assert!(elapsed("slow") < 2000.0 && elapsed("stubborn") >= 2000.0);
    assert_eq!(
        programs["well-behaved"]["cleaned_up"],
        serde_json::json!(["sockets", "lock"])
    );
}

fn program_of(line: &str) -> (String, Value) {
    let value: Value = serde_json::from_str(line).expect("a line is an object");
    super::schema::assert_valid(&value);
    (value["program"].as_str().expect("text").to_owned(), value)
}

/// Whoever is killed in the middle of the demo takes its programs along.
#[test]
fn its_programs_do_not_outlive_it() {
    let mut command = bowout("demo");
    set_apart(&mut command);
    let mut demo = Actor::start(&mut command);
    let orphan = loop {
        let line = demo.next_line().expect("the demo goes on");
        if let Some((_, pid)) = line.split_once("left behind by its parent: process ") {
            break pid.trim().to_owned();
        }
    };
    demo.child().kill().expect("it runs");
    demo.ended();
    gone(&orphan);
}

#[test]
fn an_interrupt_ends_it_and_its_programs() {
    let mut command = bowout("demo");
    set_apart(&mut command);
    let mut demo = Actor::start(&mut command);
    while !demo.next_line().expect("the demo goes on").contains("stubborn") {}
    demo.ask(INTERRUPT);
    assert_eq!(demo.ended(), ends_by(INTERRUPT));
}

/// Waits until nobody has this id any more.
fn gone(id: &str) {
    let id: ProcessId = id.parse().expect("bowout prints what it reads");
    let deadline = Instant::now() + PATIENCE;
    loop {
        match Target::open(id) {
            Err(OpenError::NoSuchProcess { .. } | OpenError::AlreadyExited { .. } | OpenError::PidReused { .. }) => {
                return;
            }
            Ok(target) if target.has_exited() => return,
            other => assert!(Instant::now() < deadline, "still there: {other:?}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
