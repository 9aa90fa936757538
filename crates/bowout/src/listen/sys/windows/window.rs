//! A hidden window, for programs that ask for [`Trigger::WindowClose`]: `taskkill` without `/f` posts `WM_CLOSE` to it, and it
//! is told when the session ends, which the console's events no longer tell a process that has loaded user32
//! ([HandlerRoutine](https://learn.microsoft.com/en-us/windows/console/handlerroutine), "Remarks").
//!
//! It is a top-level window, since message-only windows get no broadcast
//! ([Window Features](https://learn.microsoft.com/en-us/windows/win32/winmsg/window-features#message-only-windows)), and lives
//! on a thread of its own, which does nothing but wait for its messages.

use std::io;
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::ptr::{null, null_mut};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, TRUE, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::Threading::GetThreadId;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    ENDSESSION_CLOSEAPP, ENDSESSION_LOGOFF, MSG, WM_CLOSE, WM_ENDSESSION, WM_QUERYENDSESSION, WM_QUIT, WNDCLASSEXW,
};
use windows_sys::core::w;

use super::super::super::request::Trigger;
use super::user32::{self, User32};
use super::{Taken, hold, is_listened_to, take};

/// The thread of the present listener's window.
static THREAD: Mutex<Option<OwnedHandle>> = Mutex::new(None);

fn thread() -> MutexGuard<'static, Option<OwnedHandle>> {
    THREAD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the window. An error is a reason in words: the rest is heard without it.
pub(super) fn open() -> Result<(), String> {
    let user32 = user32::load().map_err(|error| format!("user32.dll: {error}"))?;
    let (made, answer) = mpsc::channel();
    let live = move || match create(user32) {
        Ok(window) => {
            let _ = made.send(Ok(()));
            serve(user32, window);
        }
        Err(error) => drop(made.send(Err(format!("no window: {error}")))),
    };
    let spawned = thread::Builder::new().name("bowout-window".to_owned()).spawn(live);
    let spawned = spawned.map_err(|error| error.to_string())?;
    answer.recv().map_err(|gone| gone.to_string())??;
    *thread() = Some(spawned.into());
    Ok(())
}

/// Has the window destroyed by its own thread, and does not wait for it: that thread may be held until the process ends.
pub(super) fn close() {
    let (Some(thread), Some(user32)) = (thread().take(), user32::loaded()) else {
        return;
    };
    // SAFETY: as long as the handle is there, the number is that thread's.
    unsafe { (user32.post_thread_message)(GetThreadId(thread.as_raw_handle()), WM_QUIT, 0, 0) };
}

fn create(user32: &User32) -> io::Result<HWND> {
    // A second copy of this library in the same program has a class of its own, with a procedure of its own.
    let class = wide(&format!("bowout {:p}", &THREAD));
    // What the system shows when it says who holds up the end of a session.
    let program = std::env::current_exe().unwrap_or_default();
    let title = wide(&program.file_stem().unwrap_or_default().to_string_lossy());
    // SAFETY: null means the program itself.
    let instance = unsafe { GetModuleHandleW(null()) };
    let description = WNDCLASSEXW {
        cbSize: size_of::<WNDCLASSEXW>() as u32,
        lpfnWndProc: Some(on_message),
        hInstance: instance,
        lpszClassName: class.as_ptr(),
        ..WNDCLASSEXW::default()
    };
    // SAFETY: the names end in NUL and outlive the calls, and the procedure is a function of this program. After an earlier
    // listener the class is there already, and registering it fails without a change.
    let window = unsafe {
        (user32.register_class)(&description);
        let (class, title) = (class.as_ptr(), title.as_ptr());
        (user32.create_window)(0, class, title, 0, 0, 0, 0, 0, null_mut(), null_mut(), instance, null())
    };
    if window.is_null() {
        Err(io::Error::last_os_error())
    } else {
        Ok(window)
    }
}

/// Waits for messages until the listener ends.
fn serve(user32: &User32, window: HWND) {
    let mut message = MSG::default();
    // SAFETY: the place is ours, and the window this thread's.
    unsafe {
        while (user32.get_message)(&mut message, null_mut(), 0, 0) > 0 {
            (user32.dispatch_message)(&message);
        }
        (user32.destroy_window)(window);
    }
}

unsafe extern "system" fn on_message(window: HWND, message: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT {
    // It is loaded, or there would be no window.
    let Some(user32) = user32::loaded() else { return 0 };
    match message {
        WM_CLOSE => {
            take(Trigger::WindowClose);
            0
        }
        // The answer is given at once, and the work done when it is certain that the session ends: others may object.
        WM_QUERYENDSESSION => {
            if is_listened_to(ending(lparam)) {
                // SAFETY: the window is this thread's, and the text ends in NUL.
                unsafe { (user32.block_reason_create)(window, w!("It finishes its work.")) };
            }
            TRUE as LRESULT
        }
        WM_ENDSESSION if wparam == 0 => {
            // SAFETY: the window is this thread's.
            unsafe { (user32.block_reason_destroy)(window) };
            0
        }
        // The system may end the process as soon as this returns.
        WM_ENDSESSION => match take(ending(lparam)) {
            Taken::Noted => hold(),
            Taken::Swallowed | Taken::Passed => 0,
        },
        // SAFETY: this is what the system has called us with.
        _ => unsafe { (user32.default_procedure)(window, message, wparam, lparam) },
    }
}

/// What it is that ends ([WM_ENDSESSION](https://learn.microsoft.com/en-us/windows/win32/shutdown/wm-endsession)). An installer
/// that needs the program's files says it in the same way, of this one program.
fn ending(lparam: LPARAM) -> Trigger {
    let flags = lparam as u32;
    if flags & ENDSESSION_LOGOFF != 0 {
        Trigger::Logoff
    } else if flags & ENDSESSION_CLOSEAPP != 0 {
        Trigger::WindowClose
    } else {
        Trigger::SystemShutdown
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
