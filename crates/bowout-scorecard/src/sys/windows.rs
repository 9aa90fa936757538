//! What contestants do on Windows besides listening, and what windows are told.

use std::io;

use windows_sys::Win32::Foundation::{FALSE, HWND, LPARAM, TRUE};
use windows_sys::Win32::System::Console::SetConsoleCtrlHandler;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    EnumWindows, GetWindowThreadProcessId, PostMessageW, SMTO_NORMAL, SendMessageTimeoutW, WM_CLOSE, WM_ENDSESSION,
    WM_QUERYENDSESSION,
};
use windows_sys::core::BOOL;

use crate::{Scene, say};

pub(crate) fn act(scene: Scene) {
    if scene == Scene::OtherAfter {
        return listen_as_another();
    }
    say(&format!("n/a: there is no {} on Windows", scene.name()));
    std::process::exit(0)
}

/// Adds a handler of the console's events that passes on what it hears.
pub(crate) fn listen_as_another() {
    unsafe extern "system" fn heard(_: u32) -> BOOL {
        say("another heard");
        FALSE
    }
    // SAFETY: the handler is a function of this program, of the signature that the system wants.
    let added = unsafe { SetConsoleCtrlHandler(Some(heard), TRUE) };
    assert_ne!(added, 0, "SetConsoleCtrlHandler: {}", io::Error::last_os_error());
}

/// The child of [`Scene::Spawns`].
pub fn report_as_child() {
    act(Scene::Spawns);
}

/// There are no cores on Windows.
pub fn leave_no_cores() {}

/// A window, by its number.
#[derive(Clone, Copy, Debug)]
pub struct Window(usize);

/// The top-level windows of a process.
///
/// # Errors
/// It has none.
pub fn windows_of(pid: u32) -> io::Result<Vec<Window>> {
    unsafe extern "system" fn found(window: HWND, search: LPARAM) -> BOOL {
        // SAFETY: this place is given below, and nobody else uses it meanwhile.
        let (pid, windows) = unsafe { &mut *(search as *mut (u32, Vec<Window>)) };
        let mut owner = 0;
        // SAFETY: the place is ours.
        unsafe { GetWindowThreadProcessId(window, &mut owner) };
        if owner == *pid {
            windows.push(Window(window as usize));
        }
        TRUE
    }
    let mut search = (pid, Vec::new());
    // SAFETY: the callback is called during the call, with the place that is given here.
    unsafe { EnumWindows(Some(found), (&raw mut search) as LPARAM) };
    if search.1.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "it has no window"));
    }
    Ok(search.1)
}

impl Window {
    /// As `taskkill` does it.
    ///
    /// # Errors
    /// What the system refused.
    pub fn close(self) -> io::Result<()> {
        // SAFETY: a message to whatever window has this number.
        match unsafe { PostMessageW(self.0 as HWND, WM_CLOSE, 0, 0) } {
            0 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// Asks whether the session may end.
    pub fn lets_the_session_end(self) -> bool {
        self.answers(WM_QUERYENDSESSION, false) == 1
    }

    /// Tells whether the session ends, and waits until the window has taken note.
    pub fn end_session(self, ends: bool) {
        self.answers(WM_ENDSESSION, ends);
    }

    /// Sends it as the system does at the end of a session, and waits five seconds for the answer.
    fn answers(self, message: u32, yes: bool) -> usize {
        let mut answer = 0;
        // SAFETY: a message to whatever window has this number; the place is ours.
        unsafe {
            SendMessageTimeoutW(
                self.0 as HWND,
                message,
                usize::from(yes),
                0,
                SMTO_NORMAL,
                5_000,
                &mut answer,
            )
        };
        answer
    }
}
