//! Whether a pidfile can be believed.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
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
    let path = resolve(path, 0)?;
    // Without O_NONBLOCK the opening of a named pipe would wait for somebody who writes.
    let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW;
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
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

/// The same path without symbolic links. Whoever makes a link can lead us to the file of any other program, so each must belong to
/// somebody whom we would believe a file.
fn resolve(path: &Path, links: u32) -> Result<PathBuf, PidFileProblem> {
    // As many as the kernel follows: path_resolution(7).
    const MOST_LINKS: u32 = 40;
    let mut at = PathBuf::new();
    for component in path.components() {
        at.push(component);
        let metadata = fs::symlink_metadata(&at).map_err(pidfile_not_opened)?;
        if metadata.is_symlink() {
            check_owner(&metadata)?;
            if links == MOST_LINKS {
                return Err(PidFileProblem::Io(io::Error::from_raw_os_error(libc::ELOOP)));
            }
            let target = fs::read_link(&at).map_err(pidfile_not_opened)?;
            at.pop();
            at = resolve(&at.join(target), links + 1)?;
        }
    }
    Ok(at)
}

fn check(metadata: &Metadata) -> Result<(), PidFileProblem> {
    let mode = metadata.mode() & 0o7777;
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
    check_owner(metadata)
}

fn check_owner(metadata: &Metadata) -> Result<(), PidFileProblem> {
    if is_ours_or_roots(metadata.uid(), geteuid().as_raw()) {
        return Ok(());
    }
    let (user, mode) = (metadata.uid(), metadata.mode() & 0o7777);
    let owner = if metadata.is_symlink() {
        format!("user {user}, as far as a symbolic link in its path goes")
    } else {
        format!("user {user} (mode {mode:04o})")
    };
    Err(PidFileProblem::ForeignOwner { owner })
}

fn is_ours_or_roots(id: u32, ours: u32) -> bool {
    id == 0 || id == ours
}
