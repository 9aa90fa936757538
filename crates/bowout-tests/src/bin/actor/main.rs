//! The program that the tests start. Its first argument is a scenario; it reports on standard output, a line an event.

mod asynchronous;
mod deadlines;
mod findable;
#[cfg(target_os = "linux")]
mod inspected;
mod installing;
mod listeners;
mod notifying;
mod orphans;
#[cfg(unix)]
mod posix;
#[cfg(unix)]
mod reentrancy;
#[cfg(target_os = "linux")]
mod sandbox;
mod spawners;
mod stoppers;
mod subscribers;
#[cfg(unix)]
mod supervised;
mod targets;
mod trees;
#[cfg(windows)]
mod windows;

use std::io::Write;

fn main() {
    // On Windows the stoppers send Ctrl-C by a helper, which is this same program.
    bowout::stop::run_helper_if_asked();
    let scenario = std::env::args().nth(1).unwrap_or_default();
    // A process with a second thread may not make a user namespace (unshare(2)): there its child holds on to the lifeline.
    if !["first-of-a-namespace", "inspects-the-first"].contains(&scenario.as_str()) {
        bowout_tests::Lifeline::hold();
    }
    play(&scenario);
}

fn play(scenario: &str) {
    let rooms = [
        listeners::find,
        notifying::find,
        installing::find,
        asynchronous::find,
        subscribers::find,
        deadlines::find,
        orphans::find,
        spawners::find,
        stoppers::find,
        targets::find,
        findable::find,
        trees::find,
    ];
    let found = rooms.iter().find_map(|find| find(scenario));
    #[cfg(unix)]
    let found = found
        .or_else(|| posix::find(scenario))
        .or_else(|| reentrancy::find(scenario))
        .or_else(|| supervised::find(scenario));
    #[cfg(target_os = "linux")]
    let found = found.or_else(|| inspected::find(scenario));
    #[cfg(windows)]
    let found = found.or_else(|| windows::find(scenario));
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
