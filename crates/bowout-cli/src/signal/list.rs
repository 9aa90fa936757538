//! `bowout signal --list`: what `kill -l` prints.

use bowout::Signal;
use bowout::signal::all;
use bowout::stop::Plan;

use crate::args::Listed;
use crate::{exit, output};

/// Prints what each word comes to, or every name there is, a line each.
pub(super) fn run(words: &[Listed]) -> u8 {
    let lines: Vec<String> = match words {
        [] => names().iter().map(Signal::to_string).collect(),
        words => words.iter().map(in_words).collect(),
    };
    output::data(lines.join("\n"));
    exit::DONE
}

fn in_words(word: &Listed) -> String {
    match word {
        Listed::Name(signal) => signal.to_string(),
        Listed::Number(number) => number.to_string(),
    }
}

/// The signals that can be sent here, by their numbers; behind them those that have none.
fn names() -> Vec<Signal> {
    /// No system counts further.
    const NUMBERS: std::ops::RangeInclusive<i32> = 1..=127;
    let numbered: Vec<Signal> = NUMBERS.filter_map(|number| Signal::from_number(number).ok()).collect();
    let others: Vec<Signal> = all().filter(|signal| !numbered.contains(signal)).collect();
    let can_be_sent = |signal: &Signal| Plan::new(*signal).check().is_ok();
    numbered.into_iter().chain(others).filter(can_be_sent).collect()
}
