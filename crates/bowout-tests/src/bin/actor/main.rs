//! The program that the tests start. Its first argument is a scenario; it reports on standard output, a line an event.

mod asynchronous;
mod installing;
mod listeners;
#[cfg(unix)]
mod posix;

use std::io::Write;

fn main() {
    let scenario = std::env::args().nth(1).unwrap_or_default();
    let found = listeners::find(&scenario)
        .or_else(|| installing::find(&scenario))
        .or_else(|| asynchronous::find(&scenario));
    #[cfg(unix)]
    let found = found.or_else(|| posix::find(&scenario));
    match found {
        Some(play) => play(),
        None => panic!("no scenario {scenario:?}"),
    }
}

/// Reports a line at once.
fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}");
    let _ = stdout.flush();
}
