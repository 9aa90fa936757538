//! `signal --probe`, which `kill -0` is.

use super::{NOBODY, program, run};

#[test]
fn it_tells_who_is_there_and_sends_nothing() {
    let mut target = program("well-behaved");
    for line in ["signal --probe", "signal -0", "signal 0"] {
        let ran = run(&format!("{line} {}", target.pid()));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{line}: {ran:?}");
        assert!(
            ran.stdout.contains(": is there, and can be signalled by"),
            "{line}: {ran:?}"
        );
    }
    let ran = run(&format!("signal --probe {} --json", target.pid()));
    let document = ran.json();
    assert_eq!(document["dry_run"], true);
    assert_eq!(document["processes"][0]["outcome"], "reachable");
    assert_eq!(document["processes"][0]["signal"], serde_json::Value::Null);
    assert!(target.is_alive());
    // Had it heard anything, this would be its second request.
    assert_eq!(run(&format!("stop {}", target.pid())).code, Some(0));
    let heard = target.rest().iter().filter(|line| line.starts_with("heard")).count();
    assert_eq!(heard, 1);
}

#[test]
fn exit_codes_are_those_of_signal() {
    let target = program("well-behaved");
    assert_eq!(run(&format!("signal --probe {NOBODY}")).code, Some(1));
    let ran = run(&format!("signal --probe {}", std::process::id()));
    assert_eq!(ran.code, Some(3), "a parent is spared: {ran:?}");
    assert_eq!(run(&format!("signal --probe {NOBODY} {}", target.pid())).code, Some(64));
    let ran = run(&format!("signal --quiet --probe {}", target.pid()));
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(run("signal --probe --name bowout-nobody-has-this").code, Some(1));
    assert_eq!(run("signal --probe").code, Some(2), "nobody is named");
}

#[cfg(unix)]
#[test]
fn what_belongs_to_another_user_is_there_and_not_ours() {
    let target = program("well-behaved");
    let Some(ran) = super::run_as_nobody(&format!("signal --probe {}", target.pid())) else {
        return;
    };
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{ran:?}");
    assert!(
        ran.stderr.contains("cannot be signalled: signal: no permission"),
        "{ran:?}"
    );
}
