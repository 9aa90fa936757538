//! A tree of processes, grown quickly.

use std::io;

/// How many children each has at most.
const FAN_OUT: usize = 10;

/// How long a process lives if nobody stops it, in seconds.
const LONGEST_LIFE: u32 = 120;

/// Makes this process the root of a tree of so many, which do nothing. Each writes one byte to standard output when it is
/// there, and holds that open.
pub(super) fn grow(count: usize) -> io::Result<()> {
    let (mut own, mut child) = (0, 1);
    live_for_a_while();
    while child < count && child <= (own + 1) * FAN_OUT {
        // SAFETY: this process has one thread, so the child may do whatever it could.
        match unsafe { libc::fork() } {
            -1 => return Err(io::Error::last_os_error()),
            0 => {
                (own, child) = (child, child * FAN_OUT + 1);
                live_for_a_while();
            }
            _ => child += 1,
        }
    }
    // SAFETY: the byte is there for the length of the call.
    unsafe { libc::write(libc::STDOUT_FILENO, b"!".as_ptr().cast(), 1) };
    loop {
        // SAFETY: pause(2) only waits.
        unsafe { libc::pause() };
    }
}

/// A child does not inherit the alarm: alarm(2).
fn live_for_a_while() {
    // SAFETY: alarm(2) takes a number.
    unsafe { libc::alarm(LONGEST_LIFE) };
}
