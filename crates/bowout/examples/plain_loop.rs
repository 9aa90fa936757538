//! A program that works in rounds and sleeps in between.
//!
//! ```console
//! $ cargo run --example plain_loop          # a round every 3 seconds
//! $ cargo run --example plain_loop 1h
//! ```
//!
//! Press Ctrl-C, send SIGTERM, or close the terminal. During the sleep the program leaves at once, during a round after the step
//! that it is at. Its cleanup runs, and the shell sees which signal ended it: `echo $?` says 130 after Ctrl-C, 143 after SIGTERM.

use std::error::Error;
use std::thread;
use std::time::Duration;

use bowout::listen::Handle;

fn main() -> Result<(), Box<dyn Error>> {
    // First of all: whatever asks from here on is heard.
    let shutdown = bowout::listen()?;
    shutdown.cleanup("goodbye", || println!("cleaned up"));

    let interval = std::env::args().nth(1).unwrap_or_else(|| "3s".to_owned());
    let interval = bowout::duration::parse(&interval)?;
    println!("a round every {}", bowout::duration::display(interval));

    while shutdown.sleep(interval).is_ok() {
        round(&shutdown);
    }
    shutdown.leave()
}

/// Long enough that nobody wants to wait for its end.
fn round(shutdown: &Handle) {
    for step in 1..=50 {
        if shutdown.is_requested() {
            return;
        }
        println!("step {step} of 50");
        thread::sleep(Duration::from_millis(100)); // a step that must not be cut short
    }
}
