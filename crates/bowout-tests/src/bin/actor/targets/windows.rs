//! Targets that do something about requests: the cooperative event, made here by hand as its documentation says, and the
//! console's Ctrl-C.

use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::os::windows::process::CommandExt;
use std::process::Command;
use std::ptr::null;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::Console::{CTRL_C_EVENT, SetConsoleCtrlHandler};
use windows_sys::Win32::System::Threading::{
    CREATE_NEW_PROCESS_GROUP, CreateEventW, GetCurrentProcess, GetProcessTimes, WaitForSingleObject,
};

use super::{LIFETIME, sleep_for_ever};
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "ignores-term" => ignores_term,
        "exits-on-term" => exits_on_term,
        "exits-on-ctrl-c" => exits_on_ctrl_c,
        "ignores-ctrl-c" => ignores_ctrl_c,
        "two-on-a-console" => two_on_a_console,
        "beside-a-group" => beside_a_group,
        "tells-console-events" => tells_console_events,
        "hears-both-ways" => hears_both_ways,
        _ => return None,
    })
}

/// Only force ends it: its event is there, and nobody looks at it.
fn ignores_term() {
    let _event = cooperative_event();
    say("ready");
    sleep_for_ever();
}

/// Reports that its event was set, and leaves with code 7.
fn exits_on_term() {
    let event = cooperative_event();
    say("ready");
    // SAFETY: the handle is an event's.
    unsafe { WaitForSingleObject(event.as_raw_handle(), LIFETIME.as_millis() as u32) };
    say("heard the event");
    std::process::exit(7);
}

/// How many times Ctrl-C was heard.
static HEARD: AtomicU32 = AtomicU32::new(0);

/// Reports Ctrl-C, and leaves with code 7.
fn exits_on_ctrl_c() {
    listen();
    say("ready");
    let began = Instant::now();
    while HEARD.load(Ordering::SeqCst) == 0 && began.elapsed() < LIFETIME {
        std::thread::park_timeout(std::time::Duration::from_millis(2));
    }
    say("heard Ctrl-C");
    std::process::exit(7);
}

/// Reports each Ctrl-C, and stays.
fn ignores_ctrl_c() {
    listen();
    say("ready");
    let (mut told, began) = (0, Instant::now());
    while began.elapsed() < LIFETIME {
        std::thread::park_timeout(std::time::Duration::from_millis(2));
        while told < HEARD.load(Ordering::SeqCst) {
            told += 1;
            say(&format!("heard Ctrl-C {told}"));
        }
    }
}

/// Starts another on its own console, tells its number, and reports each Ctrl-C.
fn two_on_a_console() {
    let mut other = Command::new(std::env::current_exe().expect("a path"))
        .arg("ignores-ctrl-c")
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    say(&format!("other {}", other.id()));
    std::thread::spawn(move || other.wait());
    ignores_ctrl_c();
}

/// `beside-a-group SCENARIO`: starts another on its own console, in a group of its own, in which Ctrl-C is off; tells its number,
/// and leaves at Ctrl-C.
fn beside_a_group() {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    let command = command.args(std::env::args().nth(2)).stdin(std::process::Stdio::null());
    let other = command.creation_flags(CREATE_NEW_PROCESS_GROUP).spawn();
    say(&format!("other {}", other.expect("it starts").id()));
    exits_on_ctrl_c();
}

fn listen() {
    // SAFETY: the handler adds to an atomic and does nothing else.
    let ok = unsafe { SetConsoleCtrlHandler(Some(note), 1) };
    assert_ne!(ok, 0, "SetConsoleCtrlHandler: {}", std::io::Error::last_os_error());
}

unsafe extern "system" fn note(event: u32) -> i32 {
    if event == CTRL_C_EVENT {
        HEARD.fetch_add(1, Ordering::SeqCst);
    }
    1
}

/// Reports the number of the first event of its console, whichever it is, and leaves with code 7.
fn tells_console_events() {
    // SAFETY: the handler writes a line and ends the process.
    let ok = unsafe { SetConsoleCtrlHandler(Some(tell), 1) };
    assert_ne!(ok, 0, "SetConsoleCtrlHandler: {}", std::io::Error::last_os_error());
    say("ready");
    sleep_for_ever();
}

unsafe extern "system" fn tell(event: u32) -> i32 {
    say(&format!("heard event {event}"));
    std::process::exit(7)
}

/// `Global\bowout-stop-PID-CREATIONTIME`.
fn cooperative_event() -> OwnedHandle {
    let mut times = [FILETIME::default(); 4];
    let [created, exited, kernel, user] = &mut times;
    // SAFETY: the pseudo handle is always valid, the four places are ours.
    let ok = unsafe { GetProcessTimes(GetCurrentProcess(), created, exited, kernel, user) };
    assert_ne!(ok, 0, "GetProcessTimes: {}", std::io::Error::last_os_error());
    let created = u64::from(times[0].dwHighDateTime) << 32 | u64::from(times[0].dwLowDateTime);
    let name = format!("Global\\bowout-stop-{}-{created:016x}", std::process::id());
    let name: Vec<u16> = name.encode_utf16().chain([0]).collect();
    // SAFETY: the name ends in NUL; the handle is checked before it is owned.
    unsafe {
        let event = CreateEventW(null(), 1, 0, name.as_ptr());
        assert!(!event.is_null(), "CreateEventW: {}", std::io::Error::last_os_error());
        OwnedHandle::from_raw_handle(event)
    }
}

/// Has the event of a program built on bowout, and a handler for Ctrl-C; tells each request that it hears.
fn hears_both_ways() {
    let event = cooperative_event();
    listen();
    say("ready");
    let (mut told, mut by_event, began) = (0, false, Instant::now());
    while began.elapsed() < LIFETIME {
        // SAFETY: the handle is an event's.
        if unsafe { WaitForSingleObject(event.as_raw_handle(), 2) } == 0 && !by_event {
            by_event = true;
            say("request by event");
        }
        while told < HEARD.load(Ordering::SeqCst) {
            told += 1;
            say(&format!("request by Ctrl-C, event before: {by_event}"));
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}
