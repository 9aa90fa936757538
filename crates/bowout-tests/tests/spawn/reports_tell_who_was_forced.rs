use super::start;

/// The group is killed at once, and most are gone before anybody looks at them.
#[test]
fn even_if_he_was_gone_at_once() {
    const CHILDREN: usize = 40;
    let mut words = vec!["family", "sleeper"];
    words.extend(["sleeper"; CHILDREN]);
    let mut started = start(&words);
    let mut ready = 0;
    while ready <= CHILDREN {
        ready += usize::from(started.line() == "ready");
    }
    let reports = started.child.stop(&"KILL/30s".parse().unwrap()).unwrap();
    assert_eq!(reports.len(), CHILDREN + 1);
    assert!(reports.iter().all(bowout::stop::Report::was_forced), "{reports:?}");
}
