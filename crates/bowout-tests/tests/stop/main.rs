//! How bowout stops other processes, one file per behaviour.

#[cfg(unix)]
mod endless_trees;
mod escalates;
#[cfg(unix)]
mod exit_status;
mod finding;
#[cfg(target_os = "linux")]
mod finds_by_cgroup;
mod finds_by_command_line;
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
mod finds_by_group;
mod finds_by_name;
mod finds_by_pidfile;
mod finds_by_port;
#[cfg(windows)]
mod finds_by_service;
#[cfg(target_os = "linux")]
mod finds_by_socket;
#[cfg(target_os = "linux")]
mod finds_short_of_descriptors;
mod in_a_task;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod odd_trees;
mod preview;
mod refuses;
mod several;
#[cfg(target_os = "linux")]
mod survivors;
mod trees;
#[cfg(unix)]
mod unix_signals;
#[cfg(windows)]
mod windows_asked_once;
#[cfg(windows)]
mod windows_console;
#[cfg(windows)]
mod windows_ctrl_c_is_off;
#[cfg(windows)]
mod windows_helper;
#[cfg(windows)]
mod windows_injection;
#[cfg(windows)]
mod windows_own_console;
#[cfg(windows)]
mod windows_protects;
#[cfg(windows)]
mod windows_service;
#[cfg(windows)]
mod windows_shared_host;
#[cfg(windows)]
mod windows_signals;
#[cfg(windows)]
mod windows_wm_close;

use bowout::Signal;
use bowout::stop::{ExitStatus, Plan, ProcessId, Route, Target};
use bowout_tests::{Actor, Ended, actor};

/// Opens the process of an actor.
fn open(actor: &mut Actor) -> Target {
    Target::open(ProcessId::from(&*actor.child())).expect("it runs and is ours")
}

fn plan(text: &str) -> Plan {
    text.parse().expect("a plan")
}

/// The route that TERM takes to an actor that listens to it.
const TERM_ROUTE: Route = if cfg!(windows) {
    Route::CooperativeEvent
} else {
    Route::Signal
};

/// How a process ends by force, as its parent sees it.
fn killed() -> Ended {
    #[cfg(unix)]
    return Ended::Signal(9);
    #[cfg(windows)]
    Ended::Code(1)
}

/// The same in a report.
fn killed_status() -> ExitStatus {
    if cfg!(windows) {
        ExitStatus::Code(Route::TERMINATE_CODE)
    } else {
        ExitStatus::Signal {
            number: 9,
            name: Some(Signal::Kill),
        }
    }
}

/// Starts an actor that stops these by the plan, in the way of its scenario.
fn stopper(scenario: &str, plan: &str, pids: &[u32]) -> Actor {
    let mut command = actor(scenario);
    command.arg(plan).args(pids.iter().map(u32::to_string));
    Actor::start(&mut command)
}
