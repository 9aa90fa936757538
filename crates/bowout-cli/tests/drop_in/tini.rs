#![cfg(any(target_os = "linux", target_os = "freebsd"))]

use std::process::Command;

use bowout::Signal;
use bowout_tests::{Actor, Ended};

use super::{called, link, listener, number, output, ready, runs, set_apart};

#[test]
fn docker_finds_the_version_under_both_names() {
    for name in ["tini", "docker-init"] {
        let output = output(&mut called(name, "--version"));
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("tini version "));
        assert_eq!(Actor::start(&mut runs(name, "--", "exit 7")).ended(), Ended::Code(7));
    }
}

#[test]
fn the_program_hears_that_the_parent_is_gone() {
    let mut parent = Command::new("sh");
    parent
        .args(["-c", r#""$0" -s -p USR1 -- sh -c "$1" & wait"#])
        .arg(link("tini"))
        .arg(listener(Signal::Usr1));
    set_apart(&mut parent);
    let mut parent = ready(&mut parent);
    parent.ask(number(Signal::Kill));
    parent.expect("heard");
    assert_eq!(parent.rest(), [] as [&str; 0]);
}

#[test]
fn the_program_is_asked_when_tini_is_killed() {
    let mut tini = ready(&mut runs("tini", "-s", &listener(Signal::Term)));
    tini.ask(number(Signal::Kill));
    tini.expect("heard");
}

/// How many lines are said of a program that leaves an orphan, and waits until that is reaped.
#[test]
fn it_says_as_much_as_is_wanted() {
    let script = "orphan=$(sleep 0.1 >&2 & echo $!); while kill -0 $orphan; do sleep 0.01; done 2>&-";
    let said = |words: &str, verbosity: &str| {
        let mut command = runs("tini", words, script);
        let stderr = output(command.env("TINI_VERBOSITY", verbosity)).stderr;
        String::from_utf8_lossy(&stderr).lines().count()
    };
    assert_eq!(said("-s", "1"), 0);
    assert_eq!(said("-s -w", "0"), 0);
    assert_eq!(said("-s -w", "1"), 1);
    assert_eq!(said("-s -w -v", "0"), 1);
    assert_eq!(said("-s -w", "2"), 2);
    assert_eq!(said("-s -v", "1"), 1);
    assert_eq!(said("-s -vv", "1"), 2);
}

#[test]
fn the_license_is_told() {
    let output = output(&mut called("tini", "-l"));
    assert!(output.status.success() && !output.stdout.is_empty());
}
