//! What only the bare system has.

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::Pid;

/// Async-signal-safe.
pub(super) fn write_a_byte() {
    // SAFETY: the byte is there for the length of the call.
    unsafe { libc::write(libc::STDOUT_FILENO, b"!".as_ptr().cast(), 1) };
}

extern "C" fn at_signal(_: c_int) {
    write_a_byte();
}

pub(super) fn write_a_byte_at_usr1() -> io::Result<()> {
    // SAFETY: all zeroes is a valid sigaction, and the handler does only what one may; the old one is not asked for.
    let result = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = at_signal as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut())
    };
    succeeded(result)
}

/// Makes a pid namespace, whose PID 1 the command will be. It ends with this process, which is spent.
pub(super) fn in_a_pid_namespace(command: &mut Command) -> io::Result<()> {
    // SAFETY: unshare(2) takes flags.
    succeeded(unsafe { libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWPID) })?;
    // SAFETY: prctl(2) is async-signal-safe and touches no memory.
    unsafe { command.pre_exec(|| succeeded(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))) };
    Ok(())
}

/// How long a process has been on a processor, in nanoseconds.
pub(super) fn cpu_time(pid: Pid) -> io::Result<u64> {
    let (mut clock, mut time) = (0, libc::timespec { tv_sec: 0, tv_nsec: 0 });
    // SAFETY: there is room for the clock's number; clock_getcpuclockid(3) returns an error's number.
    match unsafe { libc::clock_getcpuclockid(pid.as_raw_nonzero().get(), &mut clock) } {
        0 => {}
        error => return Err(io::Error::from_raw_os_error(error)),
    }
    // SAFETY: there is room for a timespec.
    succeeded(unsafe { libc::clock_gettime(clock, &mut time) })?;
    Ok(time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// Makes so many orphans: children of a child that is gone when this returns. Each tells its number, and ends when everybody
/// else has let go of `hold`.
pub(super) fn orphan(count: usize, held: &OwnedFd, hold: &OwnedFd, tell: &OwnedFd) -> io::Result<()> {
    let (held, hold, tell) = (held.as_raw_fd(), hold.as_raw_fd(), tell.as_raw_fd());
    // SAFETY: this process has one thread, so the children may do whatever it could; they make system calls only, on numbers
    // that are open and memory that is theirs, and leave by _exit(2).
    unsafe {
        let parent = libc::fork();
        if parent != 0 {
            succeeded(parent.min(0))?;
            let mut status = 0;
            succeeded(libc::waitpid(parent, &mut status, 0).min(0))?;
            return if status == 0 {
                Ok(())
            } else {
                Err(io::Error::other("not all orphans could be made"))
            };
        }
        for _ in 0..count {
            match libc::fork() {
                -1 => libc::_exit(1),
                0 => {
                    libc::close(hold);
                    let own = libc::getpid().to_ne_bytes();
                    libc::write(tell, own.as_ptr().cast(), own.len());
                    let mut byte = 0_u8;
                    libc::read(held, (&raw mut byte).cast(), 1);
                    libc::_exit(0)
                }
                _ => {}
            }
        }
        libc::_exit(0)
    }
}

fn succeeded(result: c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
