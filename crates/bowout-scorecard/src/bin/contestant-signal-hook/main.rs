//! signal-hook, as its documentation shows it: a second request ends the program, the iterator tells what came from whom,
//! and the default action comes last.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

use std::thread;

use bowout_scorecard::{Next, Scene, Work};
use signal_hook::low_level::emulate_default_handler;

fn main() {
    let work = Work::begin();
    if let Some(signal) = live(work) {
        emulate_default_handler(signal).expect("it is known");
    }
}

/// The program's life; what ended it, if it was a signal. Whatever it has is dropped when this returns.
fn live(work: Work) -> Option<i32> {
    if let Scene::AsyncCleanup | Scene::AsyncCleanupHangs = work.scene() {
        work.makes_no_sense("it is not for async programs");
    }
    let mut signals = system::listen(work);
    let _first = work.guard("first");
    let _second = work.guard("second");
    let _third = work.guard("third");
    let pieces: Vec<_> = (0..work.pieces()).map(|_| thread::spawn(move || piece(work))).collect();
    if work.run() == Next::Return {
        return None;
    }
    let signal = system::wait(work, &mut signals);
    for piece in pieces {
        piece.join().expect("it does not panic");
    }
    work.drain();
    Some(signal)
}

fn piece(work: Work) {
    thread::sleep(Work::PIECE);
    work.end_piece();
}
