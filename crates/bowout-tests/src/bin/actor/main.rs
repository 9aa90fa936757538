//! The program that the tests start. Its first argument is a scenario; it reports on standard output, a line an event.

mod listeners;

use std::io::Write;

fn main() {
    let scenario = std::env::args().nth(1).unwrap_or_default();
    if let Some(play) = listeners::find(&scenario) {
        play();
    } else {
        panic!("no scenario {scenario:?}");
    }
}

/// Reports a line at once.
fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}");
    let _ = stdout.flush();
}
