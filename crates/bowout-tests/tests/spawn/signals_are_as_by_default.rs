use super::start;

#[test]
fn whatever_the_parent_ignores_or_blocks() {
    const DEFAULTS: [&str; 5] = [
        "INT default",
        "TERM default",
        "HUP default",
        "QUIT default",
        "nothing blocked",
    ];
    let mut started = start(&["spawns-with-bad-signals"]);
    let mut report = || [(); 5].map(|()| started.line());
    assert_eq!(report(), DEFAULTS);
    assert_eq!(report(), DEFAULTS, "the second time");
    // What would have been inherited.
    let plain = report();
    assert_eq!(
        (&*plain[2], &*plain[4]),
        ("HUP ignored", "blocked [15]"),
        "by the standard library"
    );
}
