//! A console event for one process, by a thread that is started in it where the console host starts one: at `CtrlRoutine`.
//! That is not documented; Git for Windows and MSYS2 have done it for years.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT};
use windows_sys::Win32::System::SystemInformation::{
    IMAGE_FILE_MACHINE, IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64, IMAGE_FILE_MACHINE_I386,
    IMAGE_FILE_MACHINE_UNKNOWN,
};
use windows_sys::Win32::System::Threading::{
    CreateRemoteThread, PROCESS_CREATE_THREAD, PROCESS_INFORMATION_CLASS, PROCESS_MACHINE_INFORMATION,
    PROCESS_QUERY_INFORMATION, PROCESS_VM_OPERATION, PROCESS_VM_READ, PROCESS_VM_WRITE, ProcessMachineTypeInfo,
};
use windows_sys::core::BOOL;

use crate::Signal;
use crate::stop::route::NotSent;
use crate::sys::library::{find, kernel32, kernelbase};
use crate::sys::process;

use super::super::{Injection, Manner};
use super::process::Opened;
use super::{check, ctrl_c, own, raw};

/// What [CreateRemoteThread](https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createremotethread)
/// asks for.
const RIGHTS: u32 =
    PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE;

/// Starts the thread, or finds out whether that could be. It is not waited for: what the handlers say nobody is told, and one
/// of `CTRL_CLOSE_EVENT` may run until the process ends.
pub(super) fn send(target: &Opened, signal: Signal, injection: Injection, manner: Manner) -> Result<(), NotSent> {
    if injection == Injection::NotAsked {
        return Err(NotSent::NotOptedIn);
    }
    if !is_of_our_machine(target.handle()) {
        return Err(NotSent::OtherArchitecture);
    }
    let event = event_of(signal, target)? as usize as *const c_void;
    let routine = ctrl_routine().map_err(|error| NotSent::from_io(&error))?;
    let refused = |_| match target.has_exited() {
        true => NotSent::Exited,
        false => NotSent::MayNotInject,
    };
    let process = process::open(target.pid(), RIGHTS).map_err(refused)?;
    if manner == Manner::Preview {
        return Ok(());
    }
    // SAFETY: the handle is open with these rights. It means the same process, whose number our other handle keeps from being
    // given out again. Both libraries lie at one address in every process of one boot and one architecture, and the routine takes
    // the event's number as the thread's parameter.
    let thread = unsafe {
        let process = raw(process.as_handle());
        own(CreateRemoteThread(
            process,
            null(),
            0,
            Some(routine),
            event,
            0,
            null_mut(),
        ))
    };
    thread.map(drop).map_err(refused)
}

/// The event that says this. A request to stop is Ctrl-C, which more programs know than any other, or Ctrl-Break where Ctrl-C is
/// off: that calls the handlers always.
fn event_of(signal: Signal, target: &Opened) -> Result<u32, NotSent> {
    Ok(match signal {
        Signal::Break => CTRL_BREAK_EVENT,
        Signal::Close => CTRL_CLOSE_EVENT,
        _ if !ctrl_c::is_off(target.pid()) => CTRL_C_EVENT,
        Signal::Term => CTRL_BREAK_EVENT,
        _ => return Err(NotSent::CtrlCOff),
    })
}

/// Which of the two exports it depends on the version.
fn ctrl_routine() -> io::Result<unsafe extern "system" fn(*mut c_void) -> u32> {
    // SAFETY: it is called by the system, as the start of a thread is.
    unsafe { find(kernel32(), c"CtrlRoutine").or_else(|_| find(kernelbase(), c"CtrlRoutine")) }
}

/// The architecture that this program was compiled for.
const OURS: IMAGE_FILE_MACHINE = if cfg!(target_arch = "x86_64") {
    IMAGE_FILE_MACHINE_AMD64
} else if cfg!(target_arch = "x86") {
    IMAGE_FILE_MACHINE_I386
} else if cfg!(target_arch = "aarch64") {
    IMAGE_FILE_MACHINE_ARM64
} else {
    IMAGE_FILE_MACHINE_UNKNOWN
};

/// Whether it runs on the architecture that this program was compiled for.
pub(super) fn is_of_our_machine(process: BorrowedHandle<'_>) -> bool {
    machine_of(process) == Some(OURS)
}

/// The architecture of a process. x64 programs on ARM64 are no WOW64 processes, and only Windows 11 tells which they are.
pub(crate) fn machine_of(process: BorrowedHandle<'_>) -> Option<IMAGE_FILE_MACHINE> {
    told_by_windows_11(process).or_else(|| told_by_wow64(process))
}

/// [GetProcessInformation](https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getprocessinformation)
fn told_by_windows_11(process: BorrowedHandle<'_>) -> Option<IMAGE_FILE_MACHINE> {
    type GetProcessInformation = unsafe extern "system" fn(HANDLE, PROCESS_INFORMATION_CLASS, *mut c_void, u32) -> BOOL;
    let mut machine = PROCESS_MACHINE_INFORMATION::default();
    // SAFETY: the signature is that of the documentation; the handle is open, and the place is ours and as long as is said.
    unsafe {
        let get: GetProcessInformation = find(kernel32(), c"GetProcessInformation").ok()?;
        let (place, length) = ((&raw mut machine).cast(), size_of_val(&machine) as u32);
        check(get(raw(process), ProcessMachineTypeInfo, place, length)).ok()?;
    }
    Some(machine.ProcessMachine)
}

/// [IsWow64Process2](https://learn.microsoft.com/windows/win32/api/wow64apiset/nf-wow64apiset-iswow64process2): a process that
/// is emulated tells as what, and any other is of the machine's own architecture.
fn told_by_wow64(process: BorrowedHandle<'_>) -> Option<IMAGE_FILE_MACHINE> {
    type IsWow64Process2 = unsafe extern "system" fn(HANDLE, *mut IMAGE_FILE_MACHINE, *mut IMAGE_FILE_MACHINE) -> BOOL;
    let (mut emulated, mut native) = (IMAGE_FILE_MACHINE_UNKNOWN, IMAGE_FILE_MACHINE_UNKNOWN);
    // SAFETY: the signature is that of the documentation; the handle is open, and the places are ours.
    unsafe {
        let is_wow64: IsWow64Process2 = find(kernel32(), c"IsWow64Process2").ok()?;
        check(is_wow64(raw(process), &mut emulated, &mut native)).ok()?;
    }
    Some(if emulated == IMAGE_FILE_MACHINE_UNKNOWN {
        native
    } else {
        emulated
    })
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, GetCurrentProcess};

    use super::super::ctrl_c::tests::started_with;
    use super::*;

    /// (Wine's routine calls no handler at all where Ctrl-C is off.)
    #[test]
    fn where_ctrl_c_is_off_a_request_to_stop_is_ctrl_break() {
        let events = |flags| {
            let mut child = started_with(flags);
            let opened = Opened::open(child.id()).unwrap();
            let events = [Signal::Term, Signal::Int, Signal::Break, Signal::Close].map(|of| event_of(of, &opened));
            child.kill().and_then(|()| child.wait()).unwrap();
            events
        };
        let (c, b, close) = (Ok(CTRL_C_EVENT), Ok(CTRL_BREAK_EVENT), Ok(CTRL_CLOSE_EVENT));
        assert_eq!(events(0), [c, c, b, close]);
        assert_eq!(events(CREATE_NEW_PROCESS_GROUP), [b, Err(NotSent::CtrlCOff), b, close]);
    }

    #[test]
    fn this_process_is_of_our_architecture() {
        // SAFETY: the number means this process for as long as it lives.
        let own = unsafe { BorrowedHandle::borrow_raw(GetCurrentProcess()) };
        assert_eq!(machine_of(own), Some(OURS));
        assert_eq!(told_by_wow64(own), Some(OURS));
    }
}
