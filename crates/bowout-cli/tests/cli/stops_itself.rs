//! `stop --allow own`: it is the last, and has told of the others before.

use std::process::Command;

use bowout_tests::sys::{TERMINATE, set_apart};
use bowout_tests::{Actor, Ended};
use serde_json::Value;

use super::{bowout_path, program, schema};

/// A shell's script in which `$0` is the command.
fn script(script: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(bowout_path());
    set_apart(&mut shell);
    shell
}

/// What it said in the end, and that it left by its own TERM.
fn rest(stop: &mut Actor) -> Vec<String> {
    let said = stop.rest();
    assert_eq!(stop.ended(), Ended::Signal(TERMINATE), "{said:?}");
    said
}

#[test]
fn at_once_where_nobody_else_is_waited_for() {
    let mut stop = Actor::start(&mut script("exec \"$0\" stop $$ --allow own --grace inf"));
    let last = format!("{} (bowout): ends itself now, behind the others, by TERM", stop.pid());
    assert_eq!(rest(&mut stop), [last]);
}

#[test]
fn behind_those_who_have_to_be_killed() {
    let mut stubborn = program("stubborn");
    let line = format!("exec \"$0\" stop $$ {} --allow own --grace 100ms", stubborn.pid());
    let mut stop = Actor::start(&mut script(&line));
    let said = rest(&mut stop);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("stopped by force") && said[1].contains("ends itself"),
        "{said:?}"
    );
    assert!(!stubborn.is_alive());
}

#[test]
fn behind_its_tree_and_json_is_whole() {
    // The shell ignores the request, so that it takes force to stop it.
    let line = "trap '' TERM; \"$0\" stop $$ --tree --allow ancestor --allow own --grace 100ms --json; exit 9";
    let mut shell = Actor::start(&mut script(line));
    let said = shell.rest().join("\n");
    let document: Value = serde_json::from_str(&said).unwrap_or_else(|why| panic!("{why}: {said}"));
    schema::assert_valid(&document);
    let [root, own] = &document["processes"].as_array().expect("a list")[..] else {
        panic!("{document}");
    };
    assert_eq!(
        (&root["outcome"], &root["forced"]),
        (&"stopped".into(), &true.into()),
        "{document}"
    );
    assert_eq!(
        (&own["outcome"], &own["tree"]),
        (&"ends_itself".into(), &root["id"]),
        "{document}"
    );
    assert_eq!(document["exit_code"], Value::Null, "{document}");
    shell.ended();
}
