use std::time::{Duration, Instant};

use bowout_tests::{Actor, Gate, PATIENCE, actor};

fn threads(actor: &Actor) -> Vec<std::path::PathBuf> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", actor.pid())).unwrap();
    tasks.map(|task| task.unwrap().path()).collect()
}

/// How often all threads went to sleep.
fn sleeps(actor: &Actor) -> u64 {
    let of_thread = |task: std::path::PathBuf| {
        let status = std::fs::read_to_string(task.join("status")).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.unwrap().trim().parse::<u64>().unwrap()
    };
    threads(actor).into_iter().map(of_thread).sum()
}

#[test]
fn the_thread_goes_away_when_nothing_is_pending() {
    let mut command = actor("deadline-passed");
    let _gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    let patience = Instant::now() + PATIENCE;
    while threads(&actor).len() > 1 {
        assert!(Instant::now() < patience, "a thread stays");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_deadline_that_is_far_off_wakes_nobody() {
    let mut command = actor("deadline-pending");
    let _gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    // Until both have settled, and then for a second.
    let mut before = sleeps(&actor);
    let patience = Instant::now() + PATIENCE;
    loop {
        std::thread::sleep(Duration::from_secs(1));
        let after = sleeps(&actor);
        if after == before {
            break;
        }
        assert!(Instant::now() < patience, "they never sleep for a whole second");
        before = after;
    }
    assert_eq!(threads(&actor).len(), 2);
}
