//! A console event for one process, by a thread that is started in it where the console host starts one: at `CtrlRoutine`.
//! That is not documented; Git for Windows and MSYS2 have done it for years.

use std::ffi::c_void;
use std::io;
use std::mem::offset_of;
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::ptr::{null, null_mut, without_provenance};

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT};
use windows_sys::Win32::System::Diagnostics::Debug::ReadProcessMemory;
use windows_sys::Win32::System::SystemInformation::{
    IMAGE_FILE_MACHINE, IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64, IMAGE_FILE_MACHINE_I386,
    IMAGE_FILE_MACHINE_UNKNOWN,
};
use windows_sys::Win32::System::Threading::{
    CreateRemoteThread, PEB, PROCESS_CREATE_THREAD, PROCESS_INFORMATION_CLASS, PROCESS_MACHINE_INFORMATION,
    PROCESS_QUERY_INFORMATION, PROCESS_VM_OPERATION, PROCESS_VM_READ, PROCESS_VM_WRITE, ProcessMachineTypeInfo,
    RTL_USER_PROCESS_PARAMETERS,
};
use windows_sys::core::BOOL;

use crate::Signal;
use crate::stop::route::NotSent;
use crate::sys::library::{find, kernel32, kernelbase};
use crate::sys::process;

use super::super::{Injection, Manner};
use super::process::Opened;
use super::{check, own, raw};

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
    if machine_of(target.handle()).is_none_or(|machine| machine != OURS) {
        return Err(NotSent::OtherArchitecture);
    }
    let routine = ctrl_routine().map_err(|error| NotSent::from_io(&error))?;
    let refused = |_| match target.has_exited() {
        true => NotSent::Exited,
        false => NotSent::MayNotInject,
    };
    let process = process::open(target.pid(), RIGHTS).map_err(refused)?;
    if manner == Manner::Preview {
        return Ok(());
    }
    let event = event_of(signal, target, process.as_handle()) as usize as *const c_void;
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

/// The event that says this. A request to stop is Ctrl-C, which more programs know than any other, or Ctrl-Break where Ctrl-C
/// is off: that calls the handlers always.
fn event_of(signal: Signal, target: &Opened, process: BorrowedHandle<'_>) -> u32 {
    match signal {
        Signal::Break => CTRL_BREAK_EVENT,
        Signal::Close => CTRL_CLOSE_EVENT,
        Signal::Term if has_ctrl_c_off(target, process) == Some(true) => CTRL_BREAK_EVENT,
        _ => CTRL_C_EVENT,
    }
}

/// Whether Ctrl-C calls none of the handlers, as in whoever leads a new group, until he switches it on
/// ([SetConsoleCtrlHandler](https://learn.microsoft.com/windows/console/setconsolectrlhandler)). The routine looks for that in the
/// process's own parameters, where the system keeps it and hands it down; no more is documented than the way to them
/// ([PEB](https://learn.microsoft.com/windows/win32/api/winternl/ns-winternl-peb)).
fn has_ctrl_c_off(target: &Opened, process: BorrowedHandle<'_>) -> Option<bool> {
    const PARAMETERS: usize = offset_of!(PEB, ProcessParameters);
    /// `ConsoleFlags`, behind `ConsoleHandle`.
    const FLAGS: usize = offset_of!(RTL_USER_PROCESS_PARAMETERS, Reserved2) + size_of::<HANDLE>();
    const CTRL_C_OFF: u32 = 1;
    let peb = target.basic()?.PebBaseAddress.addr();
    let parameters = usize::from_ne_bytes(read(process, peb + PARAMETERS)?);
    let flags = u32::from_ne_bytes(read(process, parameters + FLAGS)?);
    Some(flags & CTRL_C_OFF != 0)
}

/// What the process has at that place in its memory.
fn read<const N: usize>(process: BorrowedHandle<'_>, address: usize) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    // SAFETY: the handle is open, with the right to read; the place is ours and as long as is said. Where there is nothing to be
    // read at the address it is an error.
    let result = unsafe {
        let address = without_provenance(address);
        ReadProcessMemory(raw(process), address, bytes.as_mut_ptr().cast(), N, null_mut())
    };
    check(result).ok().map(|()| bytes)
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
    use std::os::windows::process::CommandExt;
    use std::process::{Command, Stdio};

    use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW, GetCurrentProcess};

    use super::*;

    /// Who leads a new group has Ctrl-C off from birth, whoever made the group. (Wine's routine calls no handler at all then.)
    #[test]
    fn where_ctrl_c_is_off_a_request_to_stop_is_ctrl_break() {
        let events = |flags: u32| {
            let mut command = Command::new("cmd");
            command
                .args(["/c", "pause"])
                .stdin(Stdio::piped())
                .stdout(Stdio::null());
            let mut child = command.creation_flags(CREATE_NO_WINDOW | flags).spawn().unwrap();
            let opened = Opened::open(child.id()).unwrap();
            let process = process::open(child.id(), RIGHTS).unwrap();
            let event = |signal| event_of(signal, &opened, process.as_handle());
            let events = [Signal::Term, Signal::Int, Signal::Break, Signal::Close].map(event);
            child.kill().and_then(|()| child.wait()).unwrap();
            events
        };
        assert_eq!(
            events(0),
            [CTRL_C_EVENT, CTRL_C_EVENT, CTRL_BREAK_EVENT, CTRL_CLOSE_EVENT]
        );
        assert_eq!(
            events(CREATE_NEW_PROCESS_GROUP),
            [CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_BREAK_EVENT, CTRL_CLOSE_EVENT]
        );
    }

    #[test]
    fn this_process_is_of_our_architecture() {
        // SAFETY: the number means this process for as long as it lives.
        let own = unsafe { BorrowedHandle::borrow_raw(GetCurrentProcess()) };
        assert_eq!(machine_of(own), Some(OURS));
        assert_eq!(told_by_wow64(own), Some(OURS));
    }
}
