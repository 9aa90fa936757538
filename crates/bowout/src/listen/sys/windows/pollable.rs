//! A handle for other people's event loops.

use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle, RawHandle};

use windows_sys::Win32::System::Threading::{CreateEventW, SetEvent};

/// A descriptor (Unix) or event handle (Windows) that becomes readable, or signalled, once there is a request to stop, and
/// stays so. Do not read from it.
#[derive(Debug)]
pub struct Pollable(OwnedHandle);

impl AsHandle for Pollable {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.0.as_handle()
    }
}

impl AsRawHandle for Pollable {
    fn as_raw_handle(&self) -> RawHandle {
        self.0.as_raw_handle()
    }
}

/// The other end: the same event.
pub(in super::super::super) struct Flare(OwnedHandle);

impl Flare {
    pub(in super::super::super) fn light(&self) {
        // SAFETY: the handle is a live event.
        unsafe { SetEvent(self.0.as_raw_handle()) };
    }
}

pub(in super::super::super) fn pollable() -> io::Result<(Pollable, Flare)> {
    let event = event(Reset::Manual)?;
    let same = event.try_clone()?;
    Ok((Pollable(event), Flare(same)))
}

/// What ends an event's being signalled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reset {
    Manual,
    /// The wait that it ends.
    Automatic,
}

/// An event without a name, not signalled.
pub(super) fn event(reset: Reset) -> io::Result<OwnedHandle> {
    // SAFETY: null pointers mean the default security and no name.
    let handle = unsafe { CreateEventW(std::ptr::null(), (reset == Reset::Manual).into(), 0, std::ptr::null()) };
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call succeeded, and the handle is nobody else's.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}
