//! Unix: everybody, with their parents and groups.

use std::io;

use crate::inspect::family::Kin;
use crate::stop::ProcessId;
use crate::stop::sys::os;

/// Every process that can be seen.
///
/// # Errors
/// The system is not asked, or does not tell.
pub(in crate::inspect) fn everybody() -> io::Result<Vec<Kin>> {
    let kin = |entry: os::Entry| {
        Some(Kin {
            id: ProcessId::new(entry.pid)?.with_start(Some(entry.start)),
            name: Some(entry.name),
            parent: entry.parent,
            group: Some(entry.group),
            is_console_host: false,
        })
    };
    Ok(os::everybody()?.into_iter().filter_map(kin).collect())
}
