//! How a process was started.

use std::os::windows::io::AsHandle;
use std::ptr::null_mut;

use windows_sys::Wdk::System::Threading::{NtQueryInformationProcess, ProcessCommandLineInformation};
use windows_sys::Win32::Foundation::UNICODE_STRING;
use windows_sys::Win32::System::Threading::PROCESS_QUERY_LIMITED_INFORMATION;

use crate::stop::find::FindProblem;
use crate::sys::call::raw;
use crate::sys::process;

/// The command line as it was given, where we may open the process. The kernel tells it since Windows 8.1
/// ([PROCESSINFOCLASS](https://learn.microsoft.com/windows/win32/api/winternl/nf-winternl-ntqueryinformationprocess), value 60
/// of ntddk.h).
pub(in crate::stop) fn command_line(pid: u32) -> Result<Option<String>, FindProblem> {
    Ok(told(pid))
}

fn told(pid: u32) -> Option<String> {
    let process = process::open(pid, PROCESS_QUERY_LIMITED_INFORMATION).ok()?;
    let mut length = 0;
    // SAFETY: the handle is open, with the right to query. There is no room to write to, so the call only tells how much it needs.
    unsafe {
        let handle = raw(process.as_handle());
        NtQueryInformationProcess(handle, ProcessCommandLineInformation, null_mut(), 0, &mut length)
    };
    // As much as that, aligned as the pointer in the struct wants it.
    let mut buffer = vec![0_u64; usize::try_from(length).ok()?.div_ceil(size_of::<u64>())];
    if length < u32::try_from(size_of::<UNICODE_STRING>()).ok()? {
        return None;
    }
    // SAFETY: as above, with room for `length` bytes.
    let status = unsafe {
        let (handle, place) = (raw(process.as_handle()), buffer.as_mut_ptr().cast());
        NtQueryInformationProcess(handle, ProcessCommandLineInformation, place, length, &mut length)
    };
    if status < 0 {
        return None;
    }
    // SAFETY: the call has written a UNICODE_STRING to the front of the buffer, which is aligned for it, and the text that it
    // points to, `Length` bytes of UTF-16, behind it in the same buffer.
    let text = unsafe {
        let string = &*buffer.as_ptr().cast::<UNICODE_STRING>();
        if string.Buffer.is_null() {
            return None;
        }
        std::slice::from_raw_parts(string.Buffer, usize::from(string.Length) / 2)
    };
    Some(String::from_utf16_lossy(text)).filter(|text| !text.is_empty())
}
