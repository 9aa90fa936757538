//! The one place of the command that knows which system it is on.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

use bowout::Signal;

/// Sets a child apart, so that the keyboard's Ctrl-C is not heard by it as well.
#[cfg(unix)]
pub(crate) fn set_apart(command: &mut Command) {
    // A process group of its own.
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Sets a child apart, so that the keyboard's Ctrl-C is not heard by it as well.
#[cfg(windows)]
pub(crate) fn set_apart(command: &mut Command) {
    /// A console of its own, without a window
    /// ([process creation flags](https://learn.microsoft.com/windows/win32/procthread/process-creation-flags)).
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    std::os::windows::process::CommandExt::creation_flags(command, CREATE_NO_WINDOW);
}

/// Makes a new file that nobody else may write, whatever the umask is; on Windows the folder's rules say who may.
pub(crate) fn create_for_us_to_write(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o644);
    options.write(true).create_new(true).open(path)
}

/// The signal that a process died of.
#[cfg(unix)]
pub(crate) fn death_of(status: ExitStatus) -> Option<Signal> {
    let number = std::os::unix::process::ExitStatusExt::signal(&status);
    number.and_then(|number| Signal::from_number(number).ok())
}

/// There is no such death.
#[cfg(windows)]
pub(crate) fn death_of(_: ExitStatus) -> Option<Signal> {
    None
}

/// Sends a signal, or none, to whom [kill(2)](https://man7.org/linux/man-pages/man2/kill.2.html) means by the number: a process;
/// a group, below -1; our own group, 0; everybody, -1.
#[cfg(unix)]
pub(crate) fn kill(whom: i32, signal: Option<Signal>) -> Result<(), String> {
    let number = match signal {
        Some(signal) => signal
            .number()
            .ok_or_else(|| format!("there is no {signal} on this system"))?,
        None => 0,
    };
    // SAFETY: it takes two numbers.
    match unsafe { libc::kill(whom, number) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error().to_string()),
    }
}

/// Sends it to the one process that has the number; Windows has neither process groups nor a signal for everybody.
#[cfg(windows)]
pub(crate) fn kill(whom: i32, signal: Option<Signal>) -> Result<(), String> {
    let id = match u32::try_from(whom) {
        Ok(1..) => whom.to_string().parse(),
        _ => return Err("Windows has no process groups: name each process".into()),
    };
    let id = id.map_err(|error: bowout::stop::ParseProcessIdError| error.to_string())?;
    let target = bowout::stop::Target::open(id).map_err(|error| error.to_string())?;
    match signal {
        Some(signal) => bowout::stop::signal(&target, signal)
            .map(drop)
            .map_err(|error| error.to_string()),
        None => Ok(()),
    }
}

/// Run by the loader before `main` and the runtime of the language: a signal that comes from here on is not lost.
#[cfg(unix)]
// SAFETY: the section holds pointers to functions that are called once each, with arguments that this one does not look at.
#[used]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
#[cfg_attr(
    target_vendor = "apple",
    unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs")
)]
static HOLD_SIGNALS: extern "C" fn() = {
    extern "C" fn hold_signals() {
        bowout::supervise::hold_signals();
    }
    hold_signals
};
