use bowout_tests::Actor;

use super::{KILLED, LEFT, NOBODY, Ran, TERM_ROUTE, TOLD_TO_STRANGERS, program, run};

#[test]
fn who_leaves_when_asked_is_told_in_a_line() {
    let mut target = program("well-behaved");
    let pid = target.pid();
    let ran = run(&format!("stop {pid}"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stderr, "");
    assert_eq!(ran.stdout.lines().count(), 1, "{ran:?}");
    assert!(ran.stdout.starts_with(&format!("{pid} (bowout")), "{ran:?}");
    assert!(ran.stdout.contains(": stopped after "), "{ran:?}");
    if TOLD_TO_STRANGERS {
        assert!(ran.stdout.trim_end().ends_with(LEFT), "{ran:?}");
    }
    assert!(!target.is_alive());
    assert!(target.rest().contains(&"leaving".to_owned()), "it cleaned up");
}

#[test]
fn who_does_not_is_forced_after_its_grace() {
    let mut target = program("stubborn");
    let ran = run(&format!("stop {} --grace 100ms", target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains(": stopped by force after "), "{ran:?}");
    if TOLD_TO_STRANGERS {
        assert!(ran.stdout.trim_end().ends_with(KILLED), "{ran:?}");
    }
    assert!(!target.is_alive());
}

#[test]
fn force_is_a_failure_where_that_is_asked_for() {
    let target = program("stubborn");
    let ran = run(&format!("stop {} --grace 0 --fail-if-forced", target.pid()));
    assert_eq!(ran.code, Some(4), "{ran:?}");
    let target = program("well-behaved");
    let ran = run(&format!("stop {} --fail-if-forced", target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn who_survives_the_plan_is_an_error_and_lives() {
    let mut target = program("stubborn");
    let ran = run(&format!("stop {} --plan TERM/100ms", target.pid()));
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("still alive after"), "{ran:?}");
    let last = format!("; TERM was sent last; see `bowout inspect {}`\n", target.pid());
    assert!(ran.stderr.ends_with(&last), "{ran:?}");
    assert!(target.is_alive());
}

#[test]
fn quiet_says_nothing_but_errors() {
    let good = program("well-behaved");
    let ran = run(&format!("stop -q {}", good.pid()));
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    let stubborn = program("stubborn");
    let ran = run(&format!("stop -q {} --plan TERM/0", stubborn.pid()));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""));
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
}

#[test]
fn several_are_stopped_at_once() {
    let targets: Vec<Actor> = (0..4).map(|_| program("stubborn")).collect();
    let pids: Vec<String> = targets.iter().map(|target| target.pid().to_string()).collect();
    let ran = run(&format!("stop --grace 1s --json {}", pids.join(" ")));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document = ran.json();
    for process in document["processes"].as_array().expect("a list") {
        // All were asked before the first one's grace was over, so nobody waited for anybody.
        let asked = process["steps"][0]["elapsed_ms"].as_f64().expect("a number");
        assert!(asked < 1000.0, "{process}");
        assert_eq!(process["forced"], true);
    }
}

#[test]
fn one_that_is_named_twice_is_asked_once() {
    let mut target = program("well-behaved");
    let pid = target.pid();
    let ran = run(&format!("stop {pid} {pid}"));
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(0), 1), "{ran:?}");
    let heard = target.rest().iter().filter(|line| line.starts_with("heard")).count();
    assert_eq!(heard, 1);
}

#[test]
fn json_is_one_document_in_the_order_of_the_arguments() {
    let (stubborn, good) = (program("stubborn"), program("well-behaved"));
    let ran = run(&format!(
        "stop --json --grace 500ms {NOBODY} {} {}",
        stubborn.pid(),
        good.pid()
    ));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let document = ran.json();
    assert_eq!(document["schema_version"], 1);
    assert_eq!(document["exit_code"], 0);
    assert_eq!(document["plan"], "TERM/500ms/KILL");
    let [missing, forced, left] = &document["processes"].as_array().expect("a list")[..] else {
        panic!("{document}");
    };
    assert_eq!(missing["pid"], NOBODY);
    assert_eq!(missing["outcome"], "no_such_process");
    assert_eq!(forced["pid"], stubborn.pid());
    assert_eq!(
        (&forced["outcome"], &forced["forced"]),
        (&"stopped".into(), &true.into())
    );
    assert_eq!(forced["steps"][0]["signal"], "TERM");
    assert_eq!(forced["steps"][1]["signal"], "KILL");
    assert_eq!(left["pid"], good.pid());
    assert_eq!((&left["outcome"], &left["forced"]), (&"stopped".into(), &false.into()));
    assert_eq!(left["steps"][0]["route"], TERM_ROUTE);
    assert_eq!(left["id"], format!("{}:{}", left["pid"], left["start"]));
    if cfg!(windows) {
        assert_eq!(left["exit_status"]["code"], 0xC000_013A_u32);
    } else if TOLD_TO_STRANGERS {
        assert_eq!(left["exit_status"]["name"], "TERM");
    }
}

#[test]
fn the_start_time_tells_a_process_from_a_later_one() {
    let mut target = program("well-behaved");
    let ran = run(&format!("stop {}:1", target.pid()));
    assert_eq!(ran.code, Some(1), "the one that was meant is gone: {ran:?}");
    assert!(target.is_alive());
    let id = id_of(&run(&format!("stop --dry-run --json {}", target.pid())));
    assert_eq!(run(&format!("stop {id}")).code, Some(0));
    assert!(!target.is_alive());
}

fn id_of(ran: &Ran) -> String {
    ran.json()["processes"][0]["id"].as_str().expect("text").to_owned()
}
