//! Windows: who is whose parent, and when each was created.

use std::collections::HashMap;
use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};

use windows_sys::Win32::Foundation::{FILETIME, HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, GetProcessTimes, OpenProcess};

use super::call::{check, own, raw};

/// Opens the process that has this number now, with these rights.
pub(crate) fn open(pid: u32, rights: u32) -> io::Result<OwnedHandle> {
    // SAFETY: the call takes numbers and gives a handle of our own, or null.
    unsafe { own(OpenProcess(rights, 0, pid)) }
}

/// When a process was created, a FILETIME in one number. The handle needs the right to query.
pub(crate) fn created(process: BorrowedHandle<'_>) -> io::Result<u64> {
    created_raw(raw(process))
}

/// The same of this process.
pub(crate) fn created_here() -> io::Result<u64> {
    // SAFETY: the call gives a number that means this process, whatever the handles.
    created_raw(unsafe { GetCurrentProcess() })
}

fn created_raw(process: HANDLE) -> io::Result<u64> {
    let mut times = [FILETIME::default(); 4];
    let [created, exited, kernel, user] = &mut times;
    // SAFETY: the handle is open for the length of the call; the four places are ours to be written.
    check(unsafe { GetProcessTimes(process, created, exited, kernel, user) })?;
    Ok(u64::from(times[0].dwHighDateTime) << 32 | u64::from(times[0].dwLowDateTime))
}

/// A process as it is in a snapshot of all.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) pid: u32,
    /// Its creator's number, which is kept after that is gone, when it may be somebody else's: who is younger than his child
    /// is not its parent.
    pub(crate) parent: u32,
    /// The file name of its program.
    pub(crate) program: String,
}

/// Every process of the machine.
pub(crate) fn all() -> io::Result<Vec<Entry>> {
    // SAFETY: the call takes numbers and gives a handle of our own, or the invalid one, which is not passed on.
    let snapshot = unsafe {
        match CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) {
            INVALID_HANDLE_VALUE => return Err(io::Error::last_os_error()),
            handle => own(handle)?,
        }
    };
    let mut entry = PROCESSENTRY32W {
        dwSize: size_of::<PROCESSENTRY32W>() as u32,
        ..PROCESSENTRY32W::default()
    };
    let mut entries = Vec::new();
    // SAFETY: the handle is a snapshot's, and `entry` has its size written into it.
    let mut more = unsafe { Process32FirstW(raw(snapshot.as_handle()), &mut entry) };
    while more != 0 {
        let length = entry.szExeFile.iter().position(|unit| *unit == 0);
        let program = &entry.szExeFile[..length.unwrap_or(entry.szExeFile.len())];
        entries.push(Entry {
            pid: entry.th32ProcessID,
            parent: entry.th32ParentProcessID,
            program: String::from_utf16_lossy(program),
        });
        // SAFETY: as above.
        more = unsafe { Process32NextW(raw(snapshot.as_handle()), &mut entry) };
    }
    Ok(entries)
}

/// Each process's number and its parent's, of which [`Entry::parent`] warns.
pub(crate) fn parents() -> io::Result<HashMap<u32, u32>> {
    Ok(all()?.into_iter().map(|entry| (entry.pid, entry.parent)).collect())
}
