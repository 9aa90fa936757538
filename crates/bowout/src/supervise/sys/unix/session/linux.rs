//! The terminal of a session, which goes from one to another ([tty_ioctl(4)](https://man7.org/linux/man-pages/man4/tty_ioctl.4.html)).

use libc::{STDIN_FILENO, ioctl};

/// Lets go of the terminal on standard input, if it is that of our session, and tells whether it was. The terminal's foreground
/// gets SIGHUP and SIGCONT where we lead the session.
pub(super) fn vacate_terminal() -> bool {
    // SAFETY: it takes no argument.
    unsafe { ioctl(STDIN_FILENO, libc::TIOCNOTTY) == 0 }
}

/// Takes the terminal on standard input for our session. It is refused where that is none, or another session's. Async-signal-safe.
pub(super) fn take_terminal() {
    let from_nobody = 0;
    // SAFETY: it takes a number.
    unsafe { ioctl(STDIN_FILENO, libc::TIOCSCTTY, from_nobody) };
}
