//! The rights of a file.

use std::path::Path;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{DACL_SECURITY_INFORMATION, SetFileSecurityW};

use super::wide;

/// Sets who may do what with a file, in SDDL.
pub fn set_rights(file: &Path, rights: &str) {
    let (file, rights) = (wide(&file.display().to_string()), wide(rights));
    let mut descriptor = null_mut();
    // SAFETY: the texts end in NUL and live for the length of the calls; the descriptor is freed once, by the call that the
    // documentation names.
    unsafe {
        let (revision, none) = (SDDL_REVISION_1, null_mut());
        let ok = ConvertStringSecurityDescriptorToSecurityDescriptorW(rights.as_ptr(), revision, &mut descriptor, none);
        assert_ne!(ok, 0, "the rights are no SDDL: {}", std::io::Error::last_os_error());
        let ok = SetFileSecurityW(file.as_ptr(), DACL_SECURITY_INFORMATION, descriptor);
        assert_ne!(ok, 0, "SetFileSecurity: {}", std::io::Error::last_os_error());
        LocalFree(descriptor);
    }
}
