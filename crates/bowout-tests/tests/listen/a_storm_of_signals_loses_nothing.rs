use bowout_tests::{actor, storm};

/// `cargo run --release -p bowout-bench -- storm` is the same with a million.
#[test]
fn every_stop_is_heard_and_every_cleanup_runs_once_or_is_taken_back() {
    let storm = storm::run(actor, 20_000);
    println!("{storm:?}");
    assert!(storm.stops > 0 && storm.ran > 0);
    if let Some((early, late)) = storm.resident {
        assert!(late < early + 8 * 1024, "{storm:?}");
    }
}
