use super::{NOBODY, TERM_ROUTE, program, run};

#[test]
fn it_tells_the_routes_and_sends_nothing() {
    let mut target = program("well-behaved");
    let ran = run(&format!("stop --dry-run {} --plan TERM/3s/KILL/1s", target.pid()));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.starts_with(&format!("{}:", target.pid())), "{ran:?}");
    assert!(ran.stdout.contains("TERM, wait 3s"), "{ran:?}");
    assert!(ran.stdout.contains(TERM_ROUTE), "{ran:?}");
    assert!(ran.stdout.contains("KILL, wait 1s"), "{ran:?}");
    assert!(target.is_alive());
    // Had it heard anything, this would be its second request.
    assert_eq!(run(&format!("stop {}", target.pid())).code, Some(0));
    let heard = target.rest().iter().filter(|line| line.starts_with("heard")).count();
    assert_eq!(heard, 1);
}

#[test]
fn as_json_too() {
    let mut target = program("stubborn");
    let ran = run(&format!("stop --dry-run --json {} {}", target.pid(), NOBODY));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document = ran.json();
    assert_eq!(
        (&document["schema_version"], &document["dry_run"]),
        (&1.into(), &true.into())
    );
    let process = &document["processes"][0];
    assert_eq!(process["outcome"], "would_ask");
    assert_eq!(process["stages"][0]["signal"], "TERM");
    assert_eq!(process["stages"][0]["wait_ms"], 10_000.0);
    assert_eq!(process["stages"][0]["route"], TERM_ROUTE);
    assert_eq!(document["processes"][1]["outcome"], "no_such_process");
    assert!(target.is_alive());
}

#[test]
fn refusals_are_seen_beforehand() {
    let ran = run(&format!("stop --dry-run {}", std::process::id()));
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("--allow ancestor"), "{ran:?}");
}

#[test]
fn grace_takes_the_place_of_the_first_wait() {
    let target = program("stubborn");
    let plan = |args: &str| run(&format!("stop --dry-run --json {} {args}", target.pid())).json()["plan"].clone();
    assert_eq!(plan("--grace 1m30s"), "TERM/1m30s/KILL");
    assert_eq!(plan("--plan INT/5s/TERM/2s/KILL --grace .5"), "INT/500ms/TERM/2s/KILL");
    assert_eq!(plan("--plan TERM --grace inf"), "TERM/inf");
}
