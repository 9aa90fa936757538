//! Flags of the caller's own change where a child sits, and so how it can be asked.

use bowout::Signal;
use bowout::spawn::{Child, OnDrop};
use bowout::stop::{self, Attempt, NotSent, Route};
use bowout_tests::{PATIENCE, actor_path};
use windows_sys::Win32::System::Threading::{CREATE_NEW_CONSOLE, DETACHED_PROCESS};

use super::{Started, start_with};

/// One that leaves at Ctrl-C, with code 7.
fn started_with(flags: u32) -> Started {
    stop::set_helper(actor_path());
    let options = Child::options().creation_flags(flags).on_drop(OnDrop::Kill);
    let mut started = start_with(&options, &["exits-on-ctrl-c"]);
    started.expect("ready");
    started
}

fn refusal(attempts: &[Attempt], route: Route) -> Option<NotSent> {
    let tried = attempts.iter().find(|attempt| attempt.route == route);
    tried.expect("it was tried").result.clone().err()
}

/// Where Windows makes a console it makes no group
/// ([CREATE_NEW_PROCESS_GROUP](https://learn.microsoft.com/windows/win32/procthread/process-creation-flags)).
#[test]
fn who_has_a_new_console_leads_no_group_and_hears_ctrl_c() {
    let started = started_with(CREATE_NEW_CONSOLE);
    let sent = stop::signal(&started.child.target().unwrap(), Signal::Term).unwrap();
    let by_group = refusal(&sent.attempts, Route::GroupCtrlBreak);
    assert_eq!(by_group, Some(NotSent::LeadsNoGroupOfOurs), "{sent:?}");
    assert_eq!(sent.route, Route::ConsoleCtrlC, "{sent:?}");
    let status = started.child.wait_timeout(PATIENCE).unwrap();
    assert_eq!(status.and_then(|status| status.code()), Some(7), "{sent:?}");
}

#[test]
fn who_has_none_is_not_waited_for() {
    let started = started_with(DETACHED_PROCESS);
    let reports = started.child.stop(&"TERM/1h/KILL".parse().unwrap()).unwrap();
    let [term, kill] = &reports[0].steps[..] else {
        panic!("{reports:?}");
    };
    for (route, why) in [
        (Route::GroupCtrlBreak, NotSent::NoConsole),
        (Route::ConsoleCtrlC, NotSent::CtrlCOff),
    ] {
        assert_eq!(refusal(&term.attempts, route), Some(why), "{reports:?}");
    }
    assert_eq!(kill.route(), Some(Route::TerminateJob), "{reports:?}");
}
