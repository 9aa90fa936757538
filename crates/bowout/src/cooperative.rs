//! The cooperative channel: a SIGTERM that Windows never had.
//!
//! A listening process on Windows makes a named event, and whoever may set it asks the process to stop: no console, no
//! window, no process group is needed. The protocol is one page, docs/cooperative.md, for every language to join. This is the
//! part that both ends share.

/// The names of the event, in the order in which they are tried: for all sessions, then for this session only.
///
/// `created` is the process's creation time as Windows counts it (a FILETIME: 100 ns units since 1601), so that the name is
/// never that of another process which had the same number.
#[cfg_attr(not(any(windows, test)), expect(dead_code, reason = "Unix has signals"))]
pub(crate) fn event_names(pid: u32, created: u64) -> [String; 2] {
    ["Global", "Local"].map(|namespace| format!("{namespace}\\bowout-stop-{pid}-{created:016x}"))
}

#[cfg(test)]
mod tests {
    use super::event_names;

    #[test]
    fn the_name_carries_the_number_and_the_start() {
        let [global, local] = event_names(4711, 0x1db_3c00_abcd_ef01);
        assert_eq!(global, r"Global\bowout-stop-4711-01db3c00abcdef01");
        assert_eq!(local, r"Local\bowout-stop-4711-01db3c00abcdef01");
    }
}
