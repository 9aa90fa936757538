use bowout::stop::Outcome;

use super::start;

/// The group is asked at once, and its leader reaps the others before anybody looks at them.
#[test]
fn even_if_he_was_gone_at_once() {
    const CHILDREN: usize = 40;
    for _ in 0..5 {
        let mut words = vec!["family", "reaps-at-once"];
        words.extend(["sleeper"; CHILDREN]);
        let mut started = start(&words);
        let mut ready = 0;
        while ready <= CHILDREN {
            ready += usize::from(started.line() == "ready");
        }
        let reports = started.child.stop(&"TERM/30s".parse().unwrap()).unwrap();
        assert_eq!(reports.len(), CHILDREN + 1);
        let was_stopped = |report: &bowout::stop::Report| report.outcome == Outcome::Stopped;
        assert!(reports.iter().all(was_stopped), "{reports:?}");
    }
}
