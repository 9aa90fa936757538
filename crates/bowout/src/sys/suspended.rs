//! Windows: a child that is in its job before its first instruction. It is created suspended, put into the job, and only then
//! runs.

use std::io;
use std::os::windows::io::AsHandle;
use std::os::windows::process::CommandExt;
use std::process::{Child, Command};

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::Threading::{
    CREATE_SUSPENDED, GetProcessIdOfThread, OpenThread, ResumeThread, THREAD_QUERY_LIMITED_INFORMATION,
    THREAD_SUSPEND_RESUME,
};

use super::call::{own, raw};
use super::enclosure::Enclosure;

/// Creates a process of which nothing runs yet. The command keeps these flags: who uses it again gives it others.
pub(crate) fn create(command: &mut Command, flags: u32) -> io::Result<Child> {
    command.creation_flags(flags | CREATE_SUSPENDED).spawn()
}

/// Puts a process that was created so into its job, and lets it run. Where that fails it has not run.
pub(crate) fn let_run(child: &Child, enclosure: &Enclosure) -> io::Result<()> {
    enclosure.assign(child.as_handle())?;
    resume(child)
}

/// Lets it run. The standard library has closed the handle of its one thread, so the thread is looked for. (A thread that
/// somebody else, a virus scanner say, has put into it already is not suspended, and nothing happens to it.)
fn resume(child: &Child) -> io::Result<()> {
    let mut result = Err(io::Error::other(
        "the new process shows no thread that could be resumed",
    ));
    for thread in threads_of(child.id())? {
        match resume_thread(thread, child.id()) {
            Ok(true) => result = Ok(()),
            Ok(false) => {}
            // One that somebody has put there may have left already.
            Err(error) => result = result.or(Err(error)),
        }
    }
    result
}

/// Resumes a thread, if it is this process's, and tells whether it was suspended.
fn resume_thread(thread: u32, process: u32) -> io::Result<bool> {
    let rights = THREAD_SUSPEND_RESUME | THREAD_QUERY_LIMITED_INFORMATION;
    // SAFETY: the call takes numbers and gives a handle of our own, or null.
    let thread = unsafe { own(OpenThread(rights, 0, thread))? };
    // The number may have passed on since the threads were listed.
    // SAFETY: the handle is a thread's, with the right to query it.
    if unsafe { GetProcessIdOfThread(raw(thread.as_handle())) } != process {
        return Ok(false);
    }
    // SAFETY: the handle is a thread's, with the right to resume it.
    match unsafe { ResumeThread(raw(thread.as_handle())) } {
        u32::MAX => Err(io::Error::last_os_error()),
        count => Ok(count > 0),
    }
}

fn threads_of(pid: u32) -> io::Result<Vec<u32>> {
    // SAFETY: the call takes numbers and gives a handle of our own, or the invalid one, which is not passed on.
    let snapshot = unsafe {
        match CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0) {
            INVALID_HANDLE_VALUE => return Err(io::Error::last_os_error()),
            handle => own(handle)?,
        }
    };
    let mut entry = THREADENTRY32 {
        dwSize: size_of::<THREADENTRY32>() as u32,
        ..THREADENTRY32::default()
    };
    let mut threads = Vec::new();
    // SAFETY: the handle is a snapshot's, and `entry` has its size written into it.
    let mut more = unsafe { Thread32First(raw(snapshot.as_handle()), &mut entry) };
    while more != 0 {
        if entry.th32OwnerProcessID == pid {
            threads.push(entry.th32ThreadID);
        }
        // SAFETY: as above.
        more = unsafe { Thread32Next(raw(snapshot.as_handle()), &mut entry) };
    }
    Ok(threads)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sys::enclosure::OnClose;

    /// Long enough for a program to be through that only leaves.
    const A_WHILE: Duration = Duration::from_millis(500);

    fn suspended() -> Child {
        create(Command::new("cmd").args(["/c", "exit 7"]), 0).unwrap()
    }

    #[test]
    fn nothing_of_a_child_runs_before_it_is_let() {
        let mut child = suspended();
        std::thread::sleep(A_WHILE);
        assert_eq!(child.try_wait().unwrap(), None);
        let enclosure = Enclosure::new(OnClose::LeaveRunning).unwrap();
        let_run(&child, &enclosure).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(7));
    }

    #[test]
    fn nor_if_it_cannot_be_put_into_its_job() {
        let mut child = suspended();
        let_run(&child, &Enclosure::that_refuses()).unwrap_err();
        std::thread::sleep(A_WHILE);
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        assert_eq!(ended, None);
    }
}
