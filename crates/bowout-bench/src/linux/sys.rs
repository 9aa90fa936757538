//! The bare system: the contestants that have no library, and what a child needs.

use std::cell::UnsafeCell;
use std::ffi::c_int;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::Thread;

/// What every contestant listens to, as far as its interface lets it.
pub(super) const SIGNALS: [c_int; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT];

/// Nanoseconds of the monotonic clock, which all processes share. Async-signal-safe
/// ([signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html)).
pub(super) fn now() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` has room for a timespec. The call fails for clocks that do not exist only.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// Whether times are reported to the parent, on standard output, rather than to the main thread.
pub(super) static TO_PARENT: AtomicBool = AtomicBool::new(false);
/// The latest time that was not reported to the parent; 0 when it has been taken.
pub(super) static HEARD: AtomicU64 = AtomicU64::new(0);
pub(super) static MAIN: OnceLock<Thread> = OnceLock::new();

/// What a contestant calls first thing when it has heard the signal.
pub(super) fn heard() {
    note(now());
    if let Some(main) = MAIN.get() {
        main.unpark();
    }
}

/// Async-signal-safe.
fn note(time: u64) {
    if TO_PARENT.load(Ordering::Relaxed) {
        report(time);
    } else {
        HEARD.store(time, Ordering::Release);
    }
}

/// Tells the parent a number. Async-signal-safe. What a pipe cannot take in one piece the parent misses, and says so.
pub(super) fn report(number: u64) {
    let bytes = number.to_ne_bytes();
    // SAFETY: the bytes live longer than the call.
    unsafe { libc::write(libc::STDOUT_FILENO, bytes.as_ptr().cast(), bytes.len()) };
}

extern "C" fn note_in_handler(_: c_int) {
    note(now());
}

/// Contestant: the handler itself is the callback.
pub(super) fn install_noting() -> io::Result<()> {
    install(note_in_handler as *const () as usize)
}

struct Semaphore(UnsafeCell<MaybeUninit<libc::sem_t>>);

// SAFETY: a semaphore is made to be used by several threads at once; it is only ever reached by its address.
unsafe impl Sync for Semaphore {}

static SEMAPHORE: Semaphore = Semaphore(UnsafeCell::new(MaybeUninit::uninit()));

extern "C" fn post_in_handler(_: c_int) {
    // SAFETY: the semaphore was initialised before this handler was installed, and sem_post(3) is async-signal-safe.
    unsafe { libc::sem_post(SEMAPHORE.0.get().cast()) };
}

/// Contestant: the handler posts a semaphore, on which a thread waits, whose first act is the callback.
pub(super) fn install_posting() -> io::Result<()> {
    install(post_in_handler as *const () as usize)
}

/// Before the handler.
pub(super) fn make_semaphore() {
    // SAFETY: nobody uses the semaphore yet; 0 and 0 are "not shared with other processes" and "nothing posted".
    unsafe { libc::sem_init(SEMAPHORE.0.get().cast(), 0, 0) };
}

pub(super) fn wait_for_semaphore() {
    // SAFETY: `make_semaphore` was called before this thread was started. EINTR is the only failure.
    while unsafe { libc::sem_wait(SEMAPHORE.0.get().cast()) } != 0 {}
}

/// Puts the default dispositions in place: an ignored signal is inherited, and some contestants respect that.
pub(super) fn install_defaults() -> io::Result<()> {
    install(libc::SIG_DFL)
}

fn install(handler: usize) -> io::Result<()> {
    // SAFETY: all zeroes is a valid sigaction: SIG_DFL, no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_RESTART;
    for signal in SIGNALS {
        // SAFETY: `action` is a whole sigaction whose handler is a default or one of the functions above, which do only what
        // a handler may; the null pointer means that the old one is not asked for.
        if unsafe { libc::sigaction(signal, &action, std::ptr::null_mut()) } != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// TERM, kept until [`wait_for_terminate`] takes it.
pub(super) fn block_terminate() -> io::Result<()> {
    let set = terminate();
    // SAFETY: `set` is a whole set; the old one is not asked for.
    match unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut()) } {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

pub(super) fn wait_for_terminate() {
    let (set, mut signal) = (terminate(), 0);
    // SAFETY: `set` is a whole set and `signal` has room for a number.
    unsafe { libc::sigwait(&set, &mut signal) };
}

fn terminate() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: sigemptyset initialises the set before anything else looks at it; TERM is a signal.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGTERM);
        set.assume_init()
    }
}

extern "C" fn nothing() {
    // An empty function would have the compiler leave out that it is registered.
    std::hint::black_box(());
}

/// Has exit(3) call a function.
pub(super) fn at_exit() -> io::Result<()> {
    // SAFETY: the function is one of this program's own, which is there until it ends.
    match unsafe { libc::atexit(nothing) } {
        0 => Ok(()),
        _ => Err(io::Error::from(io::ErrorKind::OutOfMemory)),
    }
}

/// Has a closure run between fork and exec, which keeps the standard library from taking `posix_spawn`.
pub(super) fn add_empty_closure(command: &mut Command) {
    // SAFETY: the closure does nothing.
    unsafe { command.pre_exec(|| Ok(())) };
}
