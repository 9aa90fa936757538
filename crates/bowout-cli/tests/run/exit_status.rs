use std::process::Command;

use bowout_tests::Ended;

use super::{bowout_path, finish, script, stderr_of};

#[test]
fn a_code_is_passed_on() {
    for code in [0, 1, 7, 124, 125, 126, 127, 128, 143, 255] {
        assert_eq!(finish("", &format!("exit {code}")).0, Ended::Code(code));
    }
}

#[test]
fn death_by_a_signal_is_passed_on_as_that_death() {
    for signal in [
        libc::SIGTERM,
        libc::SIGKILL,
        libc::SIGINT,
        libc::SIGHUP,
        libc::SIGUSR1,
        libc::SIGQUIT,
        libc::SIGSEGV,
    ] {
        assert_eq!(finish("", &format!("kill -{signal} $$")).0, Ended::Signal(signal));
    }
}

#[test]
fn what_cannot_be_started_is_told_by_the_codes_that_people_know() {
    let cases = [
        ("/nowhere/program", 127, "there is no such program"),
        ("bowout-no-such-program", 127, "there is no such program"),
        ("/etc/passwd", 126, "ermission denied"),
        ("/", 126, "ermission denied"),
    ];
    for (program, code, words) in cases {
        let (ended, said) = stderr_of(Command::new(bowout_path()).args(["run", program]));
        assert_eq!(ended, Some(code), "{said}");
        assert!(
            said.contains(program) && said.contains(words) && said.lines().count() == 1,
            "{said}"
        );
    }
}

#[test]
fn bad_input_is_one_line_and_code_2_and_nothing_is_run() {
    let cases: [&[&str]; 12] = [
        &[],
        &["--"],
        &["--no-such-option", "echo", "run"],
        &["--timeout"],
        &["--timeout", "soon", "echo", "run"],
        &["--timeout", "-1", "echo", "run"],
        &["--plan", "TERM//KILL", "echo", "run"],
        &["--plan", "TERM/1s/KILL", "--kill-after", "1", "echo", "run"],
        &["--map", "TERM", "echo", "run"],
        &["--map", "KILL=TERM", "echo", "run"],
        &["--forward", "nobody", "echo", "run"],
        &["--success-exit", "many", "echo", "run"],
    ];
    for args in cases {
        let output = Command::new(bowout_path())
            .arg("run")
            .args(args)
            .output()
            .expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn some_ends_can_count_as_success() {
    let cases = [
        ("-e 143", "exit 143", 0),
        ("-e 143", "kill -TERM $$", 0),
        ("--success-exit SIGTERM", "kill -TERM $$", 0),
        ("--success-exit TERM", "exit 143", 0),
        ("-e 3,INT -e 4", "exit 4", 0),
        ("-e 3,INT -e 4", "exit 5", 5),
    ];
    for (options, text, code) in cases {
        assert_eq!(finish(options, text).0, Ended::Code(code), "{options} {text}");
    }
    assert_eq!(finish("-e 15", "kill -TERM $$").0, Ended::Signal(libc::SIGTERM));
}

#[test]
fn by_itself_it_says_nothing() {
    let (code, said) = stderr_of(&mut script("", "exit 3"));
    assert_eq!((code, said.as_str()), (Some(3), ""));
}
