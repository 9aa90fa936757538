use bowout::Signal;
use bowout_tests::{Actor, Ended};

use super::{Tool, last_words, number, on_both, output, says};

/// Those who can see that this is not wanted: the option and the variable.
fn as_single_child(dumb_init: &Tool, family: &str) -> [Actor; 2] {
    let mut variable = dumb_init.command("");
    variable.env("DUMB_INIT_SETSID", "0");
    [
        dumb_init.family("--single-child", family),
        dumb_init.family_of(&mut variable, family),
    ]
}

#[test]
fn are_asked_as_a_whole() {
    on_both("dumb-init", |dumb_init| {
        let mut family = dumb_init.family("", "with TERM");
        family.ask(number(Signal::Term));
        says(&mut family, &["child TERM", "grandchild TERM"]);
        last_words(&mut family);
    });
}

#[test]
fn are_left_alone_where_there_is_a_single_child() {
    on_both("dumb-init", |dumb_init| {
        for mut family in as_single_child(dumb_init, "with TERM") {
            family.ask(number(Signal::Term));
            says(&mut family, &["child TERM"]);
            assert_eq!(last_words(&mut family), [] as [&str; 0]);
        }
    });
}

#[test]
fn are_asked_to_end_when_the_child_has() {
    on_both("dumb-init", |dumb_init| {
        let mut family = dumb_init.family("", "leaves TERM");
        family.ask(number(Signal::Hup));
        says(&mut family, &["grandchild TERM"]);
        last_words(&mut family);
        assert_eq!(family.ended(), Ended::Code(7));
    });
}

#[test]
fn are_not_asked_to_end_behind_a_single_child() {
    on_both("dumb-init", |dumb_init| {
        for mut family in as_single_child(dumb_init, "leaves TERM") {
            family.ask(number(Signal::Hup));
            assert_eq!(family.ended(), Ended::Code(7));
            assert_eq!(last_words(&mut family), [] as [&str; 0]);
        }
    });
}

/// The number of the session's leader is the child's own, or is not.
#[test]
fn are_a_session_of_their_own_unless_there_is_a_single_child() {
    const SESSION: &str =
        "ps -o sid= -o pid= -p $$ | { read sid pid; test $sid = $pid && echo leads || echo follows; }";
    on_both("dumb-init", |dumb_init| {
        for (words, variable, says) in [
            ("", "", "leads"),
            ("", "1", "leads"),
            ("", "0", "follows"),
            ("-c", "", "follows"),
            ("-c", "1", "follows"),
        ] {
            let mut command = dumb_init.runs(words, SESSION);
            if !variable.is_empty() {
                command.env("DUMB_INIT_SETSID", variable);
            }
            let said = output(command).stdout;
            assert_eq!(String::from_utf8_lossy(&said).trim(), says, "{words} {variable}");
        }
    });
}
