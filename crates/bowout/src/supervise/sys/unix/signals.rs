//! Signals as something to wait for: all are blocked, and taken one by one.

use std::sync::OnceLock;

use libc::{c_int, sigset_t};

use crate::signal::{self, DefaultAction, Signal};

/// The mask that this process had before; the main process gets it back.
static BEFORE: OnceLock<sigset_t> = OnceLock::new();

/// A signal that has come to this process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received {
    pub(super) number: c_int,
    /// The kernel has sent it: the terminal, to a whole process group, or a descriptor.
    pub(super) from_kernel: bool,
}

pub(in crate::supervise) fn hold_signals() {
    let before = swap_mask(libc::SIG_SETMASK, &all());
    let _ = BEFORE.set(before);
}

pub(in crate::supervise) fn release_signals() {
    if let Some(before) = BEFORE.get() {
        swap_mask(libc::SIG_SETMASK, before);
    }
}

/// The mask from before [`hold_signals`].
pub(super) fn before() -> sigset_t {
    BEFORE.get().copied().unwrap_or_else(empty)
}

/// Has all of them come that nobody ignores on purpose, and SIGCHLD even then: while that is ignored the kernel reaps our
/// children, and their statuses are lost.
pub(super) fn want_all() {
    set_disposition(libc::SIGCHLD, libc::SIG_DFL);
    if cfg!(not(any(target_os = "linux", target_os = "android"))) {
        let by_default = signal::all().filter(|signal| signal.default_action() == DefaultAction::Ignore);
        let numbers = by_default.filter_map(Signal::number);
        numbers
            .filter(|number| disposition(*number) == Some(libc::SIG_DFL))
            .for_each(want);
    }
}

/// Has a signal come that is ignored, or is by default. On Linux it comes if only it is blocked; elsewhere it may be lost even
/// then ([sigaction(2)](https://pubs.opengroup.org/onlinepubs/9799919799/functions/V2_chap02.html#tag_16_04), "Signal Generation
/// and Delivery", leaves it open), so a handler is there for it, which nobody calls.
pub(super) fn want(number: c_int) {
    extern "C" fn never_called(_: c_int) {}
    if cfg!(not(any(target_os = "linux", target_os = "android"))) {
        set_disposition(number, never_called as extern "C" fn(c_int) as libc::sighandler_t);
    }
}

fn set_disposition(number: c_int, disposition: libc::sighandler_t) {
    // SAFETY: sigaction is plain data, for which all zeros is a value.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = disposition;
    action.sa_flags = libc::SA_RESTART;
    // SAFETY: the struct is whole; the null pointer means that the old one is not asked for.
    unsafe { libc::sigaction(number, &action, std::ptr::null_mut()) };
}

/// What this process does about a signal; `None` for what is no signal.
fn disposition(number: c_int) -> Option<libc::sighandler_t> {
    // SAFETY: sigaction is plain data, for which all zeros is a value.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: it writes the struct and changes nothing. What is no signal is refused.
    let known = unsafe { libc::sigaction(number, std::ptr::null(), &mut action) } == 0;
    known.then_some(action.sa_sigaction)
}

/// The signals that a handler of this process takes: a child that shares its memory for a moment must not run them.
pub(super) fn handled() -> Vec<c_int> {
    (1..=64).filter(|number| is_handled(*number)).collect()
}

fn is_handled(number: c_int) -> bool {
    disposition(number).is_some_and(|action| ![libc::SIG_DFL, libc::SIG_IGN].contains(&action))
}

/// Has this process do what the signal does to one that says nothing about it, and tells whether it was stopped by it: a
/// process that nobody could continue (of an orphaned process group, such as process 1's) is not.
pub(super) fn stop_here(number: c_int) -> bool {
    let only = single(number);
    // SAFETY: raise(3) takes a number.
    unsafe { libc::raise(number) };
    swap_mask(libc::SIG_UNBLOCK, &only);
    swap_mask(libc::SIG_BLOCK, &only);
    is_pending(libc::SIGCONT)
}

/// Takes back that the signal has come: one that is ignored, even for a moment, is not pending any more
/// ([POSIX](https://pubs.opengroup.org/onlinepubs/9799919799/functions/V2_chap02.html#tag_16_04_03_02)).
pub(super) fn forget(number: c_int) {
    // SAFETY: sigaction is plain data, for which all zeros is a value.
    let mut ignored: libc::sigaction = unsafe { std::mem::zeroed() };
    ignored.sa_sigaction = libc::SIG_IGN;
    let mut before = ignored;
    // SAFETY: the structs are whole; the null pointer means that the old one is not asked for.
    unsafe {
        libc::sigaction(number, &ignored, &mut before);
        libc::sigaction(number, &before, std::ptr::null_mut());
    }
}

pub(super) fn is_pending(number: c_int) -> bool {
    let mut pending = empty();
    // SAFETY: it writes the set, and reads it.
    unsafe { libc::sigpending(&mut pending) == 0 && libc::sigismember(&pending, number) == 1 }
}

pub(super) fn all() -> sigset_t {
    let mut set = empty();
    // SAFETY: it writes the set.
    unsafe { libc::sigfillset(&mut set) };
    set
}

fn single(number: c_int) -> sigset_t {
    let mut set = empty();
    // SAFETY: it writes the set.
    unsafe { libc::sigaddset(&mut set, number) };
    set
}

fn empty() -> sigset_t {
    // SAFETY: sigset_t is plain data, for which all zeros is a value.
    let mut set: sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: it writes the set.
    unsafe { libc::sigemptyset(&mut set) };
    set
}

fn swap_mask(how: c_int, mask: &sigset_t) -> sigset_t {
    let mut before = empty();
    // SAFETY: it reads the one set and writes the other.
    unsafe { libc::pthread_sigmask(how, mask, &mut before) };
    before
}
