//! user32.dll, which is loaded when a program wants a window, and never otherwise: not by an entry in the table of imports
//! either. A process that has it gets no `CTRL_LOGOFF_EVENT` and no `CTRL_SHUTDOWN_EVENT` any more.

use std::ffi::{CStr, c_void};
use std::io;
use std::ptr::null_mut;
use std::sync::OnceLock;

use windows_sys::Win32::Foundation::{HINSTANCE, HMODULE, HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::{GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW};
use windows_sys::Win32::UI::WindowsAndMessaging::{HMENU, MSG, WNDCLASSEXW};
use windows_sys::core::{BOOL, PCWSTR, w};

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
    // SAFETY: the name ends in NUL. The search is confined to the system's own folder.
    let module = unsafe { LoadLibraryExW(w!("user32.dll"), null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
    if module.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: each name is asked for with the signature of the function of that name, which the field gives.
    let user32 = unsafe {
        User32 {
            register_class: find(module, c"RegisterClassExW")?,
            create_window: find(module, c"CreateWindowExW")?,
            destroy_window: find(module, c"DestroyWindow")?,
            default_procedure: find(module, c"DefWindowProcW")?,
            get_message: find(module, c"GetMessageW")?,
            dispatch_message: find(module, c"DispatchMessageW")?,
            post_thread_message: find(module, c"PostThreadMessageW")?,
            block_reason_create: find(module, c"ShutdownBlockReasonCreate")?,
            block_reason_destroy: find(module, c"ShutdownBlockReasonDestroy")?,
        }
    };
    Ok(LOADED.get_or_init(|| user32))
}

/// # Safety
/// `F` must be the type of a pointer to the function of this name.
unsafe fn find<F: Copy>(module: HMODULE, name: &CStr) -> io::Result<F> {
    const { assert!(size_of::<F>() == size_of::<unsafe extern "system" fn() -> isize>()) };
    // SAFETY: the module is loaded, and the name ends in NUL.
    let function = unsafe { GetProcAddress(module, name.as_ptr().cast()) };
    let function = function.ok_or_else(io::Error::last_os_error)?;
    // SAFETY: both are pointers to functions, of one size; that the signatures agree, the caller vouches for.
    Ok(unsafe { std::mem::transmute_copy(&function) })
}
