//! user32.dll, which is loaded when a program wants a window, and never otherwise: not by an entry in the table of imports
//! either. A process that has it gets no `CTRL_LOGOFF_EVENT` and no `CTRL_SHUTDOWN_EVENT` any more.

use std::ffi::c_void;
use std::io;
use std::sync::OnceLock;

use windows_sys::Win32::Foundation::{HINSTANCE, HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::UI::WindowsAndMessaging::{HMENU, MSG, WNDCLASSEXW};
use windows_sys::core::{BOOL, PCWSTR};

use crate::sys::library;

/// The functions that a window needs, each with the signature that its documentation gives.
pub(super) struct User32 {
    pub(super) register_class: unsafe extern "system" fn(*const WNDCLASSEXW) -> u16,
    pub(super) create_window: CreateWindow,
    pub(super) destroy_window: unsafe extern "system" fn(HWND) -> BOOL,
    pub(super) default_procedure: unsafe extern "system" fn(HWND, u32, WPARAM, LPARAM) -> LRESULT,
    pub(super) get_message: unsafe extern "system" fn(*mut MSG, HWND, u32, u32) -> BOOL,
    pub(super) dispatch_message: unsafe extern "system" fn(*const MSG) -> LRESULT,
    pub(super) post_thread_message: unsafe extern "system" fn(u32, u32, WPARAM, LPARAM) -> BOOL,
    pub(super) block_reason_create: unsafe extern "system" fn(HWND, PCWSTR) -> BOOL,
    pub(super) block_reason_destroy: unsafe extern "system" fn(HWND) -> BOOL,
}

/// Extended style, class, title, style, position and size, parent, menu, module, parameter.
type CreateWindow = unsafe extern "system" fn(
    u32,
    PCWSTR,
    PCWSTR,
    u32,
    i32,
    i32,
    i32,
    i32,
    HWND,
    HMENU,
    HINSTANCE,
    *const c_void,
) -> HWND;

static LOADED: OnceLock<User32> = OnceLock::new();

/// What was loaded; `None` where no window was wanted yet.
pub(super) fn loaded() -> Option<&'static User32> {
    LOADED.get()
}

/// Loads it, for the life of the process.
pub(super) fn load() -> io::Result<&'static User32> {
    if let Some(user32) = loaded() {
        return Ok(user32);
    }
    let module = library::load_user32()?;
    // SAFETY: each name is asked for with the signature of the function of that name, which the field gives.
    let user32 = unsafe {
        User32 {
            register_class: library::find(module, c"RegisterClassExW")?,
            create_window: library::find(module, c"CreateWindowExW")?,
            destroy_window: library::find(module, c"DestroyWindow")?,
            default_procedure: library::find(module, c"DefWindowProcW")?,
            get_message: library::find(module, c"GetMessageW")?,
            dispatch_message: library::find(module, c"DispatchMessageW")?,
            post_thread_message: library::find(module, c"PostThreadMessageW")?,
            block_reason_create: library::find(module, c"ShutdownBlockReasonCreate")?,
            block_reason_destroy: library::find(module, c"ShutdownBlockReasonDestroy")?,
        }
    };
    Ok(LOADED.get_or_init(|| user32))
}
