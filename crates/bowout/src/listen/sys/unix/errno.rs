//! `errno`, whose place each C library names differently.

#[cfg(any(target_os = "illumos", target_os = "solaris"))]
use libc::___errno as location;
#[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
use libc::__errno as location;
#[cfg(any(target_os = "linux", target_os = "dragonfly"))]
use libc::__errno_location as location;
#[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
use libc::__error as location;

pub(super) fn get() -> i32 {
    // SAFETY: the C library returns this thread's own errno, which lives as long as the thread.
    unsafe { *location() }
}

pub(super) fn set(value: i32) {
    // SAFETY: as above.
    unsafe { *location() = value }
}
