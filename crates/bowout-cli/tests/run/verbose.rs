use super::{script, stderr_of};

#[test]
fn it_says_what_happens() {
    let (code, said) = stderr_of(&mut script(
        "-v -t 2s --plan TERM/100ms/KILL",
        "trap '' TERM; while :; do sleep 0.02; done",
    ));
    assert_eq!(code, Some(124));
    let heads: Vec<&str> = said.lines().collect();
    assert!(heads[0].starts_with("bowout: started "), "{said}");
    assert_eq!(
        heads[1..],
        ["bowout: the time is over", "bowout: TERM sent", "bowout: KILL sent"]
    );
}

#[test]
fn without_that_only_what_somebody_has_to_know() {
    let (_, said) = stderr_of(&mut script("-t 100ms", "sleep 1000"));
    assert_eq!(said, "bowout: the time is over\n");
    let (_, said) = stderr_of(&mut script("-q -t 100ms", "sleep 1000"));
    assert_eq!(said, "");
}

/// A sandbox can keep bowout from adopting them.
#[cfg(target_os = "linux")]
#[test]
fn that_orphans_are_lost_is_said() {
    let run = |options: &str| {
        let mut command = std::process::Command::new(bowout_tests::actor_path());
        command.arg("adopts-nobody-and-becomes").arg(super::bowout_path());
        command.arg("run").args(options.split_whitespace());
        stderr_of(command.args(["--", "sh", "-c", "sleep 1000 & exit 3"]))
    };
    let (code, said) = run("");
    assert_eq!(code, Some(3));
    assert!(
        said.contains("orphans do not come") && said.lines().count() == 1,
        "{said}"
    );
    assert_eq!(run("-q"), (Some(3), String::new()));
}
