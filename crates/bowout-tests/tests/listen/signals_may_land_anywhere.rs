use bowout_tests::{Actor, Ended, actor};

/// A handler that allocated, locked or printed would sooner or later interrupt the allocator that it calls, and hang or crash.
#[test]
fn tens_of_thousands_of_them_in_threads_that_allocate() {
    let mut actor = Actor::start(actor("signals-in-malloc").arg("40000"));
    actor.expect("ready");
    assert!(matches!(actor.ended(), Ended::Signal(_)));
}
