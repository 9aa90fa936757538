use std::process::{Command, Stdio};

use super::{bowout_path, finish};

/// What the kernel tells of a process's signals, of one that is started by bowout and of one that is not.
#[test]
#[cfg(target_os = "linux")]
fn nothing_is_blocked_or_ignored_that_was_not_before() {
    let status = ["grep", "Sig[BIC]", "/proc/self/status"];
    for nohup in [&[][..], &["nohup"]] {
        let words = |with: &[&str]| {
            let line: Vec<&str> = nohup.iter().chain(with).chain(&status).copied().collect();
            let mut command = Command::new(line[0]);
            command.args(&line[1..]).stdin(Stdio::null());
            bowout_tests::sys::set_apart(&mut command);
            String::from_utf8(command.output().expect("it runs").stdout).expect("text")
        };
        let bowout = bowout_path();
        let bowout = bowout.to_str().expect("text");
        assert_eq!(words(&[bowout, "run", "--"]), words(&[]), "{nohup:?}");
    }
}

#[test]
fn it_leads_a_group_of_its_own() {
    let (_, said) = finish(
        "",
        "ps -o pid=,pgid= -p $$ | tr -s ' ' '\\n' | grep . | sort -u | wc -l | tr -d ' '",
    );
    assert_eq!(said, ["1"]);
}

#[test]
fn arguments_and_environment_are_as_they_were() {
    let mut command = Command::new(bowout_path());
    command.args([
        "run",
        "sh",
        "-c",
        "printf '%s|' \"$@\" \"$WORD\"",
        "sh",
        "-v",
        "--",
        "",
        "a b",
    ]);
    let output = command.env("WORD", "hello").output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "-v|--||a b|hello|");
}

#[test]
#[cfg(target_os = "linux")]
fn no_descriptor_comes_with_it() {
    let list = "ls /proc/self/fd | wc -l";
    let plain = Command::new("sh")
        .args(["-c", list])
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    assert_eq!(finish("", list).1, [String::from_utf8_lossy(&plain.stdout).trim()]);
}
