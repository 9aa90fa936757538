//! The ways out.

use super::super::super::request::Trigger;
use super::{dispositions, handler, number, thread};

/// Ends the process as the request would have: death by its signal, or, where the kernel does not deliver it to us (PID 1),
/// the status that a shell gives such a death.
pub(in super::super::super) fn end_for(trigger: Trigger) -> ! {
    end_at_once(Some(trigger))
}

/// The same from any thread; without a request from outside the status is 1, since something was left undone.
pub(in super::super::super) fn end_at_once(trigger: Option<Trigger>) -> ! {
    let Some(signal) = trigger.and_then(number) else {
        exit_now(1)
    };
    leave_no_core();
    thread::unblock(signal);
    dispositions::default_action(signal);
    exit_now(128 + signal)
}

fn exit_now(status: i32) -> ! {
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

/// Makes a request once more that nobody was told of, now that the listener is gone: whoever handled it before does again,
/// or the process ends by it.
pub(in super::super::super) fn repeat(trigger: Trigger) {
    if let Some(signal) = number(trigger) {
        handler::send_again(signal);
    }
}

/// Has `work` run by exit(3), once for all listeners.
pub(in super::super::super) fn run_at_exit(work: extern "C" fn()) {
    static ONCE: std::sync::Once = std::sync::Once::new();
    // SAFETY: `work` is a function of the program's own, which is there until it ends. Without memory for it, exit(3) does
    // not run the cleanups, as it would not without bowout.
    ONCE.call_once(|| unsafe {
        libc::atexit(work);
        // The latest to be registered is the first to run.
        libc::atexit(dispositions::leave_alternate_stacks);
    });
}

/// One line on standard error, written at once and without a lock that a stuck thread may hold.
pub(in super::super::super) fn complain(line: &str) {
    // SAFETY: the bytes are a live str. A standard error that is closed is nobody's loss.
    let _ = unsafe { libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len()) };
}
