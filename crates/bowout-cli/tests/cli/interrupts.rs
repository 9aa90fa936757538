use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};

use bowout::listen::REPEAT_WINDOW;
use bowout_tests::sys::{INTERRUPT, ends_by, set_apart};
use bowout_tests::{Actor, Ended, PATIENCE};

use serde_json::Value;

use super::{bowout, program, schema};

/// A `stop` that waits without end, and its standard error.
fn waiting(args: &str) -> (Actor, Receiver<String>) {
    let mut command = bowout(&format!("stop --grace inf {args}"));
    set_apart(&mut command);
    command.stderr(Stdio::piped());
    let mut stop = Actor::start(&mut command);
    let stderr = stop.child().stderr.take().expect("it was piped");
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    (stop, lines)
}

fn next(lines: &Receiver<String>) -> String {
    lines.recv_timeout(PATIENCE).expect("it says something")
}

#[test]
fn the_first_goes_on_waiting_and_the_second_uses_force() {
    let mut target = program("stubborn");
    let (mut stop, narration) = waiting(&target.pid().to_string());
    // Now it waits, and hears.
    assert!(target.next_line().is_some_and(|line| line.starts_with("ignores")));
    stop.ask(INTERRUPT);
    assert!(next(&narration).contains("still waiting"));
    assert!(target.is_alive() && stop.is_alive());
    // Two requests within the window are one request told twice, so this time has to pass.
    std::thread::sleep(REPEAT_WINDOW * 2);
    stop.ask(INTERRUPT);
    assert!(next(&narration).contains("force now"));
    let said = stop.rest();
    assert!(said[0].contains("stopped by force"), "{said:?}");
    assert_eq!(stop.ended(), Ended::Code(0), "it ends in its ordinary way");
    assert!(!target.is_alive());
}

#[test]
fn the_second_leaves_where_there_is_no_force() {
    let mut target = program("stubborn");
    let (mut stop, narration) = waiting(&format!("{} --no-force", target.pid()));
    assert!(target.next_line().is_some_and(|line| line.starts_with("ignores")));
    stop.ask(INTERRUPT);
    assert!(next(&narration).contains("once more leaves them alone"));
    std::thread::sleep(REPEAT_WINDOW * 2);
    stop.ask(INTERRUPT);
    assert!(next(&narration).contains("they are left alone"));
    let who = format!("bowout: {} (bowout", target.pid());
    let named = next(&narration);
    assert!(named.starts_with(&who) && named.contains("left alone after"), "{named}");
    assert_eq!(stop.ended(), ends_by(INTERRUPT));
    assert!(target.is_alive());
}

#[test]
fn json_tells_who_was_stopped_and_who_is_left_alone() {
    let mut stubborn = program("stubborn");
    let mut good = program("well-behaved");
    let both = format!("{} {} --no-force --json", stubborn.pid(), good.pid());
    let (mut stop, narration) = waiting(&both);
    assert!(stubborn.next_line().is_some_and(|line| line.starts_with("ignores")));
    good.ended();
    stop.ask(INTERRUPT);
    assert!(next(&narration).contains("once more leaves them alone"));
    std::thread::sleep(REPEAT_WINDOW * 2);
    stop.ask(INTERRUPT);
    let stdout = stop.rest().join("\n");
    assert_eq!(stop.ended(), ends_by(INTERRUPT));
    let document: Value = serde_json::from_str(&stdout).expect("a document");
    schema::assert_valid(&document);
    let [left, stopped] = &document["processes"].as_array().expect("a list")[..] else {
        panic!("{document}");
    };
    assert_eq!(
        (&left["outcome"], &stopped["outcome"]),
        (&"unfinished".into(), &"stopped".into())
    );
    assert_eq!(left["steps"][0]["signal"], "TERM", "{document}");
    assert!(left["name"].is_string(), "{document}");
    assert_eq!(document["trouble"]["outcome"], "interrupted", "{document}");
    assert_eq!(document["exit_code"], Value::Null, "a signal ends it: {document}");
    assert!(stubborn.is_alive());
}
