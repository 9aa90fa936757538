use super::{program, run};

#[test]
fn a_parent_is_spared_and_the_option_is_named() {
    // The tests run the command, so they are its parent.
    let ran = run(&format!("stop {}", std::process::id()));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{ran:?}");
    assert!(ran.stderr.contains("a parent of this process"), "{ran:?}");
    assert!(ran.stderr.contains("--allow ancestor"), "{ran:?}");
}

#[test]
fn who_is_spared_does_not_spare_the_others() {
    let mut target = program("well-behaved");
    let ran = run(&format!("stop --json {} {}", std::process::id(), target.pid()));
    assert_eq!(ran.code, Some(64), "{ran:?}");
    assert_eq!(ran.json()["processes"][0]["outcome"], "protected");
    assert!(!target.is_alive());
}

#[cfg(unix)]
#[test]
fn the_first_process_is_spared() {
    let ran = run("stop 1 --json");
    assert_eq!(ran.code, Some(3), "{ran:?}");
    // In a container the tests may themselves run below it.
    assert_eq!(ran.json()["processes"][0]["outcome"], "protected");
}

#[cfg(unix)]
#[test]
fn it_does_not_stop_itself() {
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "exec \"$0\" stop $$"]).arg(super::bowout_path());
    let ran = super::finish(&mut shell);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("--allow own"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn what_belongs_to_another_user_is_left_alone_and_what_to_do_is_said() {
    let mut target = program("well-behaved");
    let pid = target.pid();
    let advice = "act as its owner or as administrator";
    for (line, why) in [
        (format!("stop {pid}"), "no permission to stop it".to_owned()),
        (
            format!("signal TERM {pid}"),
            "TERM did not reach it: signal: no permission".to_owned(),
        ),
    ] {
        let Some(ran) = super::run_as_nobody(&line) else {
            return;
        };
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{ran:?}");
        assert_eq!(ran.stderr, format!("bowout: {pid} (bowout): {why}: {advice}\n"));
    }
    assert!(target.is_alive());
}

#[cfg(unix)]
#[test]
fn a_protection_is_lifted_by_its_name() {
    // The shell is the command's parent, and is stopped by it.
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "\"$0\" stop $$ --allow ancestor; exit 7"])
        .arg(super::bowout_path());
    let ran = super::finish(&mut shell);
    assert_eq!(ran.code, None, "it was ended by a signal: {ran:?}");
}
