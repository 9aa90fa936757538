//! `--verbose`: a line on standard error for each signal.

use super::{TERM_ROUTE, program, run};

#[test]
fn stop_tells_each_signal() {
    let target = program("stubborn");
    let ran = run(&format!("stop -v {} --grace 100ms", target.pid()));
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(0), 1), "{ran:?}");
    let lines: Vec<&str> = ran.stderr.lines().collect();
    let label = format!("bowout: {} (bowout", target.pid());
    assert_eq!(lines.len(), 2, "{ran:?}");
    assert!(lines[0].starts_with(&label) && lines[0].ends_with(&format!(": TERM: sent by {TERM_ROUTE}")));
    assert!(
        lines[1].starts_with(&label) && lines[1].contains(": KILL: sent by "),
        "{ran:?}"
    );
}

#[test]
fn signal_tells_it_too_and_json_stays_whole() {
    let target = program("well-behaved");
    let ran = run(&format!("signal TERM {} --verbose --json", target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.json()["processes"][0]["outcome"], "sent");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    assert!(ran.stderr.contains(&format!(": TERM: sent by {TERM_ROUTE}")), "{ran:?}");
}
