//! What a process is called, and how it was started.

use std::fs;
use std::path::PathBuf;

use super::super::name::complete;
use crate::stop::find::FindProblem;

/// `TASK_COMM_LEN` less the NUL behind it.
const CUT: usize = 15;

/// The names of these processes.
pub(in crate::stop) fn names(pids: &[u32]) -> Result<Vec<(u32, String)>, FindProblem> {
    let names = pids.iter().filter_map(|pid| Some((*pid, name(*pid)?)));
    Ok(names.collect())
}

/// The command line, with a blank between two arguments. Threads of the kernel and processes that have exited have none.
pub(in crate::stop) fn command_line(pid: u32) -> Option<String> {
    let arguments = arguments(pid)?;
    let line = arguments.strip_suffix(b"\0").unwrap_or(&arguments);
    let line: Vec<u8> = line.iter().map(|byte| if *byte == 0 { b' ' } else { *byte }).collect();
    (!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned())
}

/// The file that it runs, where we may know.
pub(in crate::stop) fn file(pid: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()
}

fn arguments(pid: u32) -> Option<Vec<u8>> {
    fs::read(format!("/proc/{pid}/cmdline")).ok()
}

fn name(pid: u32) -> Option<String> {
    let comm = fs::read(format!("/proc/{pid}/comm")).ok()?;
    let comm = comm.strip_suffix(b"\n").unwrap_or(&comm);
    if comm.len() < CUT {
        return Some(String::from_utf8_lossy(comm).into_owned());
    }
    let (file, arguments) = (file(pid).unwrap_or_default(), arguments(pid).unwrap_or_default());
    let name = complete(comm, &file, &arguments);
    Some(String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_command_line_has_our_arguments() {
        let own = command_line(std::process::id()).unwrap();
        assert_eq!(own, std::env::args().collect::<Vec<_>>().join(" "));
    }
}
