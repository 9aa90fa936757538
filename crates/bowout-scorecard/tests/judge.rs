//! The judge can say no: a program that does nothing about being stopped fails wherever anything has to be done.

use std::process::{Command, Stdio};

/// What the judge finds in the program without a library: the titles of the rows, passed or not.
fn judged_without_a_library(words: &[&str]) -> (Vec<String>, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_scorecard"))
        .args(["run", "no library"])
        .args(words)
        .stderr(Stdio::null())
        .output()
        .expect("the judge runs");
    assert!(
        output.status.success(),
        "it is no judge of bowout's: {:?}",
        output.status
    );
    let results: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = results["rows"].as_array().expect("rows");
    let passed = |row: &&serde_json::Value| row["verdicts"]["no library"] == "Yes";
    let title = |row: &serde_json::Value| row["title"].as_str().unwrap_or_default().to_owned();
    let (yes, no): (Vec<_>, Vec<_>) = rows.iter().partition(passed);
    (
        yes.into_iter().map(title).collect(),
        no.into_iter().map(title).collect(),
    )
}

#[test]
fn no_request_is_heard_by_a_program_that_does_not_listen() {
    // Those that are judged at once: it ends, or is ended.
    let on_unix = ["SIGINT", "SIGHUP", "SIGQUIT", "who asked", "supervisor"];
    let on_windows = ["Ctrl-C", "Ctrl-Break", "window is closed", "logs off", "shuts down"];
    let triggers = if cfg!(windows) { on_windows } else { on_unix };
    let (passed, failed) = judged_without_a_library(&triggers);
    assert_eq!(passed, Vec::<String>::new());
    assert!(failed.len() >= triggers.len(), "{failed:?}");
}

#[test]
fn a_program_without_a_library_cleans_up_where_the_language_does_it_and_nowhere_else() {
    let (passed, failed) = judged_without_a_library(&["cleanup"]);
    assert_eq!(passed, ["cleanup when `main` returns", "cleanup when `main` panics"]);
    assert!(failed.len() >= 4, "{failed:?}");
}
