//! The handle of a process, and what it tells.

use std::ffi::{OsStr, OsString};
use std::os::windows::ffi::OsStringExt;
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};
use std::path::{Path, PathBuf};

use windows_sys::Wdk::System::Threading::{NtQueryInformationProcess, ProcessBasicInformation};
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER, HANDLE, MAX_PATH, WAIT_OBJECT_0};
use windows_sys::Win32::System::SystemInformation::GetSystemDirectoryW;
use windows_sys::Win32::System::Threading::PROCESS_BASIC_INFORMATION;
use windows_sys::Win32::System::Threading::{
    GetExitCodeProcess, GetProcessId, PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE,
    PROCESS_TERMINATE, QueryFullProcessImageNameW, TerminateProcess, WaitForSingleObject,
};
use windows_sys::core::BOOL;

use crate::stop::protection::Protection;
use crate::stop::report::ExitStatus;
use crate::stop::route::{NotSent, Route};
use crate::sys::library::{find, kernel32};
use crate::sys::process::{created, open as open_process};

use super::super::{Manner, OpenFailure};
use super::{check, is, raw};

/// The process "System", in which the kernel's own threads run.
const SYSTEM: u32 = 4;

#[derive(Debug)]
pub(super) struct Opened {
    handle: OwnedHandle,
    pid: u32,
    created: u64,
}

impl Opened {
    pub(super) fn open(pid: u32) -> Result<Opened, OpenFailure> {
        let handle = open_process(pid, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_SYNCHRONIZE);
        let handle = handle.map_err(|error| match error {
            _ if is(&error, ERROR_INVALID_PARAMETER) => OpenFailure::NoSuchProcess,
            _ if is(&error, ERROR_ACCESS_DENIED) => {
                OpenFailure::Refused((pid == SYSTEM).then_some(Protection::Critical))
            }
            error => OpenFailure::Io(error),
        })?;
        // SAFETY: the handle is open.
        if unsafe { GetProcessId(raw(handle.as_handle())) } != pid {
            // Numbers are multiples of four, and OpenProcess rounds others down: 1235 would open 1232.
            return Err(OpenFailure::NoSuchProcess);
        }
        let created = created(handle.as_handle()).map_err(OpenFailure::Io)?;
        Ok(Opened { handle, pid, created })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// The creation time, a FILETIME in one number.
    pub(super) fn created(&self) -> u64 {
        self.created
    }

    pub(super) fn handle(&self) -> BorrowedHandle<'_> {
        self.handle.as_handle()
    }

    /// The number of its creator, as the handle tells it: a list may be older than the process that has the number now.
    pub(super) fn parent(&self) -> Option<u32> {
        Some(basic(self.handle())?.InheritedFromUniqueProcessId as u32)
    }

    /// Only the handle tells: 259, "still active", is an exit code that a process may choose.
    pub(super) fn has_exited(&self) -> bool {
        // SAFETY: the handle is open, with the right to wait.
        unsafe { WaitForSingleObject(raw(self.handle()), 0) == WAIT_OBJECT_0 }
    }

    pub(super) fn exit_status(&self) -> ExitStatus {
        let mut code = 0;
        // SAFETY: the handle is open, with the right to query; `code` is ours to be written.
        match check(unsafe { GetExitCodeProcess(raw(self.handle()), &mut code) }) {
            Ok(()) => ExitStatus::Code(code),
            Err(_) => ExitStatus::Unknown,
        }
    }

    /// The file name of its program, without `.exe`.
    pub(super) fn name(&self) -> Option<String> {
        Some(self.program()?.file_stem()?.to_string_lossy().into_owned())
    }

    /// Whether it is the program that Windows runs behind every console.
    pub(super) fn is_console_host(&self) -> bool {
        self.program()
            .is_some_and(|program| is_systems_own(&program, &["conhost"]))
    }

    fn program(&self) -> Option<PathBuf> {
        let mut buffer = vec![0_u16; 32_768];
        let mut length = u32::try_from(buffer.len()).ok()?;
        // SAFETY: the handle is open, with the right to query; `length` tells how much room there is.
        let result = unsafe {
            QueryFullProcessImageNameW(raw(self.handle()), PROCESS_NAME_WIN32, buffer.as_mut_ptr(), &mut length)
        };
        check(result).ok()?;
        Some(OsString::from_wide(buffer.get(..usize::try_from(length).ok()?)?).into())
    }

    /// Whether Windows, or somebody's session, goes down with it.
    pub(super) fn is_critical(&self) -> bool {
        self.pid == SYSTEM || self.is_marked_critical() || self.holds_up()
    }

    /// Whether it is one of the programs that hold the system or a session up, not all of which are marked: a service wrapper
    /// that walked a stale line of parents once ended csrss and winlogon.
    fn holds_up(&self) -> bool {
        const PROGRAMS: [&str; 6] = ["csrss", "lsass", "services", "smss", "wininit", "winlogon"];
        self.program()
            .is_some_and(|program| is_systems_own(&program, &PROGRAMS))
    }

    /// What cannot be asked counts as not marked.
    fn is_marked_critical(&self) -> bool {
        type IsProcessCritical = unsafe extern "system" fn(HANDLE, *mut BOOL) -> BOOL;
        let mut critical = 0;
        // Windows has it since 8.1, and Wine not yet: a program that named it outright would not run there.
        // SAFETY: the signature is that of the documentation; the handle is open, with the right to query; `critical` is ours
        // to be written. https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-isprocesscritical
        let asked = unsafe {
            find::<IsProcessCritical>(kernel32(), c"IsProcessCritical")
                .and_then(|is_critical| check(is_critical(raw(self.handle()), &mut critical)))
        };
        asked.is_ok() && critical != 0
    }

    /// Ends it by force. The right to do so is asked for only now: whoever only wants to ask need not have it.
    pub(super) fn terminate(&self, manner: Manner) -> Result<(), NotSent> {
        let handle = match open_process(self.pid, PROCESS_TERMINATE) {
            Ok(handle) => handle,
            Err(_) if self.has_exited() => return Err(NotSent::Exited),
            Err(error) => return Err(NotSent::from_io(&error)),
        };
        if manner == Manner::Preview {
            return Ok(());
        }
        // SAFETY: the handle is open, with the right to terminate. It means the same process, whose number our other handle
        // keeps from being given out again.
        match check(unsafe { TerminateProcess(raw(handle.as_handle()), Route::TERMINATE_CODE) }) {
            Ok(()) => Ok(()),
            Err(_) if self.has_exited() => Err(NotSent::Exited),
            // The right was granted a moment ago: it is on its way out already, and will have exited soon.
            Err(error) if is(&error, ERROR_ACCESS_DENIED) => Ok(()),
            Err(error) => Err(NotSent::from_io(&error)),
        }
    }
}

/// [NtQueryInformationProcess](https://learn.microsoft.com/windows/win32/api/winternl/nf-winternl-ntqueryinformationprocess)
pub(super) fn basic(process: BorrowedHandle<'_>) -> Option<PROCESS_BASIC_INFORMATION> {
    let mut info = PROCESS_BASIC_INFORMATION::default();
    let mut length = 0;
    // SAFETY: the handle is open, with the right to query; the place is ours and as long as is said.
    let status = unsafe {
        let place = (&raw mut info).cast();
        NtQueryInformationProcess(
            raw(process),
            ProcessBasicInformation,
            place,
            size_of_val(&info) as u32,
            &mut length,
        )
    };
    (status >= 0).then_some(info)
}

/// Whether a program is one of these, and lies where the system's own do.
fn is_systems_own(program: &Path, names: &[&str]) -> bool {
    let is_one = |name: &OsStr| names.iter().any(|one| name.eq_ignore_ascii_case(one));
    let lies_in =
        |folder: &Path| system_folder().is_some_and(|system| folder.as_os_str().eq_ignore_ascii_case(&system));
    program.file_stem().is_some_and(is_one) && program.parent().is_some_and(lies_in)
}

/// `C:\Windows\System32`
fn system_folder() -> Option<OsString> {
    let mut buffer = [0_u16; MAX_PATH as usize];
    // SAFETY: the place is as long as is said.
    let length = unsafe { GetSystemDirectoryW(buffer.as_mut_ptr(), MAX_PATH) };
    let path = buffer.get(..usize::try_from(length).ok()?)?;
    (!path.is_empty()).then(|| OsString::from_wide(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_own_programs_are_known_by_where_they_lie() {
        let system = PathBuf::from(system_folder().expect("there is one"));
        let is_csrss = |program: &Path| is_systems_own(program, &["csrss"]);
        assert!(is_csrss(&system.join("CSRSS.exe")));
        assert!(!is_csrss(&system.join("notepad.exe")));
        assert!(!is_csrss(Path::new(r"C:\mine\csrss.exe")));
    }
}
