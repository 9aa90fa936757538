use super::{program, run};

/// Each with a process that must not be touched.
const WRONG: [(&str, &str); 46] = [
    ("stop PID 0", "process group"),
    ("stop PID -1", "every process there is"),
    ("stop PID -- -1", "every process there is"),
    ("stop PID -5", "write --signal TRAP"),
    ("stop PID -9", "write --signal KILL"),
    ("stop PID -1234", "write --group 1234"),
    ("stop PID -- -5", "write --group 5"),
    ("stop PID --plan KILL --no-force", "--no-force leaves nothing"),
    ("stop PID 4294967296", "so large a number"),
    ("stop PID 99999999999999999999", "so large a number"),
    ("stop PID nginx", "write --name nginx"),
    ("stop PID :8080", "write --port 8080"),
    ("stop PID /run/x.pid", "write --pidfile /run/x.pid"),
    ("stop PID 8o8o", "a process id is a number"),
    ("stop PID PID:", "start time"),
    ("stop PID --plan TERM/KILL", "stands where a wait must"),
    ("stop PID --plan TREM/1s", "did you mean TERM"),
    ("stop PID --plan TERM/3s/KILL/2s/INT", "let KILL be the last"),
    (
        "stop PID --plan KILL/5s/TERM --no-force --grace .2",
        "let KILL be the last",
    ),
    ("stop PID --plan TERM/soon", "\"soon\" is no duration"),
    ("stop PID --grace 1x", "is no duration"),
    ("stop PID --grace -1", "is no duration"),
    ("stop PID --allow everybody", "everybody"),
    ("stop PID --frobnicate", "--frobnicate"),
    ("stop --all", "no process is named"),
    ("stop PID --name=", "--name needs a value"),
    ("stop PID --unit=", "--unit needs a value"),
    ("stop PID --unit ../x", "\"../x\" is no unit"),
    ("signal TERM PID --service=", "--service needs a value"),
    ("stop PID --socket @", "\"@\" is no socket"),
    ("inspect PID --socket=", "--socket needs a value"),
    ("stop PID --port 0", "is no port"),
    ("stop PID --port http", "is no port"),
    ("stop PID --command-line (", "is no regular expression: unclosed group"),
    ("stop PID --all --command-line .*", "would match every command line"),
    ("stop PID --all --command-line=", "would match every command line"),
    ("signal TREM PID", "did you mean TERM"),
    ("signal TERM PID 0", "process group"),
    ("signal -9 PID", "without the dash"),
    ("signal PID TERM", "write bowout signal TERM PID"),
    ("signal -s TERM PID", "write TERM itself"),
    ("signal TERM PID -5", "write --group 5"),
    ("signal TERM PID -- -1", "every process there is"),
    ("signal TERM --group 0", "is no process group"),
    ("inspect PID 0", "process group"),
    ("inspect", "no process is named"),
];

#[test]
fn what_makes_no_sense_touches_nothing() {
    let mut target = program("well-behaved");
    let pid = target.pid().to_string();
    let of_target = |text: &str| text.replace("PID", &pid);
    for (line, why) in WRONG {
        let ran = run(&of_target(line));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{line}: {ran:?}");
        assert!(ran.stderr.contains(&of_target(why)), "{line}: {ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{line}: {ran:?}");
        assert!(ran.stderr.starts_with("bowout: "), "{line}: {ran:?}");
    }
    assert!(target.is_alive());
    assert_eq!(run(&format!("stop {}", target.pid())).code, Some(0));
    let heard = target.rest().iter().filter(|line| line.starts_with("heard")).count();
    assert_eq!(heard, 1, "nobody had asked before");
}

#[test]
fn an_argument_commands_no_terminal() {
    let ran = super::finish(super::bowout("stop").arg("5\x1b[2J\n"));
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    assert!(!ran.stderr.contains('\x1b'), "{ran:?}");
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
    for verb in ["stop", "signal", "inspect"] {
        let ran = run(&format!("{verb} --help"));
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(
            ran.stdout.contains("Examples:") && ran.stdout.contains("Exit codes:"),
            "{ran:?}"
        );
        assert!(ran.stdout.contains("means whoever is meant by either"), "{ran:?}");
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
    assert_eq!(run("help").stdout, ran_help("--help"));
    for verb in ["stop", "run"] {
        assert_eq!(run(&format!("help {verb}")).stdout, ran_help(&format!("{verb} --help")));
    }
}

fn ran_help(line: &str) -> String {
    let ran = run(line);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    ran.stdout
}
