//! The cooperative event of a program that is built on bowout.

use std::io;
use std::os::windows::io::{AsHandle, OwnedHandle};

use windows_sys::Win32::Foundation::ERROR_FILE_NOT_FOUND;
use windows_sys::Win32::System::Threading::{EVENT_MODIFY_STATE, OpenEventW, SetEvent};

use crate::cooperative::event_names;
use crate::stop::route::NotSent;

use super::super::Manner;
use super::{check, is, own, raw, wide};

/// Sets it. The caller holds the handle of the process, so the name means that one.
pub(super) fn set(pid: u32, created: u64, manner: Manner) -> Result<(), NotSent> {
    let mut refused = None;
    for name in event_names(pid, created) {
        match open(&name) {
            Ok(_) if manner == Manner::Preview => return Ok(()),
            // SAFETY: the handle is an event's, with the right to set it.
            Ok(event) => match check(unsafe { SetEvent(raw(event.as_handle())) }) {
                Ok(()) => return Ok(()),
                Err(error) => refused = Some(error),
            },
            Err(error) if is(&error, ERROR_FILE_NOT_FOUND) => {}
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.map_or(NotSent::NotListening, |error| NotSent::from_io(&error)))
}

fn open(name: &str) -> io::Result<OwnedHandle> {
    let name = wide(name);
    // SAFETY: the name ends in NUL; the call gives a handle of our own, or null.
    unsafe { own(OpenEventW(EVENT_MODIFY_STATE, 0, name.as_ptr())) }
}
