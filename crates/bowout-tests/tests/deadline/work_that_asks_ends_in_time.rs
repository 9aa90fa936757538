use std::time::{Duration, Instant};

use bowout::deadline::{self, Elapsed};

#[test]
fn a_loop_that_asks_ends_at_the_deadline() {
    let (began, limit) = (Instant::now(), Duration::from_millis(30));
    let mut rounds = 0u64;
    let outcome = deadline::within(limit, |scope| -> Result<(), Elapsed> {
        loop {
            scope.check()?;
            rounds += 1;
        }
    });
    assert_eq!(outcome.unwrap_err().deadline().limit(), limit);
    assert!(began.elapsed() >= limit && rounds > 0);
}

#[test]
fn a_sleep_is_cut_short_by_the_deadline() {
    let outcome = deadline::within(Duration::from_millis(30), |scope| {
        scope.sleep(Duration::from_secs(3_600))
    });
    assert!(outcome.is_err());
}

#[test]
fn work_that_comes_too_late_is_not_done_in_time_whatever_it_says() {
    let outcome = deadline::within(Duration::from_millis(10), |_| {
        std::thread::sleep(Duration::from_millis(20));
        "done"
    });
    assert!(outcome.is_err());
}

#[test]
fn code_deep_down_finds_the_deadline() {
    fn deep_down() -> Result<(), Elapsed> {
        deadline::current().sleep(Duration::MAX)
    }
    assert!(deadline::within(Duration::from_millis(10), |_| deep_down()).is_err());
}
