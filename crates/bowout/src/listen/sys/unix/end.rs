//! The ways out.

use super::super::super::request::Trigger;
use super::{dispositions, handler, number};

/// Ends the process as the request would have: death by its signal, or, where the kernel does not deliver it to us (PID 1),
/// the status that a shell gives such a death.
pub(in super::super::super) fn end_for(trigger: Trigger) -> ! {
    end_at_once(Some(trigger))
}

/// The same from any thread; without a request from outside the status is 1, since something was left undone.
pub(in super::super::super) fn end_at_once(trigger: Option<Trigger>) -> ! {
    let Some(signal) = trigger.and_then(number) else {
        crate::sys::end::at_once(1)
    };
    crate::sys::end::by_signal(signal)
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
