//! What a process is called, and how it was started.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::super::name::complete;
use crate::stop::find::FindProblem;

/// `TASK_COMM_LEN` less the NUL behind it.
const CUT: usize = 15;

/// The names of these processes.
pub(in crate::stop) fn names(pids: &[u32]) -> Result<Vec<(u32, String)>, FindProblem> {
    let names = pids
        .iter()
        .filter_map(|pid| Some(name(*pid).transpose()?.map(|name| (*pid, name))));
    names.collect()
}

/// The command line, with a blank between two arguments. Threads of the kernel and processes that have exited have none.
pub(in crate::stop) fn command_line(pid: u32) -> Result<Option<String>, FindProblem> {
    let arguments = told(pid, "cmdline")?.unwrap_or_default();
    let line = arguments.strip_suffix(b"\0").unwrap_or(&arguments);
    let line: Vec<u8> = line.iter().map(|byte| if *byte == 0 { b' ' } else { *byte }).collect();
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned()))
}

/// The file that it runs, where we may know.
pub(in crate::stop) fn file(pid: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()
}

fn name(pid: u32) -> Result<Option<String>, FindProblem> {
    let Some(comm) = told(pid, "comm")? else {
        return Ok(None);
    };
    let comm = comm.strip_suffix(b"\n").unwrap_or(&comm);
    if comm.len() < CUT {
        return Ok(Some(String::from_utf8_lossy(comm).into_owned()));
    }
    let (file, arguments) = (file(pid).unwrap_or_default(), told(pid, "cmdline")?.unwrap_or_default());
    let name = complete(comm, &file, &arguments);
    Ok(Some(String::from_utf8_lossy(name).into_owned()))
}

/// One of the files of a process; none where it has exited, or we may not look.
fn told(pid: u32, file: &str) -> Result<Option<Vec<u8>>, FindProblem> {
    match fs::read(format!("/proc/{pid}/{file}")) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => Ok(None),
        Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(None),
        // We may be out of descriptors: then nobody could say that it is not the one.
        Err(error) => Err(FindProblem::Io(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_command_line_has_our_arguments() {
        let own = command_line(std::process::id()).unwrap().unwrap();
        assert_eq!(own, std::env::args().collect::<Vec<_>>().join(" "));
    }
}
