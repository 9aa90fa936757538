//! Whether Ctrl-C is off in a process, so that it calls none of the handlers there
//! ([SetConsoleCtrlHandler](https://learn.microsoft.com/windows/console/setconsolectrlhandler)). It is in whoever leads a new group
//! and whoever comes from him, until they switch it on.

use std::mem::offset_of;
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::ptr::{null_mut, without_provenance};

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Diagnostics::Debug::ReadProcessMemory;
use windows_sys::Win32::System::Threading::{
    PEB, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_VM_READ, RTL_USER_PROCESS_PARAMETERS,
};

use crate::sys::process;

use super::process::basic;
use super::{check, inject, raw};

/// Whether it is off in the process that has this number now. Where that is not to be had it counts as on, as in most.
pub(super) fn is_off(pid: u32) -> bool {
    told(pid).is_some_and(|flags| flags & OFF != 0)
}

const OFF: u32 = 1;

/// The place where the system hands it down, and looks for it before it calls the handlers: `ConsoleFlags` in the parameters of the
/// process. No more of those is documented than the way to them
/// ([PEB](https://learn.microsoft.com/windows/win32/api/winternl/ns-winternl-peb)). An emulated process has two of them.
fn told(pid: u32) -> Option<u32> {
    const PARAMETERS: usize = offset_of!(PEB, ProcessParameters);
    /// Behind `ConsoleHandle`.
    const FLAGS: usize = offset_of!(RTL_USER_PROCESS_PARAMETERS, Reserved2) + size_of::<HANDLE>();
    let process = process::open(pid, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ).ok()?;
    let process = process.as_handle();
    if !inject::is_of_our_machine(process) {
        return None;
    }
    let peb = basic(process)?.PebBaseAddress.addr();
    let parameters = usize::from_ne_bytes(read(process, peb.checked_add(PARAMETERS)?)?);
    Some(u32::from_ne_bytes(read(process, parameters.checked_add(FLAGS)?)?))
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

#[cfg(test)]
pub(super) mod tests {
    use std::io::Read;
    use std::os::windows::process::CommandExt;
    use std::process::{Child, Command, Stdio};

    use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW};

    use super::*;

    /// One on a console of its own, with these flags besides, which runs already: under Wine a process makes its parameters itself.
    /// It ends with its standard input, so with the test.
    pub(in super::super) fn started_with(flags: u32) -> Child {
        let mut command = Command::new("cmd");
        command
            .args(["/c", "pause"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.creation_flags(CREATE_NO_WINDOW | flags).spawn().unwrap();
        let asks = child.stdout.as_mut().unwrap().read_exact(&mut [0]);
        asks.expect("it asks for a key");
        child
    }

    #[test]
    fn the_leader_of_a_new_group_has_it_off() {
        for (flags, expected) in [(0, Some(0)), (CREATE_NEW_PROCESS_GROUP, Some(OFF))] {
            let mut child = started_with(flags);
            let told = told(child.id()).map(|flags| flags & OFF);
            child.kill().and_then(|()| child.wait()).unwrap();
            assert_eq!(told, expected);
        }
    }
}
