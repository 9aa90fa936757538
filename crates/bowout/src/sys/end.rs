//! Unix: death by a signal of one's own choice.

use libc::c_int;

/// Ends this process by the signal's default action, without a core; where the kernel does not deliver it to us (process 1), by
/// the status that a shell gives such a death. Async-signal-safe.
pub(crate) fn by_signal(number: c_int) -> ! {
    leave_no_core();
    // SAFETY: sigaction is plain data, for which all zeros is a value, and means the default.
    let default: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: sigset_t is plain data as well.
    let mut only: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the structs are whole, and the null pointers mean that the old ones are not asked for. KILL keeps its action.
    unsafe {
        libc::sigemptyset(&mut only);
        libc::sigaddset(&mut only, number);
        libc::sigaction(number, &default, std::ptr::null_mut());
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &only, std::ptr::null_mut());
        libc::raise(number);
    }
    at_once(128 + number)
}

/// Ends this process now. Async-signal-safe.
pub(crate) fn at_once(status: c_int) -> ! {
    // SAFETY: _exit(2) takes a number and does not return.
    unsafe { libc::_exit(status) }
}

/// Leaving in order is no crash, so SIGQUIT leaves no core. The limit alone does not stop a core that is piped to a program
/// ([core(5)](https://man7.org/linux/man-pages/man5/core.5.html)); on Linux the process also stops being dumpable.
fn leave_no_core() {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `none` is a whole rlimit; lowering a limit is always allowed.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
    #[cfg(any(target_os = "linux", target_os = "android"))]
    // SAFETY: PR_SET_DUMPABLE takes one number and touches no memory.
    unsafe {
        libc::prctl(libc::PR_SET_DUMPABLE, 0);
    }
}
