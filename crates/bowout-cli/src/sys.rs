//! The one place of the command that knows which system it is on.

use std::process::Command;

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
