use std::process::Command;

use bowout::Signal;
use bowout_tests::{Actor, Ended};

use super::{by, called, link, output, ready, set_apart};

/// One that dies of what it gets.
fn sleeper() -> Actor {
    let mut command = Command::new("sleep");
    set_apart(command.arg("60"));
    Actor::start(&mut command)
}

fn code(words: &str) -> Option<i32> {
    output(&mut called("kill", words)).status.code()
}

fn said(words: &str) -> String {
    String::from_utf8_lossy(&output(&mut called("kill", words)).stdout).into_owned()
}

#[test]
fn sends_what_was_chosen() {
    for (form, signal) in [
        ("", Signal::Term),
        ("--", Signal::Term),
        ("-9", Signal::Kill),
        ("-HUP", Signal::Hup),
        ("-SIGUSR1", Signal::Usr1),
        ("-int", Signal::Int),
        ("-s QUIT", Signal::Quit),
        ("-sINT --", Signal::Int),
        ("--signal=USR2", Signal::Usr2),
        ("-n 9", Signal::Kill),
    ] {
        let mut sleeper = sleeper();
        assert_eq!(code(&format!("{form} {}", sleeper.pid())), Some(0), "{form}");
        assert_eq!(sleeper.ended(), by(signal), "{form}");
    }
}

#[test]
fn signal_0_asks_who_is_there() {
    let mut sleeper = sleeper();
    let pid = sleeper.pid();
    for form in ["-0", "-s 0", "-s EXIT", "-n 0"] {
        assert_eq!(code(&format!("{form} {pid}")), Some(0), "{form}");
    }
    assert_eq!(code("-0 -1"), Some(0), "there is always somebody");
    assert!(sleeper.is_alive());
    assert_eq!(code(&pid.to_string()), Some(0));
    sleeper.ended();
    // It has been reaped, and its number is not given away again so soon.
    assert_eq!(code(&format!("-0 {pid}")), Some(1));
}

#[test]
fn a_group_gets_it_as_a_whole() {
    for form in ["--", "-TERM", "-s TERM", "-15 --"] {
        let mut family = Command::new("sh");
        set_apart(family.args(["-c", "sleep 60 & echo ready; wait"]));
        let mut family = ready(&mut family);
        assert_eq!(code(&format!("{form} -{}", family.pid())), Some(0), "{form}");
        assert_eq!(family.ended(), by(Signal::Term), "{form}");
        assert_eq!(family.rest(), [] as [&str; 0], "its child has the output as well");
    }
}

#[test]
fn zero_is_the_group_that_it_is_in() {
    let mut family = Command::new("sh");
    set_apart(family.args(["-c", &format!("{} -USR1 0; exit 7", link("kill").display())]));
    assert_eq!(Actor::start(&mut family).ended(), by(Signal::Usr1));
}

#[test]
fn one_that_fails_is_told_and_the_others_get_it() {
    let mut sleeper = sleeper();
    let output = output(&mut called("kill", &format!("nobody {}", sleeper.pid())));
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("'nobody'"));
    assert_eq!(sleeper.ended(), by(Signal::Term));
}

#[test]
fn what_may_mean_either_of_two_things_does_neither() {
    let mut sleeper = sleeper();
    let pid = sleeper.pid();
    let lines = [
        format!("{pid} -9"),
        format!("-{pid}"),
        format!("-l -9 {pid}"),
        format!("-9 -s TERM {pid}"),
        format!("-9 -l {pid}"),
        format!("-NOPE {pid}"),
        format!("-s 99 {pid}"),
        format!("-q 1 {pid}"),
    ];
    for line in lines {
        assert_eq!(code(&line), Some(1), "{line}");
        assert!(sleeper.is_alive(), "{line}");
    }
    for line in ["", "-9", "-s TERM", "--"] {
        assert_eq!(code(line), Some(1), "{line}");
    }
}

#[test]
fn signals_are_listed_and_translated() {
    let names = said("-l");
    assert!(
        ["EXIT", "HUP", "KILL", "TERM"]
            .iter()
            .all(|name| names.lines().any(|line| line == *name))
    );
    assert!(said("-L").lines().any(|line| line == " 9 KILL"));
    assert_eq!(said("-l 9 143 KILL"), "KILL\nTERM\n9\n");
    assert_eq!(code("-l NOPE"), Some(1));
}

#[test]
fn help_and_version_are_no_failure() {
    for words in ["--help", "-h", "--version", "-V"] {
        assert!(said(words).contains("kill"), "{words}");
        assert_eq!(code(words), Some(0), "{words}");
    }
    assert_eq!(
        Actor::start(&mut called("kill", "--no-such-option")).ended(),
        Ended::Code(1)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_list_that_could_not_be_written_is_no_success() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let mut kill = std::process::Command::new(super::link("kill"));
    let output = kill.arg("-l").stdout(full).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
}
