//! The receiving end of the cooperative channel: a named event that this process makes, and that the same user and
//! administrators may set. The protocol is in docs/cooperative.md.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::sync::{Arc, Mutex, PoisonError};

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_ALREADY_EXISTS, GetLastError, HANDLE, LocalFree, SetLastError,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{CreateEventW, GetCurrentProcess, OpenProcessToken};

use super::super::super::request::Trigger;
use super::take;
use crate::cooperative::event_names;
use crate::sys::process::created_here;

static EVENT: Mutex<Option<Arc<OwnedHandle>>> = Mutex::new(None);

fn event() -> std::sync::MutexGuard<'static, Option<Arc<OwnedHandle>>> {
    EVENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The event to wait for, if there is one.
pub(super) fn handle() -> Option<Arc<OwnedHandle>> {
    event().clone()
}

/// Somebody has set the event.
pub(super) fn asked() {
    take(Trigger::Cooperative);
}

/// Makes the event. An error is a reason in words: the channel is one of several, and the rest is heard without it.
pub(super) fn open() -> Result<(), String> {
    let mut event = event();
    if event.is_none() {
        *event = Some(Arc::new(create().map_err(|error| error.to_string())?));
    }
    Ok(())
}

pub(super) fn close() {
    *event() = None;
}

fn create() -> io::Result<OwnedHandle> {
    let descriptor = Descriptor::for_this_user()?;
    let mut refused = io::Error::other("no name to try");
    for name in event_names(std::process::id(), created_here()?) {
        match create_named(&name, &descriptor) {
            Ok(event) => return Ok(event),
            Err(error) if error.raw_os_error() == Some(ERROR_ACCESS_DENIED as i32) => refused = error,
            Err(error) => return Err(error),
        }
    }
    Err(refused)
}

/// An event that is reset by the wait it ends. A name that is taken already was taken by somebody who knew it would be ours,
/// so it is not used ([CreateEventW](https://learn.microsoft.com/en-us/windows/win32/api/synchapi/nf-synchapi-createeventw)).
fn create_named(name: &str, descriptor: &Descriptor) -> io::Result<OwnedHandle> {
    let wide: Vec<u16> = name.encode_utf16().chain([0]).collect();
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: 0,
    };
    // SAFETY: the attributes and the name, which ends in NUL, live for the length of the calls. The last error is cleared
    // first, since a success that made a new event need not set it.
    let (handle, last_error) = unsafe {
        SetLastError(0);
        (CreateEventW(&attributes, 0, 0, wide.as_ptr()), GetLastError())
    };
    if handle.is_null() {
        return Err(io::Error::from_raw_os_error(last_error as i32));
    }
    // SAFETY: the call succeeded, and the handle is nobody else's.
    let event = unsafe { OwnedHandle::from_raw_handle(handle) };
    if last_error == ERROR_ALREADY_EXISTS {
        return Err(io::Error::other(format!(
            "the event {name} exists already and was not made by this process"
        )));
    }
    Ok(event)
}

/// A security descriptor, which the system allocated.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: it was allocated by LocalAlloc, as the documentation of the conversion says, and nobody else frees it.
        unsafe { LocalFree(self.0) };
    }
}

impl Descriptor {
    /// Full access for this user, for administrators and for the system; nothing for anybody else, and nothing inherited
    /// ([SDDL](https://learn.microsoft.com/en-us/windows/win32/secauthz/security-descriptor-string-format)).
    fn for_this_user() -> io::Result<Descriptor> {
        let text = format!("D:P(A;;GA;;;{})(A;;GA;;;BA)(A;;GA;;;SY)", user_sid()?);
        let wide: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut descriptor: PSECURITY_DESCRIPTOR = std::ptr::null_mut();
        // SAFETY: the text ends in NUL, the place is ours, and the length is not asked for.
        let converted = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                wide.as_ptr(),
                SDDL_REVISION_1,
                &mut descriptor,
                std::ptr::null_mut(),
            )
        };
        if converted == 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(Descriptor(descriptor))
        }
    }
}

/// This user's security identifier, as text: `S-1-5-…`.
fn user_sid() -> io::Result<String> {
    let mut token: HANDLE = std::ptr::null_mut();
    // SAFETY: the pseudo-handle of this process is always valid, and the place is ours.
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call succeeded, and the handle is nobody else's.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    // A TOKEN_USER and the longest SID (68 bytes) behind it, aligned as the pointer in it wants.
    let mut buffer = [0_u64; 16];
    let mut needed = 0;
    // SAFETY: the buffer is ours and as long as is said.
    let filled = unsafe {
        let (place, length) = (buffer.as_mut_ptr().cast(), size_of_val(&buffer) as u32);
        GetTokenInformation(token.as_raw_handle(), TokenUser, place, length, &mut needed)
    };
    if filled == 0 {
        return Err(io::Error::last_os_error());
    }
    let mut text = std::ptr::null_mut();
    // SAFETY: the buffer holds a TOKEN_USER, aligned, whose SID lies in the same buffer; the text is allocated by the call.
    let converted = unsafe {
        let user = &*buffer.as_ptr().cast::<TOKEN_USER>();
        ConvertSidToStringSidW(user.User.Sid, &mut text)
    };
    if converted == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the text ends in NUL, and is freed once, as the documentation says, after it was copied.
    unsafe {
        let length = (0..).take_while(|&at| *text.add(at) != 0).count();
        let copy = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast());
        Ok(copy)
    }
}
