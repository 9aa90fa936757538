use std::collections::BTreeSet;

use bowout_tests::{Actor, example, sys};

#[test]
fn each_job_is_finished_or_reported() {
    let mut program = Actor::start(&mut example("worker_pool"));
    let mut lines = Vec::new();
    // All workers are busy, and others wait.
    while !lines.contains(&"queued 8".to_owned()) {
        lines.extend(program.next_line());
    }
    program.ask(sys::TERMINATE);
    lines.extend(program.rest());
    assert_eq!(program.ended(), sys::ends_by(sys::TERMINATE));

    let jobs = |what: &str| -> BTreeSet<u32> {
        let numbers = lines.iter().filter_map(|line| line.strip_prefix(what));
        numbers.map(|number| number.parse().expect("a number")).collect()
    };
    let (queued, begun, finished) = (jobs("queued "), jobs("begun "), jobs("finished "));
    assert_eq!(begun, finished, "{lines:#?}");
    let left: BTreeSet<u32> = queued.difference(&begun).copied().collect();
    let left: Vec<u32> = left.into_iter().collect();
    assert_eq!(lines.last(), Some(&format!("not begun: {left:?}")), "{lines:#?}");
}
