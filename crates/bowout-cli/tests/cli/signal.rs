use super::{NOBODY, TERM_ROUTE, program, run};

#[test]
fn it_sends_one_signal_and_tells_the_route() {
    let mut target = program("well-behaved");
    let ran = run(&format!("signal sigterm {}", target.pid()));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.contains(&format!("TERM sent by {TERM_ROUTE}")), "{ran:?}");
    let said = target.rest();
    assert!(said[0].starts_with("heard "), "{said:?}");
}

#[test]
fn exit_codes_of_signal() {
    assert_eq!(run(&format!("signal TERM {}", NOBODY)).code, Some(1));
    assert_eq!(run(&format!("signal TERM {}", std::process::id())).code, Some(3));
    let target = program("well-behaved");
    let ran = run(&format!("signal TERM {} {} --json", NOBODY, target.pid()));
    assert_eq!(ran.code, Some(64), "one did not get it: {ran:?}");
    let document = ran.json();
    assert_eq!(document["processes"][0]["outcome"], "no_such_process");
    assert_eq!(document["processes"][1]["outcome"], "sent");
    assert_eq!(document["processes"][1]["route"], TERM_ROUTE);
    assert_eq!(document["processes"][1]["attempts"][0]["route"], TERM_ROUTE);
    assert_eq!(
        document["processes"][1]["attempts"][0]["closed"],
        serde_json::Value::Null
    );
}
