//! The parents of this process.

use std::os::windows::io::AsHandle;

use windows_sys::Win32::System::Threading::PROCESS_QUERY_LIMITED_INFORMATION;

use crate::sys::process::{self, Entry};

/// The numbers of the parent, its parent, and so on.
///
/// Windows keeps a parent's number after the parent is gone, when it may be somebody else's: who is younger than his child is
/// not its parent. Whom we may not ask counts as one, to be on the safe side.
pub(super) fn of_this_process(processes: &[Entry]) -> Vec<u32> {
    let parent_of = |pid: u32| Some(processes.iter().find(|entry| entry.pid == pid)?.parent);
    let mut line = vec![std::process::id()];
    while let Some((child, parent)) = line.last().and_then(|child| Some((*child, parent_of(*child)?))) {
        let younger = matches!((created_of(child), created_of(parent)), (Some(child), Some(parent)) if parent > child);
        // Numbers that were given out again could close a ring.
        if parent == 0 || younger || line.contains(&parent) {
            break;
        }
        line.push(parent);
    }
    line.split_off(1)
}

/// The creation time of the process that has this number now, if it can be asked.
fn created_of(pid: u32) -> Option<u64> {
    process::created(process::open(pid, PROCESS_QUERY_LIMITED_INFORMATION).ok()?.as_handle()).ok()
}
