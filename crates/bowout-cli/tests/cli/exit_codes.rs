use super::{NOBODY, program, run};

#[test]
fn nothing_matched() {
    let ran = run(&format!("stop {}", NOBODY));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("no process has the number"), "{ran:?}");
}

#[test]
fn who_was_gone_before_does_not_count() {
    let target = program("well-behaved");
    let ran = run(&format!("stop {} {}", NOBODY, target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("stopped after"), "{ran:?}");
    assert!(ran.stderr.contains("no process has the number"), "{ran:?}");
}

#[test]
fn some_and_not_others() {
    let (good, mut stubborn) = (program("well-behaved"), program("stubborn"));
    let ran = run(&format!(
        "stop {} {} --plan TERM/1500ms --json",
        good.pid(),
        stubborn.pid()
    ));
    assert_eq!(ran.code, Some(64), "{ran:?}");
    let document = ran.json();
    assert_eq!(document["exit_code"], 64);
    assert_eq!(document["processes"][0]["outcome"], "stopped");
    assert_eq!(document["processes"][1]["outcome"], "survived");
    assert!(stubborn.is_alive());
}

#[cfg(target_os = "linux")]
#[test]
fn what_could_not_be_written_is_no_success() {
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("Linux has it")
    };
    for line in [
        "signals",
        "signal --list",
        "signal --list TERM KILL",
        "man stop",
        "completions bash",
        "--help",
        "stop --help",
        "run --help",
        "--version",
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bowout"));
        let output = command.args(line.split(' ')).stdout(full()).output().expect("it runs");
        assert_eq!(output.status.code(), Some(125), "{line}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("cannot write to standard output"), "{line}: {said}");
        assert_eq!(said.lines().count(), 1, "{line}: {said}");
    }
}
