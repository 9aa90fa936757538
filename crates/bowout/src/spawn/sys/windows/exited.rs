//! The exit of a child, for a task to wait for: the system's thread pool watches the handle
//! ([RegisterWaitForSingleObject](https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-registerwaitforsingleobject)).

use std::ffi::c_void;
use std::io;
use std::os::windows::io::AsHandle;
use std::sync::Arc;

use tokio::sync::Notify;
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Threading::{
    INFINITE, RegisterWaitForSingleObject, UnregisterWaitEx, WT_EXECUTEONLYONCE,
};

use crate::sys::call::{check, raw};

use super::Process;

/// Returns when the child has exited. Cancel safe.
pub(in crate::spawn) async fn exited(process: &Arc<Process>) -> io::Result<()> {
    let watch = Watch::new(process)?;
    watch.exited.notified().await;
    Ok(())
}

struct Watch {
    wait: HANDLE,
    exited: Box<Notify>,
    /// A handle may not be closed while it is watched.
    _process: Arc<Process>,
}

// SAFETY: the wait handle may be used and given back on any thread; the rest is `Send` by itself.
unsafe impl Send for Watch {}
// SAFETY: nothing can be done to the wait handle through a shared reference.
unsafe impl Sync for Watch {}

impl Watch {
    fn new(process: &Arc<Process>) -> io::Result<Watch> {
        let exited = Box::new(Notify::new());
        let address: *const Notify = &raw const *exited;
        let mut wait = std::ptr::null_mut();
        // SAFETY: the handle and the context stay where they are until `drop` has ended the watch and any call that runs.
        check(unsafe {
            RegisterWaitForSingleObject(
                &mut wait,
                raw(process.handle.as_handle()),
                Some(notify),
                address.cast::<c_void>(),
                INFINITE,
                WT_EXECUTEONLYONCE,
            )
        })?;
        Ok(Watch {
            wait,
            exited,
            _process: Arc::clone(process),
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // SAFETY: the wait is ours and is ended once. With this second argument the call returns only after a running callback
        // has ended; the callback waits for nothing that we hold.
        unsafe { UnregisterWaitEx(self.wait, INVALID_HANDLE_VALUE) };
    }
}

unsafe extern "system" fn notify(exited: *mut c_void, _timed_out: bool) {
    // SAFETY: it is the context that `Watch::new` passed, which outlives this call.
    let exited = unsafe { &*exited.cast::<Notify>() };
    // Kept for whoever comes to wait later.
    exited.notify_one();
}
