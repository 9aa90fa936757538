//! A folder of `/proc`.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;

use rustix::fs::{CWD, Dir, Mode, OFlags, openat, readlinkat};

/// `/proc/PID`, held: after the process is gone nothing can be read from it, whoever has the number then.
#[derive(Debug)]
pub(super) struct Folder(OwnedFd);

impl Folder {
    pub(super) fn of(pid: u32) -> io::Result<Folder> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Folder(openat(CWD, format!("/proc/{pid}"), flags, Mode::empty())?))
    }

    fn open(&self, path: &str, flags: OFlags) -> io::Result<OwnedFd> {
        Ok(openat(
            &self.0,
            path,
            OFlags::RDONLY | OFlags::CLOEXEC | flags,
            Mode::empty(),
        )?)
    }

    /// A whole file. Names may have any bytes in them.
    pub(super) fn text(&self, path: &str) -> io::Result<String> {
        let mut bytes = Vec::new();
        File::from(self.open(path, OFlags::empty())?).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub(super) fn link(&self, path: &str) -> io::Result<String> {
        Ok(readlinkat(&self.0, path, Vec::new())?.to_string_lossy().into_owned())
    }

    /// The names in it that are numbers.
    pub(super) fn numbers(&self, path: &str) -> io::Result<Vec<u32>> {
        let mut numbers = Vec::new();
        for entry in Dir::new(self.open(path, OFlags::DIRECTORY)?)? {
            numbers.extend(
                entry?
                    .file_name()
                    .to_str()
                    .ok()
                    .and_then(|name| name.parse::<u32>().ok()),
            );
        }
        Ok(numbers)
    }

    /// Eight bytes of the memory of the process.
    pub(super) fn memory(&self, address: u64) -> io::Result<[u8; 8]> {
        let mut bytes = [0; 8];
        File::from(self.open("mem", OFlags::empty())?).read_exact_at(&mut bytes, address)?;
        Ok(bytes)
    }
}
