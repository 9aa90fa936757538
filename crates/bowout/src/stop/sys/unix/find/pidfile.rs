//! Whether a pidfile can be believed.

use std::fs::{File, Metadata, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::SystemTime;

use rustix::process::{getegid, geteuid};

use crate::stop::find::{PidFileProblem, pidfile_not_opened};

/// A pidfile that can be believed.
pub(in crate::stop) struct PidFile {
    pub(in crate::stop) file: File,
    /// When it was last written.
    pub(in crate::stop) written: SystemTime,
}

/// Opens a pidfile, if nobody else could have written it.
pub(in crate::stop) fn open_pidfile(path: &Path) -> Result<PidFile, PidFileProblem> {
    // Without O_NONBLOCK the opening of a named pipe would wait for somebody who writes.
    let opened = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path);
    let file = opened.map_err(pidfile_not_opened)?;
    // Of what was opened, and not of what has that name by now.
    let metadata = file.metadata().map_err(PidFileProblem::Io)?;
    if !metadata.is_file() {
        return Err(PidFileProblem::NotAFile);
    }
    check(&metadata)?;
    let written = metadata.modified().map_err(PidFileProblem::Io)?;
    Ok(PidFile { file, written })
}

fn check(metadata: &Metadata) -> Result<(), PidFileProblem> {
    let mode = metadata.mode() & 0o7777;
    let is_ours_or_roots = |id: u32, ours: u32| id == 0 || id == ours;
    if mode & 0o002 != 0 {
        return Err(PidFileProblem::WritableByOthers {
            by: format!("everybody (mode {mode:04o})"),
        });
    }
    if mode & 0o020 != 0 && !is_ours_or_roots(metadata.gid(), getegid().as_raw()) {
        return Err(PidFileProblem::WritableByOthers {
            by: format!("group {} (mode {mode:04o})", metadata.gid()),
        });
    }
    if !is_ours_or_roots(metadata.uid(), geteuid().as_raw()) {
        return Err(PidFileProblem::ForeignOwner {
            owner: format!("user {} (mode {mode:04o})", metadata.uid()),
        });
    }
    Ok(())
}
