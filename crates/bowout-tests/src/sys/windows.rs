//! Asking on Windows. A console event is put into the process the way the console host does it: a thread that starts at
//! `kernel32!CtrlRoutine` with the event's number.

#[path = "windows/rights.rs"]
mod rights;
#[path = "windows/service.rs"]
mod service;
#[path = "windows/service_actor.rs"]
mod service_actor;

use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::os::windows::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use windows_sys::Win32::Foundation::{FILETIME, WAIT_OBJECT_0};
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT};
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows_sys::Win32::System::Threading::{
    CREATE_NO_WINDOW, CreateRemoteThread, DETACHED_PROCESS, EVENT_MODIFY_STATE, GetProcessTimes, OpenEventW, SetEvent,
    WaitForSingleObject,
};

use crate::PATIENCE;

pub use rights::set_rights;
pub use service::{Service, no_service_starts};
pub use service_actor::{ServiceActor, service};

/// A request as the system makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The console's event of this number.
    Console(u32),
    /// bowout's named event.
    Cooperative,
}

/// The polite request.
pub const TERMINATE: Ask = Ask::Cooperative;
/// Ctrl-C.
pub const INTERRUPT: Ask = Ask::Console(0);
/// The nearest to a reload, Ctrl-Break: the signal's name, and how to send it.
pub const RELOAD: (&str, Ask) = ("BREAK", Ask::Console(1));

/// How a process ended: by its exit code, there is nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The exit code.
    Code(i32),
}

/// How a process ends that leaves because of the request.
pub fn ends_by(_: Ask) -> Ended {
    Ended::Code(0xC000_013A_u32 as i32)
}

/// A console of its own without a window, so that nothing sent to it reaches the test runner.
pub fn set_apart(command: &mut Command) {
    command.creation_flags(CREATE_NO_WINDOW);
}

/// No console at all. Under Wine a standard input that is a pipe is at its end at once in a process with a console of its own.
pub fn without_console(command: &mut Command) {
    command.creation_flags(DETACHED_PROCESS);
}

/// Makes the request.
///
/// # Errors
/// What the system refused, or that the process has no such event.
pub fn ask(child: &Child, ask: Ask) -> std::io::Result<()> {
    match ask {
        // As with a signal, what is asked next finds this handled. The later events may be held until the process ends.
        Ask::Console(event @ (CTRL_C_EVENT | CTRL_BREAK_EVENT)) => {
            console_event(child, event).map(|handler| handler.wait())
        }
        Ask::Console(event) => console_event(child, event).map(drop),
        Ask::Cooperative => set_event(&cooperative_name(child)),
    }
}

/// The thread that runs a process's handlers for one event.
pub struct Handler(OwnedHandle);

impl Handler {
    /// Whether the handlers have returned.
    pub fn has_returned(&self) -> bool {
        self.returns_within(Duration::ZERO)
    }

    fn wait(&self) {
        assert!(self.returns_within(PATIENCE), "a handler of the console's events hangs");
    }

    fn returns_within(&self, time: Duration) -> bool {
        // SAFETY: the handle is a live thread's.
        unsafe { WaitForSingleObject(self.0.as_raw_handle(), time.as_millis() as u32) == WAIT_OBJECT_0 }
    }
}

/// Puts a console event into a process, by the thread that will handle it there.
///
/// # Errors
/// What the system refused.
pub fn console_event(process: &impl AsRawHandle, event: u32) -> std::io::Result<Handler> {
    // SAFETY: the module is loaded in every process, both names end in NUL, and CtrlRoutine takes the event's number as its
    // parameter. kernel32 lies at the same address in every process of one boot and one architecture.
    let thread = unsafe {
        let kernel32 = GetModuleHandleW(wide("kernel32.dll").as_ptr());
        let routine = GetProcAddress(kernel32, c"CtrlRoutine".as_ptr().cast()).expect("kernel32 exports CtrlRoutine");
        let start = std::mem::transmute::<
            unsafe extern "system" fn() -> isize,
            unsafe extern "system" fn(*mut core::ffi::c_void) -> u32,
        >(routine);
        CreateRemoteThread(
            process.as_raw_handle(),
            std::ptr::null(),
            0,
            Some(start),
            event as usize as *const core::ffi::c_void,
            0,
            std::ptr::null_mut(),
        )
    };
    if thread.is_null() {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the call succeeded, and the handle is nobody else's.
    Ok(Handler(unsafe { OwnedHandle::from_raw_handle(thread) }))
}

/// `Global\bowout-stop-PID-STARTTIME`, as docs/cooperative.md has it; written out here so that the test proves the document.
pub fn cooperative_name(child: &Child) -> String {
    let mut times = [FILETIME {
        dwLowDateTime: 0,
        dwHighDateTime: 0,
    }; 4];
    let [created, exited, kernel, user] = &mut times;
    // SAFETY: the handle is the child's, the four places are ours.
    let ok = unsafe { GetProcessTimes(child.as_raw_handle(), created, exited, kernel, user) };
    assert_ne!(ok, 0, "GetProcessTimes: {}", std::io::Error::last_os_error());
    let created = u64::from(times[0].dwHighDateTime) << 32 | u64::from(times[0].dwLowDateTime);
    format!("Global\\bowout-stop-{}-{created:016x}", child.id())
}

fn set_event(name: &str) -> std::io::Result<()> {
    // SAFETY: the name ends in NUL; the handle is checked before it is used.
    unsafe {
        let event = OpenEventW(EVENT_MODIFY_STATE, 0, wide(name).as_ptr());
        if event.is_null() {
            return Err(std::io::Error::last_os_error());
        }
        let event = OwnedHandle::from_raw_handle(event);
        match SetEvent(event.as_raw_handle()) {
            0 => Err(std::io::Error::last_os_error()),
            _ => Ok(()),
        }
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

pub(crate) fn ended(status: ExitStatus) -> Ended {
    Ended::Code(status.code().expect("a process on Windows ends with a code"))
}

/// Starts a thread. There are no signals that it could take from the others.
pub fn spawn_deaf(work: impl FnOnce() + Send + 'static) {
    std::thread::spawn(work);
}
