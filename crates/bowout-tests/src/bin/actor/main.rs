//! The program that the tests start. Its first argument is a scenario; it reports on standard output, a line an event.

mod listeners;
mod stoppers;
mod targets;

fn main() {
    // On Windows the stoppers send Ctrl-C by a helper, which is this same program.
    bowout::stop::run_helper_if_asked();
    let scenario = std::env::args().nth(1).unwrap_or_default();
    let play = listeners::find(&scenario)
        .or_else(|| targets::find(&scenario))
        .or_else(|| stoppers::find(&scenario));
    if let Some(play) = play {
        play();
    } else {
        panic!("no scenario {scenario:?}");
    }
}
