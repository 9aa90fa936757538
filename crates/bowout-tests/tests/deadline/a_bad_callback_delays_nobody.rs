use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use bowout::deadline;
use bowout_tests::PATIENCE;

#[test]
fn a_callback_runs_while_another_one_hangs_and_after_a_third_has_panicked() {
    let (release, released) = channel::<()>();
    let everybody = Arc::new(Barrier::new(3));
    let hanging = std::thread::spawn({
        let everybody = everybody.clone();
        move || {
            deadline::within(Duration::from_millis(1), |scope| {
                let here = everybody.clone();
                let callback = move || {
                    here.wait();
                    let _ = released.recv();
                };
                scope.on_elapsed(callback).unwrap();
                everybody.wait();
            })
        }
    });
    everybody.wait();
    for _ in 0..10 {
        let (ring, rung) = channel();
        let outcome = deadline::within(Duration::from_millis(1), |scope| {
            scope.on_elapsed(|| panic!("a callback fails, on purpose")).unwrap();
            scope.on_elapsed(move || ring.send(()).unwrap()).unwrap();
            rung.recv_timeout(PATIENCE).unwrap();
        });
        assert!(outcome.is_err());
    }
    assert!(!hanging.is_finished(), "the work waits for its callback");
    drop(release);
    assert!(hanging.join().unwrap().is_err());
}
