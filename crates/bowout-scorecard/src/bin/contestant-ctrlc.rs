//! ctrlc with the feature `termination`, as its README and its example for a second Ctrl-C show it.

use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use bowout_scorecard::{Next, Scene, Work};

fn main() {
    let work = Work::begin();
    let (tx, rx) = channel();
    let presses = AtomicUsize::new(0);
    ctrlc::set_handler(move || {
        if presses.fetch_add(1, Ordering::SeqCst) == 0 {
            work.asked(None, None);
            tx.send(()).expect("Could not send signal on channel.");
        } else {
            process::exit(1);
        }
    })
    .expect("Error setting Ctrl-C handler");
    match work.scene() {
        Scene::Drops | Scene::ListensAgain => work.cannot("a handler stays for the life of the program"),
        Scene::AsyncCleanup | Scene::AsyncCleanupHangs => work.makes_no_sense("it is not for async programs"),
        _ => {}
    }

    let _first = work.guard("first");
    let _second = work.guard("second");
    let _third = work.guard("third");
    let pieces: Vec<_> = (0..work.pieces()).map(|_| thread::spawn(move || piece(work))).collect();
    if work.run() == Next::Return {
        return;
    }
    rx.recv().expect("Could not receive from channel.");
    for piece in pieces {
        piece.join().expect("it does not panic");
    }
    work.drain();
}

fn piece(work: Work) {
    thread::sleep(Work::PIECE);
    work.end_piece();
}
