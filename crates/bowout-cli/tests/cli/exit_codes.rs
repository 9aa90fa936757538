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
