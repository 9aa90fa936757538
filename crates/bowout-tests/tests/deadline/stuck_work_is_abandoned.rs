use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use bowout::deadline::{self, Deadline};
use bowout_tests::PATIENCE;

#[test]
fn the_caller_goes_on_in_time_and_the_thread_is_left_behind() {
    let (release, released) = channel::<()>();
    let (end, ended) = channel();
    let (began, limit) = (Instant::now(), Duration::from_millis(30));
    let outcome = deadline::abandon_after(limit, move |scope| {
        let _ = released.recv();
        end.send(scope.is_over()).unwrap();
    });
    assert_eq!(outcome.unwrap().unwrap_err().deadline().limit(), limit);
    assert!(began.elapsed() >= limit);
    assert!(ended.try_recv().is_err(), "it is still at it");
    drop(release);
    assert_eq!(ended.recv_timeout(PATIENCE), Ok(true), "and knows that it is late");
}

#[test]
fn work_that_is_done_in_time_gives_its_value_or_its_panic() {
    assert_eq!(deadline::abandon_after(PATIENCE, |_| 42).unwrap(), Ok(42));
    assert_eq!(deadline::abandon_after(Duration::MAX, |_| 42).unwrap(), Ok(42));
    let panicked = std::panic::catch_unwind(|| deadline::abandon_after(PATIENCE, |_| panic!("the work fails")));
    assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"the work fails"));
}

#[test]
fn the_deadline_around_it_counts_there_too() {
    let outcome = deadline::within(Duration::from_millis(20), |outer| {
        let deadline = outer.deadline();
        let inner = deadline::abandon_after(PATIENCE, move |scope| {
            assert_eq!((scope.deadline(), deadline::current()), (deadline, deadline));
            scope.sleep(Duration::MAX)
        });
        assert_eq!(inner.unwrap().unwrap_err().deadline(), deadline);
    });
    assert!(outcome.is_err());
    assert_eq!(deadline::current(), Deadline::after(Duration::MAX));
}
