//! The receiving end of the cooperative channel: a named event that this process makes, and that the same user and
//! administrators may set. The protocol is in docs/cooperative.md.

use std::io;
use std::os::windows::io::{FromRawHandle, OwnedHandle};
use std::sync::{Arc, Mutex, PoisonError};

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_ALREADY_EXISTS, GetLastError, LocalFree, SetLastError,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES};
use windows_sys::Win32::System::Threading::CreateEventW;

use super::super::super::request::Trigger;
use super::take;
use crate::cooperative::event_names;
use crate::sys::process::created_here;
use crate::sys::user;

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
        let text = format!("D:P(A;;GA;;;{})(A;;GA;;;BA)(A;;GA;;;SY)", user::sid()?);
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
