//! The way to a child that every Unix has.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;

use libc::c_int;
use rustix::process::Pid;

use super::program::Program;

/// Starts a child that becomes the program, and waits until it has, or has ended: both close its end of the stream.
pub(super) fn and_exec(program: &Program) -> io::Result<Pid> {
    let (mut ours, its) = UnixStream::pair()?;
    // SAFETY: the child makes async-signal-safe calls only, and does not return.
    let main = match unsafe { libc::fork() } {
        0 => program.execute(),
        pid => Pid::from_raw(pid.max(0)).ok_or_else(io::Error::last_os_error)?,
    };
    drop(its);
    // Nobody writes, and who cannot read goes on at once.
    let _ = ours.read(&mut [0]);
    Ok(main)
}

/// FreeBSD alone has such a thing here.
#[cfg(target_os = "freebsd")]
pub(super) fn die_with_parent(mut number: c_int) {
    let own = 0;
    // SAFETY: it reads the number ([procctl(2)](https://man.freebsd.org/cgi/man.cgi?query=procctl&sektion=2)).
    unsafe { libc::procctl(libc::P_PID, own, libc::PROC_PDEATHSIG_CTL, (&raw mut number).cast()) };
}

#[cfg(not(target_os = "freebsd"))]
pub(super) fn die_with_parent(_: c_int) {}
