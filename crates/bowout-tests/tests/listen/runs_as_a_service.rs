//! Through the real service control manager.

use bowout_tests::sys::service;
use windows_sys::Win32::Foundation::{
    ERROR_INVALID_SERVICE_CONTROL, ERROR_PROCESS_ABORTED, ERROR_SERVICE_SPECIFIC_ERROR,
};
use windows_sys::Win32::System::Services::{
    SERVICE_ACCEPT_PRESHUTDOWN, SERVICE_ACCEPT_SHUTDOWN, SERVICE_ACCEPT_STOP, SERVICE_CONTROL_INTERROGATE,
    SERVICE_CONTROL_STOP, SERVICE_RUNNING, SERVICE_STOP_PENDING, SERVICE_STOPPED,
};

#[test]
fn it_stops_when_asked_and_tells_how_it_goes_on() {
    let Some(mut service) = service("service") else { return };
    let running = service.status();
    assert_eq!(running.dwCurrentState, SERVICE_RUNNING);
    let all = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PRESHUTDOWN;
    assert_eq!(running.dwControlsAccepted, all);
    assert_eq!(service.control(SERVICE_CONTROL_INTERROGATE), Ok(()));
    assert_eq!(service.control(SERVICE_CONTROL_STOP), Ok(()));
    service.expect("request service stop");
    let mut checkpoint = 0;
    for name in ["third", "second", "first"] {
        service.expect(&format!("cleaning {name}"));
        let pending = service.wait_for(|status| status.dwCheckPoint > checkpoint);
        assert_eq!(pending.dwCurrentState, SERVICE_STOP_PENDING);
        assert_eq!(pending.dwControlsAccepted, 0);
        // The grace is a minute.
        assert!(
            (30_000..=61_000).contains(&pending.dwWaitHint),
            "{}",
            pending.dwWaitHint
        );
        checkpoint = pending.dwCheckPoint;
        service.go_on();
    }
    let stopped = service.ended();
    assert_eq!((stopped.dwCurrentState, stopped.dwWin32ExitCode), (SERVICE_STOPPED, 0));
}

#[test]
fn its_own_exit_code_is_told() {
    let Some(mut service) = service("service-exit-7") else {
        return;
    };
    service.go_on();
    let stopped = service.ended();
    let codes = (stopped.dwWin32ExitCode, stopped.dwServiceSpecificExitCode);
    assert_eq!(codes, (ERROR_SERVICE_SPECIFIC_ERROR, 7));
}

#[test]
fn returning_from_main_is_a_good_end() {
    let Some(mut service) = service("service-return") else {
        return;
    };
    assert_eq!(service.control(SERVICE_CONTROL_STOP), Ok(()));
    service.expect("cleaned");
    assert_eq!(service.ended().dwWin32ExitCode, 0);
}

#[test]
fn one_that_runs_out_of_time_says_so() {
    let Some(service) = service("service-hangs") else {
        return;
    };
    assert_eq!(service.control(SERVICE_CONTROL_STOP), Ok(()));
    assert_eq!(service.ended().dwWin32ExitCode, ERROR_PROCESS_ABORTED);
}

/// It is some user's, and none of the service's business.
#[test]
fn a_logoff_is_no_request() {
    let Some(mut service) = service("service-above-another-handler") else {
        return;
    };
    service.console_event(5);
    service.expect("passed on 5");
    assert_eq!(service.control(SERVICE_CONTROL_STOP), Ok(()));
    service.expect("request service stop");
}

#[test]
fn a_control_that_is_ignored_is_refused() {
    let Some(service) = service("service-ignores-stop") else {
        return;
    };
    assert_eq!(
        service.control(SERVICE_CONTROL_STOP),
        Err(ERROR_INVALID_SERVICE_CONTROL)
    );
}
