//! A service of Windows' service control manager that lives as long as a test.

use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_INVALID_HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::System::Services::{
    CloseServiceHandle, ControlService, CreateServiceW, DeleteService, OpenSCManagerW, QueryServiceStatusEx, SC_HANDLE,
    SC_MANAGER_CONNECT, SC_MANAGER_CREATE_SERVICE, SC_STATUS_PROCESS_INFO, SERVICE_ALL_ACCESS, SERVICE_DEMAND_START,
    SERVICE_ERROR_NORMAL, SERVICE_START_PENDING, SERVICE_STATUS, SERVICE_STATUS_PROCESS, SERVICE_STOPPED,
    SERVICE_WIN32_OWN_PROCESS, StartServiceW,
};
use windows_sys::Win32::System::Threading::{OpenProcess, PROCESS_ALL_ACCESS, TerminateProcess, WaitForSingleObject};

use super::{console_event, wide};
use crate::PATIENCE;

static STARTING: Mutex<()> = Mutex::new(());

/// One service at a time: under Wine, handles of the manager's become invalid now and then when several are in use.
static ALONE: Mutex<()> = Mutex::new(());

/// How often a service is made anew where that has happened all the same: whoever asks a process to stop asks the manager too.
const ATTEMPTS: usize = 5;

/// Sees to it that no other test starts a service until this is dropped. Wine takes whoever asks first for the service that it is
/// starting, and refuses to start one while it has been starting another for three seconds.
pub fn no_service_starts() -> MutexGuard<'static, ()> {
    STARTING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running service. Its process ends with the test.
pub struct Service {
    name: String,
    handle: ManagerHandle,
    process: OwnedHandle,
    _alone: MutexGuard<'static, ()>,
}

impl Service {
    /// Has the manager start a program as a service. `None`, if it lets nobody like us make one.
    pub fn start(program: &Path, args: &str) -> Option<Service> {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let guard = no_service_starts();
        let mut attempts = 1;
        let (name, handle) = loop {
            // A number that no earlier run has used: a service that one left behind may be there still.
            let number = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
            let name = format!("bowout-test-{}", number.as_nanos());
            let handle = create(&name, &format!("\"{}\" {args}", program.display()))?;
            // SAFETY: the handle is a service's; there are no arguments.
            if unsafe { StartServiceW(handle.0, 0, null()) } != 0 {
                break (name, handle);
            }
            let error = std::io::Error::last_os_error();
            let is_forgotten = error.raw_os_error() == Some(ERROR_INVALID_HANDLE as i32);
            assert!(is_forgotten && attempts < ATTEMPTS, "StartService: {error}");
            attempts += 1;
        };
        // From here on it is gone when it has stopped and the last handle is closed, even if the test is killed.
        // SAFETY: the handle is a service's.
        unsafe { DeleteService(handle.0) };
        let pid = started(&handle);
        drop(guard);
        // SAFETY: the call takes numbers, and gives a handle or none.
        let process = unsafe { OpenProcess(PROCESS_ALL_ACCESS, 0, pid) };
        assert!(!process.is_null(), "OpenProcess: {}", std::io::Error::last_os_error());
        // SAFETY: the call succeeded, and the handle is nobody else's.
        let process = unsafe { OwnedHandle::from_raw_handle(process) };
        Some(Service {
            name,
            handle,
            process,
            _alone: alone,
        })
    }

    /// The name by which the manager knows it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends a control, as `sc.exe` does; the error is the system's.
    pub fn control(&self, control: u32) -> Result<(), u32> {
        let mut status = SERVICE_STATUS::default();
        // SAFETY: the handle is a service's, the place is ours.
        if unsafe { ControlService(self.handle.0, control, &mut status) } == 0 {
            return Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0) as u32);
        }
        Ok(())
    }

    /// Tells it of a console's event.
    pub fn console_event(&self, event: u32) {
        console_event(&self.process, event).expect("its process is there");
    }

    /// Its process's number.
    pub fn pid(&self) -> u32 {
        self.status().dwProcessId
    }

    /// What the manager knows of it.
    pub fn status(&self) -> SERVICE_STATUS_PROCESS {
        status(&self.handle)
    }

    /// Waits until the manager knows of something.
    pub fn wait_for(&self, what: impl Fn(&SERVICE_STATUS_PROCESS) -> bool) -> SERVICE_STATUS_PROCESS {
        wait_for(&self.handle, what)
    }

    /// Waits until it has stopped and its process is gone, and gives what the manager knows then.
    pub fn ended(&self) -> SERVICE_STATUS_PROCESS {
        let last = self.wait_for(|status| status.dwCurrentState == SERVICE_STOPPED);
        // SAFETY: the handle is a process's.
        let waited = unsafe { WaitForSingleObject(self.process.as_raw_handle(), PATIENCE.as_millis() as u32) };
        assert_eq!(waited, WAIT_OBJECT_0, "the process outlives its service");
        last
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // SAFETY: the handle is the process's. One that has exited is left as it is.
        unsafe { TerminateProcess(self.process.as_raw_handle(), 1) };
    }
}

struct ManagerHandle(SC_HANDLE);

impl Drop for ManagerHandle {
    fn drop(&mut self) {
        // SAFETY: the handle is ours, and closed once.
        unsafe { CloseServiceHandle(self.0) };
    }
}

fn create(name: &str, command_line: &str) -> Option<ManagerHandle> {
    let name = wide(name);
    // SAFETY: null means this machine and its active database.
    let manager = unsafe { OpenSCManagerW(null(), null(), SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE) };
    if manager.is_null() {
        let error = std::io::Error::last_os_error();
        assert_eq!(
            error.raw_os_error(),
            Some(ERROR_ACCESS_DENIED as i32),
            "OpenSCManager: {error}"
        );
        return None;
    }
    let manager = ManagerHandle(manager);
    // SAFETY: the texts end in NUL and live for the length of the call; null means no group, tag, dependency or account.
    let service = unsafe {
        CreateServiceW(
            manager.0,
            name.as_ptr(),
            name.as_ptr(),
            SERVICE_ALL_ACCESS,
            SERVICE_WIN32_OWN_PROCESS,
            SERVICE_DEMAND_START,
            SERVICE_ERROR_NORMAL,
            wide(command_line).as_ptr(),
            null(),
            null_mut(),
            null(),
            null(),
            null(),
        )
    };
    assert!(!service.is_null(), "CreateService: {}", std::io::Error::last_os_error());
    Some(ManagerHandle(service))
}

fn status(service: &ManagerHandle) -> SERVICE_STATUS_PROCESS {
    let mut status = SERVICE_STATUS_PROCESS::default();
    let mut needed = 0;
    // SAFETY: the handle is a service's, and the place is as long as is said.
    let ok = unsafe {
        let (place, length) = ((&raw mut status).cast(), size_of_val(&status) as u32);
        QueryServiceStatusEx(service.0, SC_STATUS_PROCESS_INFO, place, length, &mut needed)
    };
    assert_ne!(ok, 0, "QueryServiceStatusEx: {}", std::io::Error::last_os_error());
    status
}

/// The manager tells nobody who asks when something changes, so it is asked again.
fn wait_for(service: &ManagerHandle, what: impl Fn(&SERVICE_STATUS_PROCESS) -> bool) -> SERVICE_STATUS_PROCESS {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let status = status(service);
        if what(&status) {
            return status;
        }
        let (state, checkpoint) = (status.dwCurrentState, status.dwCheckPoint);
        assert!(Instant::now() < deadline, "in state {state} at checkpoint {checkpoint}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until it runs, and gives its process.
fn started(service: &ManagerHandle) -> u32 {
    let status = wait_for(service, |status| {
        status.dwProcessId != 0 || status.dwCurrentState != SERVICE_START_PENDING
    });
    assert_ne!(
        status.dwProcessId, 0,
        "it ended at once, with {}",
        status.dwWin32ExitCode
    );
    status.dwProcessId
}
