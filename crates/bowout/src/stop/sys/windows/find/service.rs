//! The process of a service.

use std::io;

use windows_sys::Win32::Foundation::{ERROR_INVALID_NAME, ERROR_SERVICE_DOES_NOT_EXIST};
use windows_sys::Win32::System::Services::{
    OpenServiceW, QueryServiceStatusEx, SC_STATUS_PROCESS_INFO, SERVICE_QUERY_STATUS, SERVICE_STATUS_PROCESS,
};

use super::super::service::{Handle, open_manager};
use super::super::wide;
use crate::stop::find::FindProblem;
use crate::sys::call::{check, is};

/// The number of the process that runs a service. Services may share one.
pub(in crate::stop) fn service(name: &str) -> Result<u32, FindProblem> {
    match process_of(name) {
        Ok(0) => Err(FindProblem::NotRunning),
        Ok(pid) => Ok(pid),
        Err(error) if is(&error, ERROR_SERVICE_DOES_NOT_EXIST) || is(&error, ERROR_INVALID_NAME) => {
            Err(FindProblem::NoSuchService)
        }
        Err(error) => Err(FindProblem::Io(error)),
    }
}

/// 0 is none
/// ([SERVICE_STATUS_PROCESS](https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_status_process)).
fn process_of(name: &str) -> io::Result<u32> {
    let manager = open_manager()?;
    // SAFETY: the handle is the manager's, and the name ends in NUL. The handle that is given is nobody else's.
    let service = unsafe { Handle::own(OpenServiceW(manager.0, wide(name).as_ptr(), SERVICE_QUERY_STATUS)) }?;
    let mut status = SERVICE_STATUS_PROCESS::default();
    let mut needed = 0;
    // SAFETY: the handle is a service's, with the right to query, and the place is as long as is said.
    check(unsafe {
        let (place, length) = ((&raw mut status).cast(), size_of_val(&status) as u32);
        QueryServiceStatusEx(service.0, SC_STATUS_PROCESS_INFO, place, length, &mut needed)
    })?;
    Ok(status.dwProcessId)
}
