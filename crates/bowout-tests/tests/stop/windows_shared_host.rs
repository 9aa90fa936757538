//! A process that several services share.

use std::collections::HashMap;
use std::ptr::null;

use bowout::Signal;
use bowout::stop::{NotSent, OpenError, ProcessId, Protection, Target};
use bowout_tests::{skip, under_wine};
use windows_sys::Win32::System::Services::{
    CloseServiceHandle, ENUM_SERVICE_STATUS_PROCESSW, EnumServicesStatusExW, OpenSCManagerW, SC_ENUM_PROCESS_INFO,
    SC_MANAGER_ENUMERATE_SERVICE, SERVICE_ACTIVE, SERVICE_WIN32,
};

use super::plan;

/// How many services each process has.
fn services() -> HashMap<u32, usize> {
    let mut place = vec![0_u64; 256 * 1024 / 8];
    let (mut missing, mut count, mut resume) = (0, 0, 0);
    // SAFETY: null means this machine, its active database, and every group; the place is aligned and as long as is said, and
    // begins with as many entries as the call has counted.
    let entries = unsafe {
        let manager = OpenSCManagerW(null(), null(), SC_MANAGER_ENUMERATE_SERVICE);
        assert!(!manager.is_null(), "OpenSCManager: {}", std::io::Error::last_os_error());
        EnumServicesStatusExW(
            manager,
            SC_ENUM_PROCESS_INFO,
            SERVICE_WIN32,
            SERVICE_ACTIVE,
            place.as_mut_ptr().cast(),
            size_of_val(place.as_slice()) as u32,
            &mut missing,
            &mut count,
            &mut resume,
            null(),
        );
        CloseServiceHandle(manager);
        std::slice::from_raw_parts(place.as_ptr().cast::<ENUM_SERVICE_STATUS_PROCESSW>(), count as usize)
    };
    let mut services = HashMap::new();
    for entry in entries {
        *services.entry(entry.ServiceStatusProcess.dwProcessId).or_default() += 1;
    }
    services.remove(&0);
    services
}

/// Nothing is sent to any of them.
#[test]
fn is_spared_unless_named_and_then_the_preview_tells_who_stops_with_it() {
    let mut found = 0;
    for (pid, count) in services().into_iter().filter(|(_, count)| *count > 1) {
        let id = ProcessId::new(pid).expect("a number");
        let why = match Target::open(id).unwrap_err() {
            OpenError::Protected { why, .. } => why,
            // Who may not look at it.
            OpenError::PermissionDenied { .. } => continue,
            other => panic!("{other:?}"),
        };
        if why != Protection::SharedServiceHost {
            assert_eq!(why, Protection::Critical);
            continue;
        }
        let target = Target::options().allow(why).open(id).expect("it is named");
        let stages = plan("TERM/1s/KILL").preview(&target);
        let open = stages
            .iter()
            .flat_map(|stage| &stage.attempts)
            .filter_map(|tried| tried.result.as_ref().ok());
        let mut all_are_told = true;
        for reached in open {
            all_are_told &= reached.services.len() == count;
        }
        assert!(all_are_told, "{stages:?}");
        let may = |signal| {
            stages
                .iter()
                .any(|stage| stage.signal() == signal && stage.route().is_some())
        };
        let refused = |tried: &bowout::stop::Attempt| tried.result == Err(NotSent::PermissionDenied);
        assert!(
            may(Signal::Kill) || stages[1].attempts.iter().all(refused),
            "{stages:?}"
        );
        found += 1;
    }
    // Wine gives each service a process of its own.
    if found == 0 && !under_wine() {
        skip("no process here is shared by services, or none may be looked at");
    }
}
