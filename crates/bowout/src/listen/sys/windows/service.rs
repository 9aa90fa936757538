//! What the service control manager tells a service, and is told by it
//! ([Service Programs](https://learn.microsoft.com/en-us/windows/win32/services/service-programs)).
//!
//! The dispatcher, which blocks its thread for the life of the service, has a thread of its own here, as in .NET's
//! `WindowsServiceLifetime`: so `main` stays what it is in every other program.

use std::io;
use std::ptr::null;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use windows_sys::Win32::Foundation::{
    ERROR_CALL_NOT_IMPLEMENTED, ERROR_FAILED_SERVICE_CONTROLLER_CONNECT, ERROR_PROCESS_ABORTED,
    ERROR_SERVICE_SPECIFIC_ERROR, NO_ERROR,
};
use windows_sys::Win32::System::Services::{
    RegisterServiceCtrlHandlerExW, SERVICE_ACCEPT_PRESHUTDOWN, SERVICE_ACCEPT_SHUTDOWN, SERVICE_ACCEPT_STOP,
    SERVICE_CONTROL_INTERROGATE, SERVICE_CONTROL_PRESHUTDOWN, SERVICE_CONTROL_SHUTDOWN, SERVICE_CONTROL_STOP,
    SERVICE_RUNNING, SERVICE_START_PENDING, SERVICE_STATUS, SERVICE_STATUS_HANDLE, SERVICE_STOP_PENDING,
    SERVICE_STOPPED, SERVICE_TABLE_ENTRYW, SERVICE_WIN32_OWN_PROCESS, SetServiceStatus, StartServiceCtrlDispatcherW,
};
use windows_sys::core::PWSTR;

use super::super::super::request::Trigger;
use super::super::super::service::ServiceError;
use super::{Taken, is_listened_to, take};

/// What the manager has for each of its controls, and what it means here.
const CONTROLS: [(u32, u32, Trigger); 3] = [
    (SERVICE_CONTROL_STOP, SERVICE_ACCEPT_STOP, Trigger::ServiceStop),
    (
        SERVICE_CONTROL_SHUTDOWN,
        SERVICE_ACCEPT_SHUTDOWN,
        Trigger::SystemShutdown,
    ),
    (
        SERVICE_CONTROL_PRESHUTDOWN,
        SERVICE_ACCEPT_PRESHUTDOWN,
        Trigger::Preshutdown,
    ),
];

/// The service that this process is, once the manager knows it.
static SERVICE: Mutex<Option<Service>> = Mutex::new(None);
static STOPPED: Condvar = Condvar::new();
/// There is one: asked without the lock, which somebody may hold who is stuck.
static IS_SERVICE: AtomicBool = AtomicBool::new(false);

pub(super) fn is_one() -> bool {
    IS_SERVICE.load(Ordering::Acquire)
}
/// Where it is awaited that the manager calls `service_main`.
static AWAITED: Mutex<Option<Sender<io::Result<()>>>> = Mutex::new(None);

struct Service {
    handle: Handle,
    status: SERVICE_STATUS,
}

/// The manager's, not to be closed.
struct Handle(SERVICE_STATUS_HANDLE);

// SAFETY: it is a key to the manager, and no place of a thread's; SetServiceStatus may be called on any thread.
unsafe impl Send for Handle {}

fn service() -> MutexGuard<'static, Option<Service>> {
    SERVICE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Service {
    /// Tells the manager of the present state. It is told as well as it can be; should it be gone, nobody is left to tell.
    fn tell(&self) {
        // SAFETY: the handle is this service's, and the status a whole one.
        unsafe { SetServiceStatus(self.handle.0, &self.status) };
    }
}

/// Becomes the service that the manager has started this process for: "starting", until [`tell_running`].
pub(in super::super::super) fn start_service() -> Result<(), ServiceError> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let (started, answer) = channel();
    *AWAITED.lock().unwrap_or_else(PoisonError::into_inner) = Some(started.clone());
    let dispatch = move || {
        // A process that has one service need not name it.
        let mut name = [0];
        let table = [
            SERVICE_TABLE_ENTRYW {
                lpServiceName: name.as_mut_ptr(),
                lpServiceProc: Some(service_main),
            },
            SERVICE_TABLE_ENTRYW::default(),
        ];
        // SAFETY: the table ends in an empty entry and lives as long as the call, which ends when the service has.
        if unsafe { StartServiceCtrlDispatcherW(table.as_ptr()) } == 0 {
            let _ = started.send(Err(io::Error::last_os_error()));
        }
    };
    let spawned = Builder::new().name("bowout-service".to_owned()).spawn(dispatch);
    spawned.map_err(ServiceError::System)?;
    let refused = match answer.recv() {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error,
        Err(gone) => io::Error::other(gone),
    };
    Err(match refused.raw_os_error() {
        Some(code) if code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT as i32 => ServiceError::NotAService,
        _ => ServiceError::System(refused),
    })
}

/// The service's thread: it is there until the service has stopped.
unsafe extern "system" fn service_main(_: u32, _: *mut PWSTR) {
    let awaited = AWAITED.lock().unwrap_or_else(PoisonError::into_inner).take();
    // SAFETY: the only service of a process need not be named, but for an empty name; the handler is a function of this
    // program and takes no context.
    let handle = unsafe { RegisterServiceCtrlHandlerExW([0].as_ptr(), Some(on_control), null()) };
    if handle.is_null() {
        let error = io::Error::last_os_error();
        awaited.map(|awaited| awaited.send(Err(error)));
        return;
    }
    let starting = Service {
        handle: Handle(handle),
        status: SERVICE_STATUS {
            dwServiceType: SERVICE_WIN32_OWN_PROCESS,
            dwCurrentState: SERVICE_START_PENDING,
            ..SERVICE_STATUS::default()
        },
    };
    starting.tell();
    let mut service = service();
    *service = Some(starting);
    IS_SERVICE.store(true, Ordering::Release);
    awaited.map(|awaited| awaited.send(Ok(())));
    let has_stopped = |service: &Option<Service>| {
        service
            .as_ref()
            .is_none_or(|it| it.status.dwCurrentState == SERVICE_STOPPED)
    };
    while !has_stopped(&service) {
        service = STOPPED.wait(service).unwrap_or_else(PoisonError::into_inner);
    }
}

/// Called by the dispatcher for each control; the manager waits until it returns.
unsafe extern "system" fn on_control(
    control: u32,
    _: u32,
    _: *mut core::ffi::c_void,
    _: *mut core::ffi::c_void,
) -> u32 {
    if control == SERVICE_CONTROL_INTERROGATE {
        return NO_ERROR;
    }
    let Some((_, _, trigger)) = CONTROLS.iter().find(|(known, _, _)| *known == control) else {
        return ERROR_CALL_NOT_IMPLEMENTED;
    };
    match take(*trigger) {
        Taken::Noted => NO_ERROR,
        Taken::Swallowed | Taken::Passed => ERROR_CALL_NOT_IMPLEMENTED,
    }
}

/// Goes from one of these states to the next, and tells the manager. Nothing happens where this process is no service.
fn advance(from: &[u32], change: impl FnOnce(&mut SERVICE_STATUS)) {
    if let Some(service) = service().as_mut() {
        if from.contains(&service.status.dwCurrentState) {
            change(&mut service.status);
            service.tell();
        }
    }
}

/// The service has started. It accepts the controls that the listener listens to: of one that nobody takes, the manager tells
/// the sender so.
pub(in super::super::super) fn tell_running() {
    advance(&[SERVICE_START_PENDING], |status| {
        status.dwCurrentState = SERVICE_RUNNING;
        let accepted = CONTROLS.iter().filter(|(_, _, trigger)| is_listened_to(*trigger));
        status.dwControlsAccepted = accepted.map(|(_, accept, _)| accept).sum();
    });
}

/// The manager is told that the end begins, and how long it may take.
pub(in super::super::super) fn tell_stopping(remaining: Option<Duration>) {
    advance(&[SERVICE_START_PENDING, SERVICE_RUNNING], |status| {
        status.dwCurrentState = SERVICE_STOP_PENDING;
        // No control is of use any more.
        status.dwControlsAccepted = 0;
        status.dwCheckPoint = 1;
        status.dwWaitHint = wait_hint(remaining);
    });
}

/// The same of every step towards it.
pub(in super::super::super) fn tell_progress(remaining: Option<Duration>) {
    advance(&[SERVICE_STOP_PENDING], |status| {
        status.dwCheckPoint += 1;
        status.dwWaitHint = wait_hint(remaining);
    });
}

/// In how many milliseconds at the latest the manager hears of us again: at the deadline the process ends, and then there is
/// a moment for the end itself.
fn wait_hint(remaining: Option<Duration>) -> u32 {
    const MOMENT: Duration = Duration::from_secs(1);
    const DAY: Duration = Duration::from_secs(86_400);
    remaining.unwrap_or(DAY).saturating_add(MOMENT).min(DAY).as_millis() as u32
}

/// The end, by an exit code of the program's: without it the manager would take the exit for a crash.
pub(in super::super::super) fn tell_stopped(code: i32) {
    if code == 0 {
        stopped(NO_ERROR, 0);
    } else {
        stopped(ERROR_SERVICE_SPECIFIC_ERROR, code as u32);
    }
}

/// The end by force: something was left undone. The process must end even if the manager does not answer, so another thread
/// tells it, and is not waited for for long.
pub(super) fn tell_aborted() {
    const MOMENT: Duration = Duration::from_millis(200);
    if is_one() {
        let (told, telling) = channel();
        let tell = move || {
            stopped(ERROR_PROCESS_ABORTED, 0);
            let _ = told.send(());
        };
        // Without a thread for it the manager sees what there is to see: a process that ends without a word.
        let _ = Builder::new().name("bowout-service-end".to_owned()).spawn(tell);
        let _ = telling.recv_timeout(MOMENT);
    }
}

fn stopped(error: u32, specific: u32) {
    advance(
        &[SERVICE_START_PENDING, SERVICE_RUNNING, SERVICE_STOP_PENDING],
        |status| {
            *status = SERVICE_STATUS {
                dwServiceType: status.dwServiceType,
                dwCurrentState: SERVICE_STOPPED,
                dwWin32ExitCode: error,
                dwServiceSpecificExitCode: specific,
                ..SERVICE_STATUS::default()
            };
        },
    );
    STOPPED.notify_all();
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::ptr::null_mut;

    use super::*;
    use crate::listen::sys;

    /// Shutdown and preshutdown come from the manager alone, when the system really shuts down.
    #[test]
    fn every_control_has_its_meaning() {
        // SAFETY: the handler looks at the control only.
        let answer = |control| unsafe { on_control(control, 0, null_mut(), null_mut()) };
        sys::install(&BTreeMap::new()).unwrap();
        for (control, _, trigger) in CONTROLS {
            assert_eq!(answer(control), NO_ERROR);
            assert_eq!(sys::take_hits().map(|hit| hit.trigger).collect::<Vec<_>>(), [trigger]);
        }
        let for_programs_to_define = 200;
        assert_eq!(answer(for_programs_to_define), ERROR_CALL_NOT_IMPLEMENTED);
        sys::uninstall();
        assert_eq!(answer(SERVICE_CONTROL_STOP), ERROR_CALL_NOT_IMPLEMENTED);
    }
}
