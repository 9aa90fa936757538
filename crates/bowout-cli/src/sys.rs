//! The one place of the command that knows which system it is on.

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

/// Run by the loader before `main` and the runtime of the language: a signal that comes from here on is not lost.
#[cfg(all(unix, not(target_vendor = "apple")))]
// SAFETY: the section holds pointers to functions that are called once each, with arguments that this one does not look at.
#[used]
#[unsafe(link_section = ".init_array")]
static HOLD_SIGNALS: extern "C" fn() = {
    extern "C" fn hold_signals() {
        bowout::supervise::hold_signals();
    }
    hold_signals
};
