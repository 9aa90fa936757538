//! Names and numbers, as people write them.

use std::fmt;
use std::str::FromStr;

use super::table::TABLE;
use super::{Os, Signal, sys};

/// Text or a number that names no signal here. It says what was given and which names are near.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseSignalError {
    given: String,
    near: Vec<String>,
}

impl ParseSignalError {
    /// The names nearest to what was given, nearest first; empty when nothing is near.
    pub fn near(&self) -> &[String] {
        &self.near
    }
}

impl fmt::Display for ParseSignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown signal {:?}", self.given)?;
        match self.near.as_slice() {
            [] => f.write_str(": `bowout signals` lists the names"),
            near => write!(f, ": did you mean {}?", near.join(" or ")),
        }
    }
}

impl std::error::Error for ParseSignalError {}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

/// SIGBREAK in Windows' C runtime. Whom Linux has under this number cannot be sent on Windows.
const BREAK_ON_WINDOWS: &str = "21";

impl FromStr for Signal {
    type Err = ParseSignalError;

    /// Takes `TERM`, `SIGTERM`, `sigterm`, `15`, `RTMIN`, `RTMIN+1`, `RTMAX-1`, `CTRL_C`, `CTRL_BREAK`, `BREAK`, `CLOSE`,
    /// in any case. On Windows `21` is BREAK, the SIGBREAK of its
    /// [C runtime](https://learn.microsoft.com/cpp/c-runtime-library/reference/signal); the other numbers there are
    /// [those of Linux](Signal::from_number).
    fn from_str(text: &str) -> Result<Signal, ParseSignalError> {
        let unknown = || ParseSignalError {
            given: text.to_owned(),
            near: near(text),
        };
        if Os::CURRENT == Some(Os::Windows) && text == BREAK_ON_WINDOWS {
            return Ok(Signal::Break);
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().map_err(|_| unknown()).and_then(from_number);
        }
        let upper = text.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        if let Some(row) = TABLE.iter().find(|row| row.name == name || row.aliases.contains(&name)) {
            return Ok(row.signal);
        }
        real_time(name).ok_or_else(unknown)
    }
}

/// `RTMIN`, `RTMIN+n`, `RTMAX`, `RTMAX-n`.
fn real_time(name: &str) -> Option<Signal> {
    let digits = |text: &str| {
        let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        all_digits.then(|| text.parse::<u8>().ok()).flatten()
    };
    let (low, high) = sys::real_time_range()?;
    let span = u8::try_from(high - low).ok()?;
    let offset = match name.strip_prefix("RTMIN") {
        Some("") => 0,
        Some(rest) => digits(rest.strip_prefix('+')?)?,
        None => match name.strip_prefix("RTMAX")? {
            "" => span,
            rest => span.checked_sub(digits(rest.strip_prefix('-')?)?)?,
        },
    };
    (offset <= span).then_some(Signal::RtMin(offset))
}

pub(super) fn from_number(number: i32) -> Result<Signal, ParseSignalError> {
    let os = match Os::CURRENT {
        Some(Os::Windows) | None => Os::Linux,
        Some(os) => os,
    };
    let named = TABLE
        .iter()
        .find(|row| row.number_on(os) == Some(number))
        .map(|row| row.signal);
    let real_time = || {
        let (low, high) = sys::real_time_range()?;
        let offset = u8::try_from(number.checked_sub(low)?).ok()?;
        (number <= high).then_some(Signal::RtMin(offset))
    };
    named.or_else(real_time).ok_or_else(|| ParseSignalError {
        given: number.to_string(),
        near: Vec::new(),
    })
}

/// The names at most two edits away, nearest first, three at most.
fn near(text: &str) -> Vec<String> {
    let upper = text.to_ascii_uppercase();
    let given = upper.strip_prefix("SIG").unwrap_or(&upper);
    let names = TABLE
        .iter()
        .flat_map(|row| std::iter::once(&row.name).chain(row.aliases));
    let mut ranked: Vec<(usize, &str)> = names
        .map(|name| (edit_distance(given, name), *name))
        .filter(|(distance, name)| *distance <= 2 && *distance < name.len())
        .collect();
    ranked.sort();
    ranked.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

/// How many insertions, deletions, substitutions or swaps of neighbours turn one text into the other.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(32).collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substitution = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substitution.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
