//! macOS and FreeBSD: start times and arguments, as sysctl(3) tells them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time of day that a start time means: microseconds since 1970.
pub(in crate::stop) fn started_at(start: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_micros(start))
}

/// Arguments that end in NUL each, with a blank between two.
pub(super) fn joined(arguments: &[u8]) -> Option<String> {
    let line = arguments.strip_suffix(b"\0").unwrap_or(arguments);
    let line: Vec<u8> = line.iter().map(|byte| if *byte == 0 { b' ' } else { *byte }).collect();
    (!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned())
}
