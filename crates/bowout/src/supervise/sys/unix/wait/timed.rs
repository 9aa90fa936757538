//! `sigtimedwait(2)`: the next signal, or the moment.

use std::time::Instant;

#[cfg(not(any(target_os = "illumos", target_os = "solaris")))]
use libc::sigtimedwait;

use super::signals::{self, Received};

// It is there ([sigtimedwait(3C)](https://illumos.org/man/3C/sigtimedwait)), though `libc` does not say so.
#[cfg(any(target_os = "illumos", target_os = "solaris"))]
unsafe extern "C" {
    fn sigtimedwait(
        set: *const libc::sigset_t,
        info: *mut libc::siginfo_t,
        timeout: *const libc::timespec,
    ) -> libc::c_int;
}

/// Whether the kernel's own signals are told from others.
pub(super) const ORIGIN_IS_TOLD: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// The next signal that comes, or `None` when the moment has come (or perhaps a little earlier).
pub(super) fn next(until: Option<Instant>) -> Option<Received> {
    let left = until.map(|until| until.saturating_duration_since(Instant::now()));
    let left = left.map(|left| libc::timespec {
        tv_sec: left.as_secs().try_into().unwrap_or(i32::MAX.into()),
        tv_nsec: left.subsec_nanos().into(),
    });
    let left = left.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: siginfo_t is plain data, for which all zeros is a value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    // SAFETY: it reads the set and the time, where there is one, and writes the info.
    let number = unsafe { sigtimedwait(&signals::all(), &mut info, left) };
    (number > 0).then(|| Received {
        number,
        from_kernel: is_from_kernel(&info),
    })
}

/// What a process sends has no code above 0, and what the kernel sends has ([sigaction(2)](https://man7.org/linux/man-pages/man2/sigaction.2.html)).
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_from_kernel(info: &libc::siginfo_t) -> bool {
    info.si_code > 0
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_from_kernel(_: &libc::siginfo_t) -> bool {
    false
}
