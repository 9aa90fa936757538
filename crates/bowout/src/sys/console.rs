//! Windows: who is on our console.

use std::io;

use windows_sys::Win32::System::Console::GetConsoleProcessList;

/// The processes on our console; an error where we have none.
pub(crate) fn processes() -> io::Result<Vec<u32>> {
    let mut pids = vec![0_u32; 64];
    loop {
        let room = u32::try_from(pids.len()).unwrap_or(u32::MAX);
        // SAFETY: there is room for as many numbers as we say.
        let count = unsafe { GetConsoleProcessList(pids.as_mut_ptr(), room) };
        match usize::try_from(count).unwrap_or(usize::MAX) {
            0 => return Err(io::Error::last_os_error()),
            // Too small: nothing was written, and this is how many there are. More may have come meanwhile.
            count if count > pids.len() => pids.resize(count + 16, 0),
            count => {
                pids.truncate(count);
                return Ok(pids);
            }
        }
    }
}
