//! What every call of Windows needs before and after it.

use std::io;
use std::os::windows::io::{AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};

use windows_sys::Win32::Foundation::HANDLE;

/// Takes a handle that a call has just given, or the error that it left.
///
/// # Safety
/// The handle is null, or was just created for the caller and is nobody else's.
pub(crate) unsafe fn own(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the caller vouches for it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// The error that a call has left, if it returned FALSE.
pub(crate) fn check(result: i32) -> io::Result<()> {
    if result == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Whether an error is this one of the system's.
pub(crate) fn is(error: &io::Error, code: u32) -> bool {
    error.raw_os_error() == i32::try_from(code).ok()
}

pub(crate) fn raw(handle: BorrowedHandle<'_>) -> HANDLE {
    handle.as_raw_handle()
}
