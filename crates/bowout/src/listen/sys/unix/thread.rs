//! Threads whose signal masks are right: handlers of other people's signals must not land on ours, and children started from
//! a cleanup must not inherit our mask.

use std::io;
use std::mem::MaybeUninit;
use std::sync::OnceLock;
use std::thread::Builder;

use super::super::super::request::Trigger;
use super::{bell, dispositions, number};

/// The mask of the thread that began to listen first: the one that user code is used to.
static USERS_MASK: OnceLock<libc::sigset_t> = OnceLock::new();

/// Starts the thread that watches. It blocks every signal but the ones that are listened to: those it takes even where every
/// other thread blocks them, as in a program that inherited a blocked mask.
pub(in super::super::super) fn spawn_watcher(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let watched = mask(|set| {
        // SAFETY: `set` is a whole set, the numbers are signals of this system.
        unsafe {
            libc::sigfillset(set);
            for signal in Trigger::EXTERNAL.into_iter().filter_map(number) {
                libc::sigdelset(set, signal);
            }
        }
    });
    spawn_masked(&watched, name, work)
}

/// Starts a thread that no signal is delivered to.
pub(super) fn spawn_deaf(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let all = mask(|set| {
        // SAFETY: `set` is a whole set.
        unsafe { libc::sigfillset(set) };
    });
    spawn_masked(&all, name, work)
}

/// Starts a thread that has this mask from its first moment on.
fn spawn_masked(mask: &libc::sigset_t, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let users = swap_mask(mask);
    let _ = USERS_MASK.set(users);
    let spawned = Builder::new().name(name.to_owned()).stack_size(256 * 1024).spawn(work);
    swap_mask(&users);
    spawned.map(drop)
}

/// Starts a thread that runs user code, with the mask that user code is used to.
pub(in super::super::super) fn spawn_for_user_code(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let work = move || {
        if let Some(mask) = USERS_MASK.get() {
            swap_mask(mask);
        }
        work();
    };
    Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// Sleeps until the bell has rung since `seen`, and meanwhile lets through what is listened to, even where every other thread
/// blocks it. User code, which runs on this thread between one sleep and the next, has the mask that it is used to.
pub(in super::super::super) fn wait_for_event(seen: u32) {
    let wanted = mask(|set| {
        for signal in dispositions::wanted() {
            // SAFETY: `set` is a whole set, the number is a signal.
            unsafe { libc::sigaddset(set, signal) };
        }
    });
    let users = mask(|old| {
        // SAFETY: both are whole sets.
        unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, &wanted, old) };
    });
    bell::wait(seen, None);
    swap_mask(&users);
}

fn mask(fill: impl FnOnce(&mut libc::sigset_t)) -> libc::sigset_t {
    let mut set = MaybeUninit::zeroed();
    // SAFETY: sigemptyset initialises the set, which zeroes are a valid bit pattern for.
    let mut set = unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        set.assume_init()
    };
    fill(&mut set);
    set
}

/// Sets this thread's mask and returns the one it had.
fn swap_mask(new: &libc::sigset_t) -> libc::sigset_t {
    mask(|old| {
        // SAFETY: both are whole sets. The call fails for a bad first argument only.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, new, old) };
    })
}
