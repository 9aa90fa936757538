//! `WM_CLOSE` to the windows of a process.
//!
//! It is posted, never sent: whoever sends a message waits for the answer of a program that may hang
//! ([PostMessage](https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-postmessagew)).

use std::io;
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, HANDLE, HWND, LPARAM, WPARAM};
use windows_sys::Win32::Security::{
    GetSidSubAuthority, GetSidSubAuthorityCount, GetTokenInformation, TOKEN_MANDATORY_LABEL, TOKEN_QUERY,
    TokenIntegrityLevel,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
use windows_sys::Win32::UI::WindowsAndMessaging::{WM_CLOSE, WNDENUMPROC};
use windows_sys::core::BOOL;

use crate::stop::route::NotSent;
use crate::sys::library;

use super::super::Manner;
use super::process::Opened;
use super::seen::Seen;
use super::{check, is, own, raw};

/// Which windows are reason enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// At least one that is visible.
    Visible,
    Any,
}

/// Asks all windows of the process to close, or finds out whether that could be. It loads user32.
pub(super) fn close(target: &Opened, which: Which, manner: Manner) -> Result<(), NotSent> {
    let failed = |error: io::Error| NotSent::from_io(&error);
    let user32 = User32::load().map_err(failed)?;
    let windows = user32.windows_of(target.pid()).map_err(failed)?;
    if windows.is_empty() {
        return Err(NotSent::NoWindow);
    }
    // SAFETY: the call takes any number.
    let is_visible = |window: &HWND| unsafe { (user32.is_visible)(*window) != 0 };
    if which == Which::Visible && !windows.iter().any(is_visible) {
        return Err(NotSent::NoVisibleWindow);
    }
    if manner == Manner::Preview {
        return match is_above_us(target.handle()) {
            true => Err(NotSent::HigherIntegrityLevel),
            false => Ok(()),
        };
    }
    // SAFETY: the call takes numbers. The target's handle is open, so no other process has windows under its number; one that
    // is gone is an error.
    let post = |window: HWND| check(unsafe { (user32.post_message)(window, WM_CLOSE, 0, 0) });
    let posted: Vec<io::Result<()>> = windows.into_iter().map(post).collect();
    let mut refused = NotSent::NoWindow;
    for result in posted {
        match result {
            Ok(()) => return Ok(()),
            Err(error) if is(&error, ERROR_ACCESS_DENIED) => refused = NotSent::HigherIntegrityLevel,
            Err(error) => refused = NotSent::from_io(&error),
        }
    }
    Err(refused)
}

/// The windows of a process, for people. It loads user32.
pub(super) fn seen(pid: u32) -> io::Result<Vec<Seen>> {
    let user32 = User32::load()?;
    let seen = |window: HWND| {
        let mut title = [0_u16; 256];
        // SAFETY: both calls take any number; the place is ours and as long as is said. Neither waits for the window's program.
        let (visible, length) = unsafe {
            let room = title.len() as i32;
            (
                (user32.is_visible)(window) != 0,
                (user32.title)(window, title.as_mut_ptr(), room),
            )
        };
        let length = usize::try_from(length).unwrap_or(0).min(title.len());
        Seen {
            visible,
            title: String::from_utf16_lossy(&title[..length]),
        }
    };
    Ok(user32.windows_of(pid)?.into_iter().map(seen).collect())
}

/// The functions of user32, each with the signature that its documentation gives.
struct User32 {
    enum_windows: unsafe extern "system" fn(WNDENUMPROC, LPARAM) -> BOOL,
    process_of: unsafe extern "system" fn(HWND, *mut u32) -> u32,
    class_name: unsafe extern "system" fn(HWND, *mut u16, i32) -> i32,
    is_visible: unsafe extern "system" fn(HWND) -> BOOL,
    /// It asks the system, and not the window
    /// ([InternalGetWindowText](https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-internalgetwindowtext)).
    title: unsafe extern "system" fn(HWND, *mut u16, i32) -> i32,
    post_message: unsafe extern "system" fn(HWND, u32, WPARAM, LPARAM) -> BOOL,
}

struct Search<'a> {
    user32: &'a User32,
    pid: u32,
    found: Vec<HWND>,
}

impl User32 {
    fn load() -> io::Result<User32> {
        let module = library::load_user32()?;
        // SAFETY: each name is asked for with the signature of the function of that name, which the field gives.
        unsafe {
            Ok(User32 {
                enum_windows: library::find(module, c"EnumWindows")?,
                process_of: library::find(module, c"GetWindowThreadProcessId")?,
                class_name: library::find(module, c"GetClassNameW")?,
                is_visible: library::find(module, c"IsWindowVisible")?,
                title: library::find(module, c"InternalGetWindowText")?,
                post_message: library::find(module, c"PostMessageW")?,
            })
        }
    }

    /// The top-level windows of the process on the desktop of this thread.
    fn windows_of(&self, pid: u32) -> io::Result<Vec<HWND>> {
        let mut search = Search {
            user32: self,
            pid,
            found: Vec::new(),
        };
        // SAFETY: the callback is called during the call, with the place that is given here.
        check(unsafe { (self.enum_windows)(Some(look_at), (&raw mut search) as LPARAM) })?;
        Ok(search.found)
    }
}

unsafe extern "system" fn look_at(window: HWND, search: LPARAM) -> BOOL {
    // SAFETY: `windows_of` has given this place, and nobody else uses it meanwhile.
    let search = unsafe { &mut *(search as *mut Search<'_>) };
    let (mut owner, mut class) = (0, [0_u16; 32]);
    // SAFETY: the places are ours, and as long as is said.
    let length = unsafe {
        (search.user32.process_of)(window, &mut owner);
        (search.user32.class_name)(window, class.as_mut_ptr(), class.len() as i32)
    };
    let class = String::from_utf16_lossy(&class[..usize::try_from(length).unwrap_or(0)]);
    if owner == search.pid && !is_a_consoles_own(&class) {
        search.found.push(window);
    }
    1
}

/// The console host says of its window that it belongs to a program on that console
/// ([SetWindowOwner](https://github.com/microsoft/terminal/blob/main/src/interactivity/win32/consolecontrol.cpp)). Closing it
/// closes the console for everybody on it.
fn is_a_consoles_own(class: &str) -> bool {
    matches!(class, "ConsoleWindowClass" | "PseudoConsoleWindow")
}

/// Whether the process has a higher integrity level than this one, as far as it can be asked.
fn is_above_us(process: BorrowedHandle<'_>) -> bool {
    // SAFETY: the call gives a number that means this process, whatever the handles.
    let own = integrity_level(unsafe { GetCurrentProcess() });
    matches!((integrity_level(raw(process)), own), (Ok(theirs), Ok(ours)) if theirs > ours)
}

/// [Mandatory Integrity Control](https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control): the last
/// part of the label's SID.
pub(crate) fn integrity_level(process: HANDLE) -> io::Result<u32> {
    let mut token = null_mut();
    // SAFETY: the handle is a process's; `token` is ours to be written, and the handle in it then ours.
    let token = unsafe {
        check(OpenProcessToken(process, TOKEN_QUERY, &mut token))?;
        own(token)?
    };
    // A label is a pointer, flags, and a SID of one part behind them: far shorter than this.
    let mut label = [0_u64; 32];
    let mut length = 0;
    // SAFETY: the place is aligned and as long as is said. What is written there begins with the structure, whose SID lies in
    // the same place and has at least one part.
    unsafe {
        check(GetTokenInformation(
            raw(token.as_handle()),
            TokenIntegrityLevel,
            label.as_mut_ptr().cast(),
            size_of_val(&label) as u32,
            &mut length,
        ))?;
        let sid = (*label.as_ptr().cast::<TOKEN_MANDATORY_LABEL>()).Label.Sid;
        let parts = *GetSidSubAuthorityCount(sid);
        Ok(*GetSidSubAuthority(sid, u32::from(parts).saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_not_above_itself() {
        // SAFETY: the call gives a number that means this process.
        let own = unsafe { GetCurrentProcess() };
        let level = integrity_level(own).expect("its own token can be read");
        assert!(level <= 0x4000, "no more than that of the system itself: {level:#x}");
        // SAFETY: the number stays valid for the life of the process.
        assert!(!is_above_us(unsafe { BorrowedHandle::borrow_raw(own) }));
    }

    #[test]
    fn the_windows_of_consoles_are_not_their_programs() {
        assert!(is_a_consoles_own("ConsoleWindowClass") && !is_a_consoles_own("Notepad"));
    }
}
