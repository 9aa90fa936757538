use bowout_tests::Ended;

use super::{end, on_both};

#[test]
fn are_the_childs_own_or_128_and_its_signal() {
    on_both("dumb-init", |dumb_init| {
        for words in ["", "--", "-c", "--single-child --"] {
            assert_eq!(end(dumb_init.runs(words, "exit 7")), Ended::Code(7));
            assert_eq!(end(dumb_init.runs(words, "kill -TERM $$")), Ended::Code(143));
            assert_eq!(end(dumb_init.runs(words, "kill -KILL $$")), Ended::Code(137));
        }
    });
}

#[test]
fn say_that_it_was_called_wrongly() {
    on_both("dumb-init", |dumb_init| {
        for words in [
            "",
            "--no-such-option true",
            "-r",
            "-r TERM:QUIT true",
            "-r 15 true",
            "-r 15:99 true",
        ] {
            assert_eq!(end(dumb_init.command(words)), Ended::Code(1), "dumb-init {words}");
        }
    });
}

#[test]
fn say_that_there_is_no_such_program() {
    on_both("dumb-init", |dumb_init| {
        for program in ["/no/such/program", "/etc/passwd"] {
            assert_eq!(end(dumb_init.command(program)), Ended::Code(2));
        }
    });
}
