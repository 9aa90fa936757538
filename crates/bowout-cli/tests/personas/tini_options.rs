use bowout::Signal;
use bowout_tests::Ended;

use super::{end, last_words, number, on_both, output, says};

#[test]
fn statuses_are_the_childs_own_or_128_and_its_signal() {
    on_both("tini", |tini| {
        assert_eq!(end(tini.runs("-s --", "exit 7")), Ended::Code(7));
        assert_eq!(end(tini.runs("-s --", "kill -TERM $$")), Ended::Code(143));
        assert_eq!(end(tini.command("-s -- /no/such/program")), Ended::Code(127));
        assert_eq!(end(tini.command("-s -- /etc/passwd")), Ended::Code(126));
        for words in ["", "--no-such-option", "-e 256 true", "-p NOPE true"] {
            assert_eq!(end(tini.command(words)), Ended::Code(1), "tini {words}");
        }
    });
}

#[test]
fn a_status_counts_as_success() {
    on_both("tini", |tini| {
        assert_eq!(end(tini.runs("-s -e 143 -e 7 --", "kill -TERM $$")), Ended::Code(0));
        assert_eq!(end(tini.runs("-s -e 143 -e 7 --", "exit 7")), Ended::Code(0));
        assert_eq!(end(tini.runs("-s -e 143 --", "exit 7")), Ended::Code(7));
    });
}

#[test]
fn the_group_is_asked_as_a_whole_if_wanted() {
    on_both("tini", |tini| {
        let mut by_variable = tini.command("-s --");
        by_variable.env("TINI_KILL_PROCESS_GROUP", "1");
        for mut family in [
            tini.family("-s -g --", "with TERM"),
            tini.family_of(&mut by_variable, "with TERM"),
        ] {
            family.ask(number(Signal::Term));
            says(&mut family, &["child TERM", "grandchild TERM"]);
            last_words(&mut family);
        }
        let mut family = tini.family("-s --", "with TERM");
        family.ask(number(Signal::Term));
        says(&mut family, &["child TERM"]);
        assert_eq!(last_words(&mut family), [] as [&str; 0]);
    });
}

/// What Docker asks of it, and what it answers.
#[test]
fn it_says_which_version_it_is() {
    on_both("tini", |tini| {
        let output = output(tini.command("--version"));
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("tini version "));
    });
}
