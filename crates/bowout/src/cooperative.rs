//! The cooperative channel: a SIGTERM that Windows never had.
//!
//! A program that is willing to stop on request creates a named event
//! ([CreateEventW](https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-createeventw)) and watches it; whoever
//! may open the event asks by setting it. The name carries the process's number and its creation time, so an event left by
//! an earlier bearer of the number is never taken for that of the present one. Any language can join in, on either side.

/// The names of the event of a process, in the order in which they are tried: one that every session of the machine can see,
/// and one for the process's own session.
///
/// `created` is the creation time as a `FILETIME`
/// ([GetProcessTimes](https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getprocesstimes)),
/// in one number of 64 bits.
///
/// ```
/// let [global, local] = bowout::cooperative::event_names(1234, 0x01dc_0ffe_e000_0000);
/// assert_eq!(global, r"Global\bowout-stop-1234-01dc0ffee0000000");
/// assert_eq!(local, r"Local\bowout-stop-1234-01dc0ffee0000000");
/// ```
pub fn event_names(pid: u32, created: u64) -> [String; 2] {
    ["Global", "Local"].map(|session| format!(r"{session}\bowout-stop-{pid}-{created:016x}"))
}

#[cfg(test)]
mod tests {
    use super::event_names;

    #[test]
    fn the_creation_time_always_takes_sixteen_digits() {
        for (created, digits) in [
            (0, "0000000000000000"),
            (0xAB, "00000000000000ab"),
            (u64::MAX, "ffffffffffffffff"),
        ] {
            for name in event_names(4_294_967_295, created) {
                assert!(name.ends_with(&format!(r"\bowout-stop-4294967295-{digits}")), "{name}");
            }
        }
    }
}
