//! What `--json` prints is what docs/schema says. Every document that any test reads comes by here.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{NOBODY, program, run};

const SCHEMA: &str = include_str!("../../../../docs/schema/bowout-1.json");

/// Fails where the document is not as the schema says, or has anything that it does not tell of.
pub(crate) fn assert_valid(document: &Value) {
    static STRICT: OnceLock<Validator> = OnceLock::new();
    let validator = STRICT.get_or_init(|| {
        let mut schema = serde_json::from_str(SCHEMA).expect("it is JSON");
        close(&mut schema);
        validator(&schema)
    });
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?} in {document:#}");
}

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).expect("it is a schema")
}

/// The schema lets fields come that later versions have. For us there are none but those that it names.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let closes = members.get("type") == Some(&json!("object")) && members.contains_key("properties");
            if closes {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn a_field_that_the_schema_does_not_name_is_found_and_one_that_lacks_too() {
    let schema = serde_json::from_str(SCHEMA).expect("it is JSON");
    let published = validator(&schema);
    let mut strict = schema;
    close(&mut strict);
    let strict = validator(&strict);
    let document = run("signals --json").json();
    assert!(published.is_valid(&document) && strict.is_valid(&document));
    let mut newer = document.clone();
    newer["signals"][0]["invented"] = json!(1);
    assert!(published.is_valid(&newer), "a later version may add fields");
    assert!(!strict.is_valid(&newer));
    let mut poorer = document;
    let signal = poorer["signals"][0].as_object_mut().expect("an object");
    signal.remove("meaning");
    assert!(!published.is_valid(&poorer));
}

#[test]
fn every_verb_in_every_case() {
    let (first, second) = (program("well-behaved"), program("stubborn"));
    let pids = format!("{} {} {NOBODY} {}", first.pid(), second.pid(), std::process::id());
    for (line, code) in [
        (format!("inspect --json {pids}"), 64),
        (format!("signal --json --probe {pids}"), 64),
        (format!("stop --json --dry-run {pids} --plan TERM/inf"), 64),
        (format!("stop --json --dry-run --tree {}", first.pid()), 0),
        (format!("signal --json TERM {pids}"), 64),
        (format!("stop --json --grace 100ms {pids}"), 64),
        (format!("stop --json --name {}", "bowout-nobody-has-this"), 1),
        (format!("stop --json --pidfile {}", "/bowout/no/such/file"), 1),
        (format!("inspect --json --name {}", "bowout-nobody-has-this"), 1),
        ("signals --json".to_owned(), 0),
    ] {
        let ran = run(&line);
        assert_eq!(ran.code, Some(code), "{line}: {ran:?}");
        let document = ran.json();
        if line.starts_with("st") || line.starts_with("signal ") {
            assert_eq!(document["exit_code"], code, "{line}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_tree_that_is_refused_has_its_document_too() {
    // The shell is allowed as a parent, but the command is below it as well. It does not hand over to its last command.
    let script = "\"$0\" stop $$ --tree --allow ancestor --json; exit $?";
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script]).arg(super::bowout_path());
    let ran = super::finish(&mut shell);
    let document = ran.json();
    assert_eq!((ran.code, &document["exit_code"]), (Some(3), &json!(3)), "{document}");
    assert_eq!(document["trouble"]["outcome"], "protected", "{document}");
    assert_eq!(document["processes"][0]["outcome"], "not_begun", "{document}");
    assert!(
        document["trouble"]["message"]
            .as_str()
            .is_some_and(|words| words.contains("--allow own")),
        "{document}"
    );
}
