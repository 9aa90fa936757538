//! Whether a pidfile can be believed.

use std::fs::File;
use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle};
use std::path::Path;
use std::ptr::null_mut;
use std::time::SystemTime;

use windows_sys::Win32::Foundation::{ERROR_SUCCESS, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSecurityDescriptorToStringSecurityDescriptorW, GetSecurityInfo, SDDL_REVISION_1, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{DACL_SECURITY_INFORMATION, OWNER_SECURITY_INFORMATION};

use super::sddl::{self, Verdict};
use crate::stop::find::{PidFileProblem, pidfile_not_opened};
use crate::sys::call::check;
use crate::sys::user;

/// A pidfile that can be believed.
pub(in crate::stop) struct PidFile {
    pub(in crate::stop) file: File,
    /// When it was last written.
    pub(in crate::stop) written: SystemTime,
}

/// Opens a pidfile, if nobody else could have written it.
pub(in crate::stop) fn open_pidfile(path: &Path) -> Result<PidFile, PidFileProblem> {
    let file = File::open(path).map_err(pidfile_not_opened)?;
    let metadata = file.metadata().map_err(PidFileProblem::Io)?;
    if !metadata.is_file() {
        return Err(PidFileProblem::NotAFile);
    }
    let descriptor = descriptor(file.as_handle()).map_err(PidFileProblem::Io)?;
    let own = user::sid().map_err(PidFileProblem::Io)?;
    match sddl::judge(&descriptor, &own) {
        Verdict::Trusted => {}
        Verdict::ForeignOwner(owner) => return Err(PidFileProblem::ForeignOwner { owner }),
        Verdict::WritableBy(by) => return Err(PidFileProblem::WritableByOthers { by }),
    }
    let written = metadata.modified().map_err(PidFileProblem::Io)?;
    Ok(PidFile { file, written })
}

/// The owner and the rights of a file, as text
/// ([SDDL](https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format)).
fn descriptor(file: BorrowedHandle<'_>) -> io::Result<String> {
    const PARTS: u32 = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    let mut descriptor = null_mut();
    // SAFETY: the handle is open for reading, which includes its rights; the place is ours, and nothing else is asked for.
    let result = unsafe {
        let (handle, none) = (file.as_raw_handle(), null_mut());
        GetSecurityInfo(
            handle,
            SE_FILE_OBJECT,
            PARTS,
            none,
            null_mut(),
            null_mut(),
            null_mut(),
            &mut descriptor,
        )
    };
    if result != ERROR_SUCCESS {
        return Err(io::Error::from_raw_os_error(result as i32));
    }
    let mut text = null_mut();
    // SAFETY: the descriptor was given by the call above; the text is allocated by this one.
    let converted = check(unsafe {
        let revision = SDDL_REVISION_1;
        ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, revision, PARTS, &mut text, null_mut())
    });
    // SAFETY: it was allocated by the call above for the caller to free, and nobody else does.
    unsafe { LocalFree(descriptor) };
    converted?;
    // SAFETY: the text was allocated by the call, ends in NUL, and is nobody else's.
    Ok(unsafe { user::take_text(text) })
}
