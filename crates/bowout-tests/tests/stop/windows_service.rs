//! Services, by their manager.

use bowout::stop::{NotSent, ProcessId, Route, Target};
use bowout_tests::sys::service;
use windows_sys::Win32::System::Services::SERVICE_STOPPED;

use super::{plan, stopper};

#[test]
fn one_is_stopped_by_the_manager_and_not_forced() {
    let Some(mut service) = service("service-without-event") else {
        return;
    };
    let pid = service.pid();
    let mut stopper = stopper("stopper", "TERM/30s/KILL", &[pid]);
    stopper.expect(&format!("step {pid} TERM ServiceStop"));
    service.expect("request service stop");
    assert!(
        stopper
            .next_line()
            .is_some_and(|line| line.starts_with(&format!("ended {pid} Stopped")))
    );
    let ended = service.ended();
    assert_eq!((ended.dwCurrentState, ended.dwWin32ExitCode), (SERVICE_STOPPED, 0));
}

#[test]
fn one_that_accepts_no_stop_is_told() {
    let Some(service) = service("service-deaf") else {
        return;
    };
    let target = Target::open(ProcessId::new(service.pid()).expect("a number")).expect("it runs");
    let previews = plan("TERM/30s/KILL").preview(&target);
    let by_manager = previews[0]
        .attempts
        .iter()
        .find(|tried| tried.route == Route::ServiceStop);
    assert_eq!(by_manager.expect("it was tried").result, Err(NotSent::AcceptsNoStop));
}

#[test]
fn the_preview_stops_nothing() {
    let Some(mut service) = service("service-without-event") else {
        return;
    };
    let target = Target::open(ProcessId::new(service.pid()).expect("a number")).expect("it runs");
    let previews = plan("TERM/30s/KILL").preview(&target);
    assert_eq!(previews[0].route(), Some(Route::ServiceStop));
    // This is its first request: it tells no other before.
    stopper("stopper", "TERM/30s/KILL", &[service.pid()]).rest();
    service.expect("request service stop");
    service.ended();
}
