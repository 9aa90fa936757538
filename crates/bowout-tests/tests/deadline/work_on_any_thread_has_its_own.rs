use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use bowout::deadline::{self, Deadline};
use bowout_tests::PATIENCE;

#[test]
fn a_hundred_threads_are_each_called_at_their_own_time() {
    let threads: Vec<_> = (0..100)
        .map(|number| {
            std::thread::spawn(move || {
                // Not in order, and many at once.
                let limit = Duration::from_millis(20 + number * 37 % 10 * 10);
                let (began, (ring, rung)) = (Instant::now(), channel());
                let outcome = deadline::within(limit, |scope| {
                    scope.on_elapsed(move || ring.send(Instant::now()).unwrap()).unwrap();
                    rung.recv_timeout(PATIENCE).unwrap()
                });
                assert_eq!(outcome.unwrap_err().deadline().limit(), limit);
                assert!(began.elapsed() >= limit);
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_deadline_can_be_handed_to_another_thread() {
    let outcome = deadline::within(Duration::from_millis(30), |scope| {
        let deadline = scope.deadline();
        let helper = std::thread::spawn(move || {
            assert_eq!(
                deadline::current(),
                Deadline::after(Duration::MAX),
                "a thread starts without one"
            );
            // Bounded by what was handed over, though this limit is longer.
            deadline.run(|_| deadline::within(PATIENCE, |scope| scope.sleep(Duration::MAX)))
        });
        let ended = helper.join().unwrap().unwrap_err();
        assert_eq!(ended.deadline(), deadline);
    });
    assert!(outcome.is_err());
}
