//! A signal when there is something to read.

use std::io;
use std::os::fd::RawFd;

use libc::c_int;

/// Has the kernel send this process a signal whenever the descriptor has something new to read, which never waits from here on.
#[cfg(not(any(target_os = "illumos", target_os = "solaris")))]
pub(super) fn by_signal(descriptor: RawFd) -> io::Result<()> {
    // SAFETY: fcntl(2) takes numbers here.
    let is_set = unsafe {
        libc::fcntl(descriptor, libc::F_SETOWN, libc::getpid()) != -1
            && choose_signal(descriptor) != -1
            && libc::fcntl(descriptor, libc::F_SETFL, libc::O_ASYNC | libc::O_NONBLOCK) != -1
    };
    is_set.then_some(()).ok_or_else(io::Error::last_os_error)
}

/// Pipes do not do it there.
#[cfg(any(target_os = "illumos", target_os = "solaris"))]
pub(super) fn by_signal(_: RawFd) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A real-time signal: of these none is lost because another one is pending, somebody's no more than ours.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn choose_signal(descriptor: RawFd) -> c_int {
    /// `F_SETSIG` of `<fcntl.h>`, which `libc` does not have for every C library.
    const F_SETSIG: c_int = 10;
    // SAFETY: fcntl(2) takes numbers here.
    unsafe { libc::fcntl(descriptor, F_SETSIG, libc::SIGRTMAX()) }
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "illumos",
    target_os = "solaris"
)))]
fn choose_signal(_: RawFd) -> c_int {
    0
}

/// Whether it is the signal, or the one that comes in its place where the queue is full.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(in super::super) fn is_waker(number: c_int) -> bool {
    number == libc::SIGRTMAX() || number == libc::SIGIO
}

/// Whether it is the signal.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(in super::super) fn is_waker(number: c_int) -> bool {
    number == libc::SIGIO
}
