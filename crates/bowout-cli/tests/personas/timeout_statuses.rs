use bowout::Signal;
use bowout_tests::Ended;

use super::{by, end, on_both};

#[test]
fn are_the_commands_own() {
    on_both("timeout", |timeout| {
        assert_eq!(end(timeout.runs("60", "exit 7")), Ended::Code(7));
        assert_eq!(end(timeout.runs("60", "exit 124")), Ended::Code(124));
    });
}

#[test]
fn are_the_commands_death_where_a_signal_ended_it() {
    on_both("timeout", |timeout| {
        for signal in [Signal::Term, Signal::Kill, Signal::Int, Signal::Hup] {
            let script = format!("kill -{signal} $$");
            assert_eq!(end(timeout.runs("60", &script)), by(signal));
        }
    });
}

#[test]
fn say_that_the_time_was_over() {
    on_both("timeout", |timeout| {
        assert_eq!(end(timeout.runs("0.1", "exec sleep 60")), Ended::Code(124));
        // Even if the command makes the best of it.
        assert_eq!(
            end(timeout.runs("1", "trap 'exit 7' TERM; sleep 60 & wait")),
            Ended::Code(124)
        );
    });
}

#[test]
fn are_preserved_on_demand() {
    on_both("timeout", |timeout| {
        let script = "trap 'exit 7' TERM; sleep 60 & wait";
        assert_eq!(end(timeout.runs("--preserve-status 1", script)), Ended::Code(7));
        // 128 and the number of TERM.
        assert_eq!(
            end(timeout.runs("--preserve-status 0.1", "exec sleep 60")),
            Ended::Code(143)
        );
    });
}

#[test]
fn tell_a_missing_command_from_one_that_cannot_be_invoked() {
    on_both("timeout", |timeout| {
        assert_eq!(end(timeout.command("60 /no/such/program")), Ended::Code(127));
        assert_eq!(end(timeout.command("60 /etc/passwd")), Ended::Code(126));
        assert_eq!(end(timeout.command("60 no-such-program-in-the-path")), Ended::Code(127));
    });
}

#[test]
fn say_that_it_was_called_wrongly() {
    on_both("timeout", |timeout| {
        for words in ["", "60", "--no-such-option 60 true", "-k", "-s 60 true"] {
            assert_eq!(end(timeout.command(words)), Ended::Code(125), "timeout {words}");
        }
    });
}
