//! Functions of the system's libraries that are looked up at run time: because not every Windows has them, or because the
//! library must not be loaded into every process.

use std::ffi::CStr;
use std::io;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::HMODULE;
use windows_sys::Win32::System::LibraryLoader::{
    GetModuleHandleW, GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW,
};
use windows_sys::core::w;

/// kernel32.dll, which is in every process and never unloaded.
pub(crate) fn kernel32() -> HMODULE {
    // SAFETY: the name ends in NUL.
    unsafe { GetModuleHandleW(w!("kernel32.dll")) }
}

/// kernelbase.dll, which kernel32 needs.
pub(crate) fn kernelbase() -> HMODULE {
    // SAFETY: the name ends in NUL.
    unsafe { GetModuleHandleW(w!("kernelbase.dll")) }
}

/// Loads user32.dll, for the life of the process, which gets no `CTRL_LOGOFF_EVENT` and no `CTRL_SHUTDOWN_EVENT` any more
/// ([HandlerRoutine](https://learn.microsoft.com/en-us/windows/console/handlerroutine), "Remarks").
pub(crate) fn load_user32() -> io::Result<HMODULE> {
    // SAFETY: the name ends in NUL. The search is confined to the system's own folder.
    let module = unsafe { LoadLibraryExW(w!("user32.dll"), null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
    if module.is_null() {
        Err(io::Error::last_os_error())
    } else {
        Ok(module)
    }
}

/// Whether somebody has loaded user32.dll already.
pub(crate) fn has_user32() -> bool {
    // SAFETY: the name ends in NUL.
    unsafe { !GetModuleHandleW(w!("user32.dll")).is_null() }
}

/// # Safety
/// `F` must be the type of a pointer to the function of this name.
pub(crate) unsafe fn find<F: Copy>(module: HMODULE, name: &CStr) -> io::Result<F> {
    const { assert!(size_of::<F>() == size_of::<unsafe extern "system" fn() -> isize>()) };
    // SAFETY: the module is loaded, and the name ends in NUL.
    let function = unsafe { GetProcAddress(module, name.as_ptr().cast()) };
    let function = function.ok_or_else(io::Error::last_os_error)?;
    // SAFETY: both are pointers to functions, of one size; that the signatures agree, the caller vouches for.
    Ok(unsafe { std::mem::transmute_copy(&function) })
}
