//! The file that names the running program.

use std::cell::OnceCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bowout::stop::{FindError, FindProblem, PidFileProblem, ProcessId, Query, find};

use crate::sys;

/// A pidfile that is ours; it goes when this goes, if nobody has written another one there.
#[derive(Debug)]
pub(super) struct PidFile {
    path: PathBuf,
    /// Made before the program is started, so that it is not started where the file cannot be written.
    beside: PathBuf,
    /// What it says, once it was written.
    content: OnceCell<String>,
}

impl PidFile {
    /// Takes the path, unless it names a program that is running, or is there and no pidfile that has had its day: that is
    /// somebody's, and not ours to replace.
    pub(super) fn claim(path: PathBuf) -> Result<PidFile, String> {
        if path.file_name().is_none() {
            return Err(format!("the pidfile {path:?} names no file"));
        }
        if fs::symlink_metadata(&path).is_ok() {
            match find(&Query::PidFile(path.clone())) {
                Ok(found) => {
                    let running: Vec<String> = found.all().iter().map(|running| running.id.to_string()).collect();
                    let (shown, running) = (path.display(), running.join(", "));
                    return Err(format!("{shown} says that it is running already, as {running}"));
                }
                Err(error) if is_free(&error) => {}
                Err(error) => {
                    return Err(format!(
                        "{error}; it is left as it is: name another, or remove it first"
                    ));
                }
            }
        }
        let mut beside = path.clone().into_os_string();
        beside.push(format!(".{}", std::process::id()));
        let beside = PathBuf::from(beside);
        // Whatever the umask is, nobody else may write it: it would not be believed.
        match sys::create_for_us_to_write(&beside) {
            Ok(_) => Ok(PidFile {
                path,
                beside,
                content: OnceCell::new(),
            }),
            Err(error) => Err(not_written(&path, &error)),
        }
    }

    /// Writes the number, all at once: whoever reads meanwhile finds the old file or the new one.
    pub(super) fn write(&self, id: ProcessId) -> Result<(), String> {
        let content = self.content.get_or_init(|| format!("{}\n", id.pid()));
        let written = fs::write(&self.beside, content);
        let renamed = written.and_then(|()| fs::rename(&self.beside, &self.path));
        renamed.map_err(|error| not_written(&self.path, &error))
    }
}

/// Whether what is there names nobody, or nobody yet.
fn is_free(error: &FindError) -> bool {
    error.is_missing() || matches!(error.problem(), FindProblem::PidFile(PidFileProblem::Empty))
}

fn not_written(path: &Path, error: &io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}

impl Drop for PidFile {
    fn drop(&mut self) {
        // Still there if nothing was written: the program was not started, or never became ready.
        let _ = fs::remove_file(&self.beside);
        let ours = self.content.get().map(String::as_bytes);
        if ours.is_some() && fs::read(&self.path).ok().as_deref() == ours {
            let _ = fs::remove_file(&self.path);
        }
    }
}
