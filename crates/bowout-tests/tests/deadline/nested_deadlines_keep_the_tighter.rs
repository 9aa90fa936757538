use std::time::Duration;

use bowout::deadline::{self, Deadline};
use bowout_tests::PATIENCE;

#[test]
fn the_outer_one_ends_the_inner_work_and_the_error_names_it() {
    let outcome = deadline::within(Duration::from_millis(20), |outer| {
        for _ in 0..3 {
            let inner = deadline::within(PATIENCE, |middle| {
                assert_eq!(middle.deadline(), outer.deadline());
                deadline::within(2 * PATIENCE, |inner| inner.sleep(Duration::MAX))
            });
            assert_eq!(inner.unwrap_err().deadline(), outer.deadline());
        }
    });
    assert!(outcome.is_err());
}

#[test]
fn the_inner_one_ends_the_inner_work_only() {
    let outcome = deadline::within(PATIENCE, |outer| {
        let tries = (1..=3).map(|_| {
            let limit = Duration::from_millis(5);
            let elapsed = deadline::within(limit, |inner| inner.sleep(Duration::MAX)).unwrap_err();
            assert_eq!(elapsed.deadline().limit(), limit);
            assert_ne!(elapsed.deadline(), outer.deadline());
        });
        assert_eq!(tries.count(), 3);
        outer.check()
    });
    assert_eq!(outcome, Ok(Ok(())));
}

#[test]
fn a_deadline_that_is_made_inside_is_bounded_too() {
    let inside = deadline::within(PATIENCE, |outer| (outer.deadline(), Deadline::after(Duration::MAX))).unwrap();
    assert_eq!(inside.0, inside.1);
    assert_eq!(deadline::current().instant(), None, "and it is over with the work");
}

#[test]
fn callbacks_of_both_run() {
    let (ring, rung) = std::sync::mpsc::channel();
    let outcome = deadline::within(Duration::from_millis(20), |outer| {
        let outer_ring = ring.clone();
        outer.on_elapsed(move || outer_ring.send("outer").unwrap()).unwrap();
        let inner = deadline::within(PATIENCE, |inner| {
            inner.on_elapsed(move || ring.send("inner").unwrap()).unwrap();
            let mut both = [
                rung.recv_timeout(PATIENCE).unwrap(),
                rung.recv_timeout(PATIENCE).unwrap(),
            ];
            both.sort_unstable();
            assert_eq!(both, ["inner", "outer"]);
        });
        assert!(inner.is_err());
    });
    assert!(outcome.is_err());
}
