//! Who sent a signal.

use libc::siginfo_t;

use super::super::super::request::Sender;

/// Who sent a signal, where the kernel says that a process did: `si_code` is `SI_USER` or below
/// ([sigaction(2)](https://man7.org/linux/man-pages/man2/sigaction.2.html)).
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn of(info: &siginfo_t) -> Option<Sender> {
    // SAFETY: for these codes the union holds the sender.
    (info.si_code <= 0).then(|| unsafe {
        Sender {
            pid: info.si_pid() as u32,
            uid: info.si_uid(),
        }
    })
}

/// Who sent a signal: the kernel leaves 0 where no process did.
#[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
pub(super) fn of(info: &siginfo_t) -> Option<Sender> {
    (info.si_pid != 0).then_some(Sender {
        pid: info.si_pid as u32,
        uid: info.si_uid,
    })
}

/// Not known how to ask here, so not claimed.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd"
)))]
pub(super) fn of(_: &siginfo_t) -> Option<Sender> {
    None
}
