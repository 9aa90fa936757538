use super::{program, run};

/// Each with a process that must not be touched.
const WRONG: [(&str, &str); 23] = [
    ("stop PID 0", "process group"),
    ("stop PID -1", "process group"),
    ("stop PID -- -1", "process group"),
    ("stop PID 4294967296", "so large a number"),
    ("stop PID 99999999999999999999", "so large a number"),
    ("stop PID nginx", "a process id is a number"),
    ("stop PID PID:", "start time"),
    ("stop PID --plan TERM/KILL", "stands where a wait must"),
    ("stop PID --plan TREM/1s", "did you mean TERM"),
    ("stop PID --plan TERM/soon", "\"soon\" is no duration"),
    ("stop PID --grace 1x", "is no duration"),
    ("stop PID --grace -1", "is no duration"),
    ("stop PID --allow everybody", "everybody"),
    ("stop PID --frobnicate", "--frobnicate"),
    ("stop --all", "required"),
    ("stop PID --port 0", "is no port"),
    ("stop PID --port http", "is no port"),
    ("stop PID --command-line (", "is no regular expression: unclosed group"),
    ("stop PID --all --command-line .*", "would match every command line"),
    ("stop PID --all --command-line=", "would match every command line"),
    ("signal TREM PID", "did you mean TERM"),
    ("signal TERM PID 0", "process group"),
    ("signal -9 PID", "unknown signal"),
];

#[test]
fn what_makes_no_sense_touches_nothing() {
    let mut target = program("well-behaved");
    for (line, why) in WRONG {
        let ran = run(&line.replace("PID", &target.pid().to_string()));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{line}: {ran:?}");
        assert!(ran.stderr.contains(why), "{line}: {ran:?}");
    }
    assert!(target.is_alive());
    assert_eq!(run(&format!("stop {}", target.pid())).code, Some(0));
    let heard = target.rest().iter().filter(|line| line.starts_with("heard")).count();
    assert_eq!(heard, 1, "nobody had asked before");
}

#[test]
fn a_bad_value_is_told_in_one_line() {
    for line in [
        "stop 0",
        "stop 5 --plan TERM/KILL",
        "stop 5 --grace x",
        "signal TREM 5",
        "stop --command-line (",
    ] {
        let ran = run(line);
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
        assert!(ran.stderr.starts_with("bowout: "), "{ran:?}");
    }
}

#[test]
fn a_signal_that_this_system_lacks_is_found_before_anything_is_sent() {
    let foreign = if cfg!(windows) { "HUP" } else { "BREAK" };
    let mut target = program("well-behaved");
    for line in [
        format!("stop {} --plan TERM/0/{foreign}", target.pid()),
        format!("signal {foreign} {}", target.pid()),
    ] {
        let ran = run(&line);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("cannot be sent on this system"), "{ran:?}");
    }
    assert!(target.is_alive());
}

#[test]
fn help_has_examples_and_exit_codes() {
    for verb in ["stop", "signal"] {
        let ran = run(&format!("{verb} --help"));
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(
            ran.stdout.contains("Examples:") && ran.stdout.contains("Exit codes:"),
            "{ran:?}"
        );
    }
    for verb in ["signals", "demo"] {
        assert!(run(&format!("{verb} --help")).stdout.contains("Examples:"));
    }
    let ran = run("--help");
    assert!(
        ran.stdout.contains("stop") && !ran.stdout.contains("demo-program"),
        "{ran:?}"
    );
    assert_eq!(run("").code, Some(2));
    assert!(run("--version").stdout.starts_with("bowout "));
}
