//! The program that the tests start. Its first argument is a scenario; it reports on standard output, a line an event.

mod listeners;
mod targets;

fn main() {
    let scenario = std::env::args().nth(1).unwrap_or_default();
    if let Some(play) = listeners::find(&scenario).or_else(|| targets::find(&scenario)) {
        play();
    } else {
        panic!("no scenario {scenario:?}");
    }
}
