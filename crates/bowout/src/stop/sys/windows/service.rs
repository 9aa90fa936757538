//! Services, and how their manager is asked to stop them.

use std::io;
use std::ptr::null;
use std::sync::mpsc;
use std::time::Duration;

use windows_sys::Win32::Foundation::{
    ERROR_DEPENDENT_SERVICES_RUNNING, ERROR_INVALID_SERVICE_CONTROL, ERROR_MORE_DATA, ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
    ERROR_SERVICE_NOT_ACTIVE, ERROR_SERVICE_REQUEST_TIMEOUT,
};
use windows_sys::Win32::System::Services::{
    CloseServiceHandle, ControlService, ENUM_SERVICE_STATUS_PROCESSW, EnumServicesStatusExW, OpenSCManagerW,
    OpenServiceW, SC_ENUM_PROCESS_INFO, SC_HANDLE, SC_MANAGER_CONNECT, SC_MANAGER_ENUMERATE_SERVICE,
    SERVICE_ACCEPT_STOP, SERVICE_ACTIVE, SERVICE_CONTROL_STOP, SERVICE_STATUS, SERVICE_STOP, SERVICE_STOP_PENDING,
    SERVICE_WIN32,
};

use crate::stop::route::NotSent;
use crate::sys::process::Entry;

use super::super::Manner;
use super::{check, is, wide};

/// How long the manager has for its answer. It gives one when the service's handler has returned, or after 30 s.
const PATIENCE: Duration = Duration::from_secs(5);

/// A service that is running, or on its way to that, or from it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Service {
    /// The short name, which `sc` takes.
    name: String,
    state: u32,
    accepted: u32,
}

/// Whether the service control manager has started the process, as it has every process of a service. Asking the manager
/// itself takes much longer.
pub(super) fn may_be_one(pid: u32, processes: &[Entry]) -> bool {
    let find = |pid| processes.iter().find(|entry| entry.pid == pid);
    // The manager lives as long as the system, so its number means nobody else.
    let parent = find(pid).and_then(|entry| find(entry.parent));
    parent.is_some_and(|parent| parent.program.eq_ignore_ascii_case("services.exe"))
}

/// The names of the services that run in the process.
pub(crate) fn names(pid: u32) -> io::Result<Vec<String>> {
    let services = services_of(&open_manager()?, pid)?;
    Ok(services.into_iter().map(|service| service.name).collect())
}

/// The names of the services that share the process; none where it has one to itself. Who may not ask the manager learns of
/// none, but may not end a service either.
pub(super) fn sharing(pid: u32) -> Vec<String> {
    let services = open_manager().and_then(|manager| services_of(&manager, pid));
    names_if_several(services.unwrap_or_default())
}

fn names_if_several(services: Vec<Service>) -> Vec<String> {
    match services.len() {
        0 | 1 => Vec::new(),
        _ => services.into_iter().map(|service| service.name).collect(),
    }
}

/// Asks the manager to stop every service of the process, or finds out whether it would.
pub(super) fn stop(pid: u32, manner: Manner) -> Result<(), NotSent> {
    let failed = |error: io::Error| NotSent::from_io(&error);
    let manager = open_manager().map_err(failed)?;
    let services = services_of(&manager, pid).map_err(failed)?;
    let answers = services.iter().map(|service| stop_one(&manager, service, manner));
    // One that is asked is one that stops; the process ends when all have.
    let asked = answers.reduce(|so_far, answer| so_far.or(answer));
    asked.unwrap_or(Err(NotSent::NotAService))
}

fn stop_one(manager: &Handle, service: &Service, manner: Manner) -> Result<(), NotSent> {
    if service.state == SERVICE_STOP_PENDING {
        return Ok(());
    }
    if service.accepted & SERVICE_ACCEPT_STOP == 0 {
        return Err(NotSent::AcceptsNoStop);
    }
    let name = wide(&service.name);
    // SAFETY: the handle is the manager's, and the name ends in NUL.
    let handle = unsafe { Handle::own(OpenServiceW(manager.0, name.as_ptr(), SERVICE_STOP)) };
    let handle = handle.map_err(|error| NotSent::from_io(&error))?;
    if manner == Manner::Preview {
        return Ok(());
    }
    let (told, answer) = mpsc::channel();
    std::thread::spawn(move || told.send(control_stop(&handle)));
    // A manager that is still silent has it and passes it on.
    answer.recv_timeout(PATIENCE).unwrap_or(Ok(()))
}

/// [ControlService](https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-controlservice)
fn control_stop(service: &Handle) -> Result<(), NotSent> {
    let mut status = SERVICE_STATUS::default();
    // SAFETY: the handle is a service's, and the place is ours.
    match check(unsafe { ControlService(service.0, SERVICE_CONTROL_STOP, &mut status) }) {
        Ok(()) => Ok(()),
        // It has stopped meanwhile; or it was told, and takes its time.
        Err(error) if is(&error, ERROR_SERVICE_NOT_ACTIVE) || is(&error, ERROR_SERVICE_REQUEST_TIMEOUT) => Ok(()),
        Err(error) if is(&error, ERROR_INVALID_SERVICE_CONTROL) || is(&error, ERROR_SERVICE_CANNOT_ACCEPT_CTRL) => {
            match status.dwCurrentState {
                SERVICE_STOP_PENDING => Ok(()),
                _ => Err(NotSent::AcceptsNoStop),
            }
        }
        Err(error) if is(&error, ERROR_DEPENDENT_SERVICES_RUNNING) => Err(NotSent::ServicesDependOnIt),
        Err(error) => Err(NotSent::from_io(&error)),
    }
}

/// A handle of the manager's.
pub(super) struct Handle(pub(super) SC_HANDLE);

// SAFETY: it is a key to the manager, and no place of a thread's.
unsafe impl Send for Handle {}

impl Handle {
    /// # Safety
    /// The handle is null, or was just created for the caller and is nobody else's.
    pub(super) unsafe fn own(handle: SC_HANDLE) -> io::Result<Handle> {
        if handle.is_null() {
            Err(io::Error::last_os_error())
        } else {
            Ok(Handle(handle))
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is ours, and closed once.
        unsafe { CloseServiceHandle(self.0) };
    }
}

pub(super) fn open_manager() -> io::Result<Handle> {
    // SAFETY: null means this machine and its active database; the call gives a handle of our own, or null.
    unsafe {
        Handle::own(OpenSCManagerW(
            null(),
            null(),
            SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE,
        ))
    }
}

/// [EnumServicesStatusExW](https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-enumservicesstatusexw)
fn services_of(manager: &Handle, pid: u32) -> io::Result<Vec<Service>> {
    // The largest that is taken. Should there be more services than fit, the call is made again from where it stopped.
    let mut place = vec![0_u64; 256 * 1024 / size_of::<u64>()];
    let (mut services, mut resume) = (Vec::new(), 0);
    loop {
        let (mut missing, mut count) = (0, 0);
        // SAFETY: the handle is the manager's; the place is aligned and as long as is said; null means every group.
        let result = check(unsafe {
            EnumServicesStatusExW(
                manager.0,
                SC_ENUM_PROCESS_INFO,
                SERVICE_WIN32,
                SERVICE_ACTIVE,
                place.as_mut_ptr().cast(),
                size_of_val(place.as_slice()) as u32,
                &mut missing,
                &mut count,
                &mut resume,
                null(),
            )
        });
        // SAFETY: the place begins with as many entries as the call has counted; they, and their texts, lie in it.
        services.extend(unsafe {
            let entries = place.as_ptr().cast::<ENUM_SERVICE_STATUS_PROCESSW>();
            let entries = std::slice::from_raw_parts(entries, usize::try_from(count).unwrap_or(0));
            let ours = entries
                .iter()
                .filter(|entry| entry.ServiceStatusProcess.dwProcessId == pid);
            ours.map(|entry| described(entry)).collect::<Vec<_>>()
        });
        match result {
            Ok(()) => return Ok(services),
            Err(error) if is(&error, ERROR_MORE_DATA) && count > 0 => {}
            Err(error) => return Err(error),
        }
    }
}

/// # Safety
/// The name of the entry is a text that ends in NUL.
unsafe fn described(entry: &ENUM_SERVICE_STATUS_PROCESSW) -> Service {
    let name = entry.lpServiceName.cast_const();
    // SAFETY: the caller vouches for the NUL.
    let name = unsafe {
        let length = (0..).take_while(|at| *name.add(*at) != 0).count();
        std::slice::from_raw_parts(name, length)
    };
    Service {
        name: String::from_utf16_lossy(name),
        state: entry.ServiceStatusProcess.dwCurrentState,
        accepted: entry.ServiceStatusProcess.dwControlsAccepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(pid: u32, parent: u32, program: &str) -> Entry {
        Entry {
            pid,
            parent,
            program: program.to_owned(),
        }
    }

    #[test]
    fn a_service_is_a_child_of_the_manager() {
        let processes = [
            entry(8, 4, "Services.exe"),
            entry(12, 8, "svchost.exe"),
            entry(16, 12, "worker.exe"),
            entry(20, 24, "orphan.exe"),
        ];
        assert!(may_be_one(12, &processes));
        for other in [8, 16, 20, 28] {
            assert!(!may_be_one(other, &processes), "{other}");
        }
    }

    #[test]
    fn one_service_shares_its_process_with_nobody() {
        let service = |name: &str| Service {
            name: name.to_owned(),
            state: 0,
            accepted: 0,
        };
        assert!(names_if_several(vec![]).is_empty());
        assert!(names_if_several(vec![service("Spooler")]).is_empty());
        let shared = names_if_several(vec![service("RpcSs"), service("RpcEptMapper")]);
        assert_eq!(shared, ["RpcSs", "RpcEptMapper"]);
    }

    #[test]
    fn this_process_is_no_service() {
        let manager = open_manager().expect("everybody may ask");
        assert_eq!(services_of(&manager, std::process::id()).expect("it answers"), []);
    }
}
