//! Asking on Unix: signals to a child that was not reaped yet, so its number cannot be anybody else's.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};

/// A signal, by number.
pub type Ask = i32;

/// The polite request.
pub const TERMINATE: Ask = libc::SIGTERM;
/// Ctrl-C.
pub const INTERRUPT: Ask = libc::SIGINT;
/// What makes a daemon read its configuration anew: the signal's name, and how to send it.
pub const RELOAD: (&str, Ask) = ("HUP", libc::SIGHUP);

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It chose this status.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// How a process ends that leaves because of the request.
pub fn ends_by(ask: Ask) -> Ended {
    Ended::Signal(ask)
}

/// The signals' default dispositions, whatever the test runner inherited: a shell's background job has SIGINT ignored.
pub fn set_apart(command: &mut Command) {
    // SAFETY: between fork and exec nothing is called but signal(2), which is async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            for signal in [libc::SIGINT, libc::SIGQUIT, libc::SIGHUP, libc::SIGTERM] {
                libc::signal(signal, libc::SIG_DFL);
            }
            Ok(())
        });
    }
}

/// Only Wine needs that.
pub fn without_console(_: &mut Command) {}

pub(crate) fn ask(child: &Child, ask: Ask) {
    send(child.id(), ask);
}

/// Sends a signal to a process that the test started and nobody has reaped.
pub fn send(pid: u32, signal: i32) {
    // SAFETY: kill(2) takes two numbers; the caller vouches for the process.
    let result = unsafe { libc::kill(pid as i32, signal) };
    assert_eq!(result, 0, "kill({pid}, {signal}): {}", std::io::Error::last_os_error());
}

/// Waits until a signal has stopped the child.
pub fn wait_until_stopped(child: &Child) {
    let mut status = 0;
    // SAFETY: the place is ours, and the child has not been reaped: with WUNTRACED the call tells of its stop, and of its end.
    let pid = unsafe { libc::waitpid(child.id() as i32, &mut status, libc::WUNTRACED) };
    assert_eq!(pid, child.id() as i32);
    assert!(libc::WIFSTOPPED(status), "it ended instead: {status:#x}");
}

pub(crate) fn ended(status: ExitStatus) -> Ended {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ended::Code(code),
        (None, Some(signal)) => Ended::Signal(signal),
        (None, None) => panic!("neither code nor signal: {status:?}"),
    }
}
