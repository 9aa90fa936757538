//! What the system tells windows, told to the hidden one.

use std::process::Command;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bowout_tests::{Actor, Ended, Gate, PATIENCE, actor, skip};
use windows_sys::Win32::Foundation::{HWND, LPARAM, STATUS_CONTROL_C_EXIT};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    ENDSESSION_CLOSEAPP, ENDSESSION_LOGOFF, EnumWindows, GetClassNameW, GetWindowThreadProcessId, PostMessageW,
    SMTO_NORMAL, SendMessageTimeoutW, WM_CLOSE, WM_ENDSESSION, WM_QUERYENDSESSION,
};
use windows_sys::core::BOOL;

const LEFT: Ended = Ended::Code(STATUS_CONTROL_C_EXIT);

/// An actor that is ready, and its hidden window.
fn ready(command: &mut Command, window: &str) -> Option<(Actor, Window)> {
    let mut actor = Actor::start(command);
    let hearing = actor.next_line().expect("a line");
    if hearing.starts_with("window Failed") {
        skip(&hearing);
        return None;
    }
    assert_eq!(hearing, window);
    actor.expect("ready");
    let windows = windows_of(&actor);
    assert_eq!(windows.len(), 1);
    Some((actor, windows[0]))
}

/// A window, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Window(usize);

impl Window {
    fn post(self, message: u32) {
        // SAFETY: a message to whatever window has this number.
        let ok = unsafe { PostMessageW(self.0 as HWND, message, 0, 0) };
        assert_ne!(ok, 0, "PostMessage: {}", std::io::Error::last_os_error());
    }

    /// Sends it, as the system does at the end of a session, and gives the answer; `None` from a window that is gone.
    fn send(self, message: u32, wparam: usize, flags: u32) -> Option<usize> {
        let (mut answer, patience) = (0, PATIENCE.as_millis() as u32);
        // SAFETY: a message to whatever window has this number; the place is ours.
        let sent = unsafe {
            let window = self.0 as HWND;
            SendMessageTimeoutW(
                window,
                message,
                wparam,
                flags as i32 as LPARAM,
                SMTO_NORMAL,
                patience,
                &mut answer,
            )
        };
        (sent != 0).then_some(answer)
    }

    /// The same on a thread of its own, that waits for the answer.
    fn send_and_watch(self, message: u32, wparam: usize, flags: u32) -> JoinHandle<Option<usize>> {
        std::thread::spawn(move || self.send(message, wparam, flags))
    }
}

/// The top-level windows of bowout's in the actor's process.
fn windows_of(actor: &Actor) -> Vec<Window> {
    let mut search = (actor.pid(), Vec::new());
    // SAFETY: the callback is called during the call, with the place that is given here.
    unsafe { EnumWindows(Some(found), (&raw mut search) as LPARAM) };
    search.1
}

unsafe extern "system" fn found(window: HWND, search: LPARAM) -> BOOL {
    // SAFETY: `windows_of` has given this place, and nobody else uses it meanwhile.
    let (pid, windows) = unsafe { &mut *(search as *mut (u32, Vec<Window>)) };
    let (mut owner, mut class) = (0, [0; 64]);
    // SAFETY: the places are ours, and as long as is said.
    let length = unsafe {
        GetWindowThreadProcessId(window, &mut owner);
        GetClassNameW(window, class.as_mut_ptr(), class.len() as i32)
    };
    if owner == *pid && String::from_utf16_lossy(&class[..length as usize]).starts_with("bowout ") {
        windows.push(Window(window as usize));
    }
    1
}

#[test]
fn wm_close_is_a_request() {
    let Some((mut actor, window)) = ready(&mut actor("window"), "window Handled") else {
        return;
    };
    window.post(WM_CLOSE);
    actor.expect("request window close");
    actor.expect("cleaned");
    assert_eq!(actor.ended(), LEFT);
}

#[test]
fn taskkill_without_force_is_a_request() {
    let Some((mut actor, _)) = ready(&mut actor("window"), "window Handled") else {
        return;
    };
    let mut taskkill = Command::new("taskkill");
    let mut taskkill = Actor::start(taskkill.args(["/pid", &actor.pid().to_string()]));
    assert_eq!(taskkill.ended(), Ended::Code(0), "{:?}", taskkill.rest());
    actor.expect("request window close");
    actor.expect("cleaned");
    assert_eq!(actor.ended(), LEFT);
}

#[test]
fn wm_close_can_be_ignored_while_the_end_of_the_session_is_not() {
    let Some((mut actor, window)) = ready(&mut actor("window-ignored"), "window Ignored") else {
        return;
    };
    window.post(WM_CLOSE);
    // Messages come in order, so this one is answered after the other was worked on.
    assert_eq!(window.send(WM_QUERYENDSESSION, 0, 0), Some(1));
    window.send_and_watch(WM_ENDSESSION, 1, 0);
    actor.expect("request system shutdown");
    actor.expect("cleaned");
    assert_eq!(actor.ended(), LEFT);
}

#[test]
fn the_end_of_the_session_waits_for_the_cleanups() {
    for (flags, request) in [
        (0, "system shutdown"),
        (ENDSESSION_LOGOFF, "logoff"),
        (ENDSESSION_CLOSEAPP, "window close"),
    ] {
        let mut command = actor("window-slow-cleanup");
        let gate = Gate::before(&mut command);
        let Some((mut actor, window)) = ready(&mut command, "window Handled") else {
            return;
        };
        assert_eq!(window.send(WM_QUERYENDSESSION, 0, flags), Some(1));
        let answer = window.send_and_watch(WM_ENDSESSION, 1, flags);
        actor.expect(&format!("request {request}"));
        actor.expect("cleaned");
        actor.expect("cleaning");
        assert!(!answer.is_finished(), "the system would end the process now");
        gate.open();
        assert_eq!(actor.ended(), LEFT);
        answer.join().expect("sending does not panic");
    }
}

#[test]
fn an_end_of_the_session_that_was_called_off_is_no_request() {
    let Some((mut actor, window)) = ready(&mut actor("window"), "window Handled") else {
        return;
    };
    assert_eq!(window.send(WM_QUERYENDSESSION, 0, 0), Some(1));
    assert_eq!(window.send(WM_ENDSESSION, 0, 0), Some(0));
    window.post(WM_CLOSE);
    actor.expect("request window close");
    assert_eq!(actor.ended(), LEFT);
}

#[test]
fn a_listener_that_ended_leaves_no_window_and_the_next_one_has_its_own() {
    let mut actor = Actor::start(&mut actor("window-again"));
    let first = actor.next_line().expect("a line");
    if first.starts_with("window Failed") {
        return skip(&first);
    }
    actor.expect("window Handled");
    actor.expect("ready");
    let deadline = Instant::now() + PATIENCE;
    while windows_of(&actor).len() != 1 {
        assert!(Instant::now() < deadline, "{:?}", windows_of(&actor));
        std::thread::sleep(Duration::from_millis(2));
    }
    windows_of(&actor)[0].post(WM_CLOSE);
    actor.expect("request window close");
    actor.expect("cleaned");
    assert_eq!(actor.ended(), LEFT);
}
