//! The first steps of a process that was created suspended.

use std::io;
use std::os::windows::io::AsHandle;
use std::process::Child;

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::Threading::{OpenThread, ResumeThread, THREAD_SUSPEND_RESUME};

use crate::sys::call::{own, raw};

/// Lets it run. The standard library has closed the handle of its one thread, so the thread is looked for. (A thread that
/// somebody else, a virus scanner say, has put into it already is not suspended, and nothing happens to it.)
pub(super) fn resume(child: &Child) -> io::Result<()> {
    let threads = threads_of(child.id())?;
    if threads.is_empty() {
        return Err(io::Error::other(
            "the new process shows no thread that could be resumed",
        ));
    }
    for thread in threads {
        // SAFETY: the call takes numbers and gives a handle of our own, or null.
        let thread = unsafe { own(OpenThread(THREAD_SUSPEND_RESUME, 0, thread))? };
        // SAFETY: the handle is a thread's, with the right to resume it.
        if unsafe { ResumeThread(raw(thread.as_handle())) } == u32::MAX {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

fn threads_of(pid: u32) -> io::Result<Vec<u32>> {
    // SAFETY: the call takes numbers and gives a handle of our own, or the invalid one, which is not passed on.
    let snapshot = unsafe {
        match CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0) {
            INVALID_HANDLE_VALUE => return Err(io::Error::last_os_error()),
            handle => own(handle)?,
        }
    };
    let mut entry = THREADENTRY32 {
        dwSize: size_of::<THREADENTRY32>() as u32,
        ..THREADENTRY32::default()
    };
    let mut threads = Vec::new();
    // SAFETY: the handle is a snapshot's, and `entry` has its size written into it.
    let mut more = unsafe { Thread32First(raw(snapshot.as_handle()), &mut entry) };
    while more != 0 {
        if entry.th32OwnerProcessID == pid {
            threads.push(entry.th32ThreadID);
        }
        // SAFETY: as above.
        more = unsafe { Thread32Next(raw(snapshot.as_handle()), &mut entry) };
    }
    Ok(threads)
}
