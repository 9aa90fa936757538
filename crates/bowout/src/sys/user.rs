//! Windows: the user.

use std::io;
use std::os::windows::io::AsHandle;

use windows_sys::Win32::Foundation::{HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::ConvertSidToStringSidW;
use windows_sys::Win32::Security::{GetTokenInformation, TOKEN_QUERY, TOKEN_USER, TokenUser};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use super::call::{check, own, raw};

/// This user's security identifier, as text: `S-1-5-…`.
pub(crate) fn sid() -> io::Result<String> {
    let mut token: HANDLE = std::ptr::null_mut();
    // SAFETY: the pseudo-handle of this process is always valid, and the place is ours.
    check(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token) })?;
    // SAFETY: the call succeeded, and the handle is nobody else's.
    let token = unsafe { own(token) }?;
    // A TOKEN_USER and the longest SID (68 bytes) behind it, aligned as the pointer in it wants.
    let mut buffer = [0_u64; 16];
    let mut needed = 0;
    // SAFETY: the buffer is ours and as long as is said.
    check(unsafe {
        let (place, length) = (buffer.as_mut_ptr().cast(), size_of_val(&buffer) as u32);
        GetTokenInformation(raw(token.as_handle()), TokenUser, place, length, &mut needed)
    })?;
    let mut text = std::ptr::null_mut();
    // SAFETY: the buffer holds a TOKEN_USER, aligned, whose SID lies in the same buffer; the text is allocated by the call.
    check(unsafe {
        let user = &*buffer.as_ptr().cast::<TOKEN_USER>();
        ConvertSidToStringSidW(user.User.Sid, &mut text)
    })?;
    // SAFETY: the call has just allocated it, for the caller to free.
    Ok(unsafe { take_text(text) })
}

/// Copies a text that the system has allocated, and frees it.
///
/// # Safety
/// It ends in NUL, was allocated by `LocalAlloc`, and is nobody else's.
pub(crate) unsafe fn take_text(text: *mut u16) -> String {
    // SAFETY: the caller vouches for it.
    unsafe {
        let length = (0..).take_while(|&at| *text.add(at) != 0).count();
        let copy = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast());
        copy
    }
}
