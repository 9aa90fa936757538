//! Windows: a job object ([Job Objects](https://learn.microsoft.com/windows/win32/procthread/job-objects)). Whoever is started
//! by somebody in it is in it too.

use std::io;
use std::mem::offset_of;
use std::os::windows::io::{AsHandle, BorrowedHandle, OwnedHandle};
use std::ptr::{null, null_mut};
use std::time::Instant;

use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, ERROR_MORE_DATA};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, JOBOBJECT_BASIC_PROCESS_ID_LIST, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JobObjectBasicAccountingInformation, JobObjectBasicProcessIdList, JobObjectExtendedLimitInformation,
    QueryInformationJobObject, SetInformationJobObject, TerminateJobObject,
};

use crate::stop::Route;
use crate::sys::call::{check, is, own, raw};

/// What becomes of its members when its handle is closed, as it is when this process ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnClose {
    LeaveRunning,
    Kill,
}

#[derive(Debug)]
pub(crate) struct Enclosure {
    job: OwnedHandle,
}

impl Enclosure {
    pub(crate) fn new(on_close: OnClose) -> io::Result<Enclosure> {
        // SAFETY: no name, no security descriptor; the call gives a handle of our own, or null.
        let job = unsafe { own(CreateJobObjectW(null(), null()))? };
        let enclosure = Enclosure { job };
        enclosure.set_on_close(on_close)?;
        Ok(enclosure)
    }

    /// Settles anew what becomes of its members.
    pub(crate) fn set_on_close(&self, on_close: OnClose) -> io::Result<()> {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = match on_close {
            OnClose::LeaveRunning => 0,
            OnClose::Kill => JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
        };
        // SAFETY: the struct is read, and its size is given.
        check(unsafe {
            SetInformationJobObject(
                raw(self.job()),
                JobObjectExtendedLimitInformation,
                (&raw const limits).cast(),
                size_of_val(&limits) as u32,
            )
        })
    }

    /// One that nobody can be put into.
    #[cfg(test)]
    pub(crate) fn that_refuses() -> Enclosure {
        let no_job = std::fs::File::open(std::env::current_exe().unwrap()).unwrap();
        Enclosure { job: no_job.into() }
    }

    /// Puts a process into it, for good.
    pub(crate) fn assign(&self, process: BorrowedHandle<'_>) -> io::Result<()> {
        // SAFETY: both handles are open for the length of the call.
        check(unsafe { AssignProcessToJobObject(raw(self.job()), raw(process)) })
    }

    /// A job's processes cannot be held as one.
    pub(super) fn freeze(&self, _: Instant) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn thaw(&self) -> io::Result<()> {
        Ok(())
    }

    /// Whether nobody in it can leave it by itself.
    pub(crate) fn is_closed(&self) -> bool {
        true
    }

    /// The numbers of the processes that are in it now and have not exited. Who wants to do something to one of them opens it
    /// and then looks whether it is still among them.
    pub(crate) fn members(&self) -> io::Result<Vec<u32>> {
        const LIST: usize = offset_of!(JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList) / size_of::<usize>();
        let mut buffer = vec![0_usize; 64];
        loop {
            let bytes = u32::try_from(size_of_val(&buffer[..])).map_err(|_| io::ErrorKind::OutOfMemory)?;
            // SAFETY: there is room for `bytes` bytes behind the pointer, which is aligned as the struct is.
            let answer = check(unsafe {
                QueryInformationJobObject(
                    raw(self.job()),
                    JobObjectBasicProcessIdList,
                    buffer.as_mut_ptr().cast(),
                    bytes,
                    null_mut(),
                )
            });
            match answer {
                Ok(()) => {}
                Err(error) if is(&error, ERROR_MORE_DATA) || is(&error, ERROR_INSUFFICIENT_BUFFER) => {
                    buffer.resize(buffer.len() * 2, 0);
                    continue;
                }
                Err(error) => return Err(error),
            }
            // SAFETY: the buffer is larger than the head of the struct, which the call has filled in.
            let head = unsafe { buffer.as_ptr().cast::<JOBOBJECT_BASIC_PROCESS_ID_LIST>().read() };
            // How much room it wants is not told everywhere; that there are more than were listed is.
            // Who is just exiting may be counted and not listed, and then more room is of no use.
            let room = buffer.len() - LIST;
            let assigned = usize::try_from(head.NumberOfAssignedProcesses).unwrap_or(usize::MAX);
            if head.NumberOfProcessIdsInList < head.NumberOfAssignedProcesses && assigned > room {
                buffer.resize(buffer.len() * 2, 0);
                continue;
            }
            let count = usize::try_from(head.NumberOfProcessIdsInList).unwrap_or(usize::MAX);
            return Ok(buffer[LIST..].iter().take(count).map(|pid| *pid as u32).collect());
        }
    }

    /// Ends everybody in it by force. That nobody is left is no failure. Who was just being started comes into it behind that:
    /// he ends with it.
    pub(crate) fn kill(&self) -> io::Result<()> {
        // That this cannot be settled is no reason to spare the others.
        let _ = self.set_on_close(OnClose::Kill);
        // SAFETY: the handle is the job's.
        check(unsafe { TerminateJobObject(raw(self.job()), Route::TERMINATE_CODE) })
    }

    /// Nothing is left of a job.
    pub(crate) fn is_ending(&self) -> bool {
        false
    }

    /// Whether everybody in it has exited.
    pub(crate) fn is_empty(&self) -> io::Result<bool> {
        let mut info = JOBOBJECT_BASIC_ACCOUNTING_INFORMATION::default();
        // SAFETY: there is room for the struct, whose size is given.
        check(unsafe {
            QueryInformationJobObject(
                raw(self.job()),
                JobObjectBasicAccountingInformation,
                (&raw mut info).cast(),
                size_of_val(&info) as u32,
                null_mut(),
            )
        })?;
        Ok(info.ActiveProcesses == 0)
    }

    fn job(&self) -> BorrowedHandle<'_> {
        self.job.as_handle()
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_comes_into_a_job_behind_its_end_ends_with_it() {
        let enclosure = Enclosure::new(OnClose::LeaveRunning).unwrap();
        enclosure.kill().unwrap();
        let mut late = Command::new("cmd");
        late.args(["/c", "pause"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut late = late.spawn().unwrap();
        enclosure.assign(late.as_handle()).unwrap();
        drop(enclosure);
        let until = Instant::now() + Duration::from_secs(10);
        while late.try_wait().unwrap().is_none() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
        let ended = late.try_wait().unwrap();
        let _ = late.kill();
        let _ = late.wait();
        assert!(ended.is_some());
    }

    #[test]
    fn a_job_knows_who_is_in_it_and_ends_them() {
        let enclosure = Enclosure::new(OnClose::LeaveRunning).unwrap();
        assert!(enclosure.is_empty().unwrap());
        // More than the first buffer has room for.
        let mut children: Vec<_> = (0..70)
            .map(|_| {
                let mut command = Command::new("cmd");
                command
                    .args(["/c", "pause"])
                    .stdin(Stdio::piped())
                    .stdout(Stdio::null());
                command.spawn().unwrap()
            })
            .collect();
        for child in &children {
            enclosure.assign(child.as_handle()).unwrap();
        }
        let mut members = enclosure.members().unwrap();
        let mut expected: Vec<u32> = children.iter().map(|child| child.id()).collect();
        members.sort_unstable();
        expected.sort_unstable();
        assert_eq!(members, expected);
        assert!(!enclosure.is_empty().unwrap());
        enclosure.kill().unwrap();
        for child in &mut children {
            assert_eq!(child.wait().unwrap().code(), Some(Route::TERMINATE_CODE as i32));
        }
        assert!(enclosure.is_empty().unwrap());
        enclosure.kill().unwrap();
    }
}
