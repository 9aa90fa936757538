//! A socket that is a file, in a folder that nobody else may enter.

use std::ffi::{CString, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

use libc::{c_int, c_uchar, cmsghdr};

/// Nobody is started any more who could get the descriptors of a message.
pub(super) const FLAGS: c_int = 0;

/// Goes with its folder.
pub(super) struct Door {
    folder: PathBuf,
}

/// Whoever could send was let in.
#[derive(Clone, Copy)]
pub(super) struct Sender;

pub(super) fn open() -> io::Result<(UnixDatagram, Door)> {
    let template = CString::new(std::env::temp_dir().join("bowout-XXXXXX").as_os_str().as_bytes())?;
    let template = template.into_raw();
    // SAFETY: the string is ours, and mkdtemp(3) changes its last six letters.
    let is_made = unsafe { !libc::mkdtemp(template).is_null() };
    let error = io::Error::last_os_error();
    // SAFETY: it is the pointer from above, and the string is as long as it was.
    let folder = unsafe { CString::from_raw(template) };
    if !is_made {
        return Err(error);
    }
    let door = Door {
        folder: OsString::from_vec(folder.into_bytes()).into(),
    };
    Ok((UnixDatagram::bind(door.path())?, door))
}

impl Door {
    fn path(&self) -> PathBuf {
        self.folder.join("notify")
    }

    pub(super) fn address(&self) -> OsString {
        self.path().into()
    }

    pub(super) fn admit(&mut self, _: Option<Sender>) -> Result<(), String> {
        Ok(())
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // What cannot be removed is left in the folder for temporary files, which is for that.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(super) fn sender(_: &cmsghdr, _: *const c_uchar) -> Option<Sender> {
    None
}
