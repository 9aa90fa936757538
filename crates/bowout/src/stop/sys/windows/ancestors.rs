//! The parents of this process.

use std::collections::HashMap;
use std::os::windows::io::AsHandle;

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};

use super::process::created_of;
use super::{own, raw};

/// The numbers of the parent, its parent, and so on.
///
/// Windows keeps a parent's number after the parent is gone, when it may be somebody else's: who is younger than his child is
/// not its parent. Whom we may not ask counts as one, to be on the safe side.
pub(super) fn of_this_process() -> Vec<u32> {
    let parents = snapshot().unwrap_or_default();
    let mut line = vec![std::process::id()];
    while let Some((child, parent)) = line.last().and_then(|child| Some((*child, *parents.get(child)?))) {
        let younger = matches!((created_of(child), created_of(parent)), (Some(child), Some(parent)) if parent > child);
        // Numbers that were given out again could close a ring.
        if parent == 0 || younger || line.contains(&parent) {
            break;
        }
        line.push(parent);
    }
    line.split_off(1)
}

/// Each process's number and its parent's.
fn snapshot() -> Option<HashMap<u32, u32>> {
    // SAFETY: the call takes numbers and gives a handle of our own, or the invalid one, which is not passed on.
    let snapshot = unsafe {
        match CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) {
            INVALID_HANDLE_VALUE => return None,
            handle => own(handle).ok()?,
        }
    };
    let mut entry = PROCESSENTRY32W {
        dwSize: u32::try_from(size_of::<PROCESSENTRY32W>()).ok()?,
        ..PROCESSENTRY32W::default()
    };
    let mut parents = HashMap::new();
    // SAFETY: the handle is a snapshot's, and `entry` has its size written into it.
    let mut more = unsafe { Process32FirstW(raw(snapshot.as_handle()), &mut entry) };
    while more != 0 {
        parents.insert(entry.th32ProcessID, entry.th32ParentProcessID);
        // SAFETY: as above.
        more = unsafe { Process32NextW(raw(snapshot.as_handle()), &mut entry) };
    }
    Some(parents)
}
