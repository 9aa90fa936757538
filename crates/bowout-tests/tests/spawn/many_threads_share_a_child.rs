use std::sync::Barrier;

use super::ready;

/// shared_child's promise, kept for trees.
#[test]
fn waiting_asking_and_forcing_at_once() {
    for _ in 0..10 {
        let started = ready("sleeper");
        let (child, barrier) = (&started.child, Barrier::new(12));
        std::thread::scope(|scope| {
            let at_once = |work: Box<dyn FnOnce() + Send>| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    work();
                });
            };
            for _ in 0..4 {
                at_once(Box::new(|| assert!(!child.wait().unwrap().success())));
                at_once(Box::new(|| child.kill().unwrap()));
                // Windows has no route to a program that does nothing for it; that is an error, but never a wrong process.
                at_once(Box::new(|| {
                    let asked = child.terminate();
                    assert!(asked.is_ok() || cfg!(windows), "{asked:?}");
                }));
            }
        });
    }
}

#[test]
#[cfg(target_os = "linux")]
fn nobody_who_gets_its_number_is_hit() {
    use bowout_tests::{Actor, actor, skip};
    for (cycles, how) in [("100", "with-pidfd"), ("50", "without-pidfd")] {
        let mut reuse = Actor::start(actor("reuse-of-children").args([cycles, how]));
        let told = reuse.rest().join("\n");
        if told.starts_with("cannot") {
            return skip(&told);
        }
        assert_eq!(told, format!("cycles {cycles} wrong 0"), "{how}");
    }
}
