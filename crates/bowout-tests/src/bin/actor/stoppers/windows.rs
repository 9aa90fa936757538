//! Stoppers on Windows.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::ptr::null_mut;

use bowout::Signal;
use bowout::stop::{self, ProcessId, Protection, Route, Target};
use windows_sys::Win32::System::LibraryLoader::{LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW};
use windows_sys::core::w;

use super::{args, open_all, stop_all};
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "stopper-of-neighbour" => stopper_of_neighbour,
        "stopper-that-injects" => stopper_that_injects,
        "stopper-of-shared-hosts" => stopper_of_shared_hosts,
        "stopper-by-named-helper" => stopper_by_named_helper,
        "stopper-with-user32" => stopper_with_user32,
        "sends-ctrl-c-to-own-console" => sends_ctrl_c_to_own_console,
        "sends-ctrl-c-to-own-console-and-listens" => sends_ctrl_c_to_own_console_and_listens,
        _ => return None,
    })
}

/// `stopper-of-neighbour PLAN`: starts a target on its own console and stops it.
fn stopper_of_neighbour() {
    let plan = args().next().expect("a plan").parse().expect("a plan");
    let mut child = neighbour();
    stop_all(vec![Target::open(ProcessId::from(&child)).expect("it runs")], &plan);
    child.wait().expect("it is our child");
}

/// One that leaves at Ctrl-C, on this process's own console.
fn neighbour() -> Child {
    let mut child = Command::new(std::env::current_exe().expect("a path"))
        .arg("exits-on-ctrl-c")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let stdout = child.stdout.as_mut().expect("it was piped");
    BufReader::new(stdout).read_line(&mut String::new()).expect("it speaks");
    child
}

fn stop_by_args(options: &stop::TargetOptions, mut args: impl Iterator<Item = String>) {
    let plan = args.next().expect("a plan").parse().expect("a plan");
    stop_all(open_all(options, args), &plan);
}

/// `stopper-that-injects PLAN ID…`
fn stopper_that_injects() {
    stop_by_args(&Target::options().inject(), args());
}

/// `stopper-of-shared-hosts PLAN ID…`
fn stopper_of_shared_hosts() {
    stop_by_args(&Target::options().allow(Protection::SharedServiceHost), args());
}

/// `stopper-by-named-helper HELPER PLAN ID…`
fn stopper_by_named_helper() {
    let mut args = args();
    stop::set_helper(args.next().expect("a helper"));
    stop_by_args(&Target::options(), args);
}

/// `stopper-with-user32 PLAN ID…`: has user32 loaded for reasons of its own, and no helper that could be started.
fn stopper_with_user32() {
    // SAFETY: the name ends in NUL.
    let module = unsafe { LoadLibraryExW(w!("user32.dll"), null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
    assert!(!module.is_null(), "user32: {}", std::io::Error::last_os_error());
    stop::set_helper("no-such-helper.exe");
    stop_by_args(&Target::options(), args());
}

/// Has no handler of its own, sends Ctrl-C to the console that it shares with a neighbour, and lives on.
fn sends_ctrl_c_to_own_console() {
    ctrl_c_to_neighbour();
    say("alive");
}

/// The same with a listener, which hears it.
fn sends_ctrl_c_to_own_console_and_listens() {
    let shutdown = bowout::listen().expect("it listens");
    ctrl_c_to_neighbour();
    say(&format!("request {}", shutdown.wait().trigger()));
}

fn ctrl_c_to_neighbour() {
    let mut child = neighbour();
    let options = Target::options().allow(Protection::OwnProcess);
    let target = options.open(ProcessId::from(&child)).expect("it runs");
    let sent = stop::signal(&target, Signal::Int).expect("it is sent");
    assert_eq!(sent.route, Route::ConsoleCtrlC);
    assert_eq!(sent.reached.others, [std::process::id()]);
    assert!(sent.attempts.last().is_some_and(|tried| tried.result.is_ok()));
    let status = child.wait().expect("it is our child");
    say(&format!("neighbour {:?}", status.code()));
}
