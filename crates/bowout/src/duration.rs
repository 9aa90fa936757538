//! Durations as people write them: `10`, `.5`, `500ms`, `1m30s`, `inf`.

use std::fmt;
use std::time::Duration;

/// Reads a duration. A bare number counts seconds; the units are `ms`, `s`, `m`, `h` and `d`, and several may follow each
/// other (`1m30s`); `inf`, `infinity` and `forever` give `Duration::MAX`, which means "without end" wherever bowout takes a
/// duration.
///
/// # Errors
/// [`ParseDurationError`], which quotes what was given and shows the forms that are understood.
///
/// ```
/// use bowout::duration;
/// use std::time::Duration;
///
/// assert_eq!(duration::parse("10")?, Duration::from_secs(10));
/// assert_eq!(duration::parse(".5")?, Duration::from_millis(500));
/// assert_eq!(duration::parse("1m30s")?, Duration::from_secs(90));
/// assert_eq!(duration::parse("inf")?, Duration::MAX);
/// # Ok::<(), duration::ParseDurationError>(())
/// ```
pub fn parse(text: &str) -> Result<Duration, ParseDurationError> {
    let error = || ParseDurationError { given: text.to_owned() };
    if ["inf", "infinity", "forever"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        return Ok(Duration::MAX);
    }
    let mut rest = text;
    let mut total = Duration::ZERO;
    let mut parts = 0;
    while !rest.is_empty() {
        let number_end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(number_end);
        let unit_end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let seconds_per_unit = match unit {
            // A bare number stands alone: `1m30` is more likely a slip than ninety seconds.
            "" if parts == 0 => 1.0,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return Err(error()),
        };
        if !number.bytes().any(|b| b.is_ascii_digit()) {
            return Err(error());
        }
        let value: f64 = number.parse().map_err(|_| error())?;
        let part = Duration::try_from_secs_f64(value * seconds_per_unit).map_err(|_| error())?;
        total = total.checked_add(part).ok_or_else(error)?;
        parts += 1;
        rest = after;
    }
    if parts == 0 { Err(error()) } else { Ok(total) }
}

/// Writes a duration so that [`parse`] reads the same one back, to the millisecond: `10s`, `1m30s`, `500ms`, `inf`.
/// What is finer than a millisecond is dropped.
///
/// ```
/// use std::time::Duration;
/// assert_eq!(bowout::duration::display(Duration::from_millis(90_500)).to_string(), "1m30s500ms");
/// ```
pub fn display(duration: Duration) -> impl fmt::Display {
    Display(duration)
}

struct Display(Duration);

impl fmt::Display for Display {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == Duration::MAX {
            return f.pad("inf");
        }
        let seconds = self.0.as_secs();
        let parts = [
            (seconds / 86_400, "d"),
            (seconds / 3_600 % 24, "h"),
            (seconds / 60 % 60, "m"),
            (seconds % 60, "s"),
            (u64::from(self.0.subsec_millis()), "ms"),
        ];
        let text: String = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{count}{unit}"))
            .collect();
        f.pad(if text.is_empty() { "0s" } else { &text })
    }
}

/// Text that is no duration. The message quotes it and shows the forms that are understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDurationError {
    given: String,
}

impl fmt::Display for ParseDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no duration: write 10, .5, 500ms, 1m30s or inf", self.given)
    }
}

impl std::error::Error for ParseDurationError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            " ",
            "s",
            "1x",
            "1m30",
            "-1",
            "1e3",
            ".",
            "..5",
            "1.2.3s",
            "1s 2s",
            "9999999999999999999999d",
            "NaN",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in ".{0,30}|([0-9.]{0,25}(ms|[smhd])?){0,4}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_printed_reads_back(millis in 0u64..1 << 50) {
            let duration = Duration::from_millis(millis);
            let back = parse(&display(duration).to_string()).unwrap();
            prop_assert!(back.abs_diff(duration) < Duration::from_millis(1));
        }
    }
}
