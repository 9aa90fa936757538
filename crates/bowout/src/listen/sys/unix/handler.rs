//! What runs when a signal comes. How it gets there and back is in `dispositions`.
//!
//! It can run on any thread, in the middle of anything, `malloc` included, and so may call what
//! [signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html) lists and nothing else. Reviewed, call by call:
//!
//! | it uses | it may, because |
//! | --- | --- |
//! | loads, stores, swaps and additions of static atomics | Rust has an atomic type only where the processor needs no lock for it |
//! | `getpid`, `kill`; on a forked child's way out `sigaction`, `sigfillset`, `sigdelset`, `raise` | they are listed |
//! | the bell: `write`, elsewhere than on Linux | it is listed |
//! | the bell: `FUTEX_WAKE`, on Linux | it is the bare system call, made by rustix without the C library, and touches no memory |
//! | `siginfo_t` | it is read only, on the handler's own stack |
//! | the place of `errno` | it is the thread's own and was there before; both its reading and its restoring are asked for by the same page |
//! | the handler that was found in place | that it may run here is the promise of whoever installed it |
//!
//! It takes no lock, allocates nothing, and cannot panic: a slot is looked up with `get`, and the layer is a constant. The behaviour test `signals_may_land_anywhere` lands signals in
//! threads that allocate without a pause.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use libc::{c_int, c_void, siginfo_t};

use super::super::super::request::{Sender, Trigger};
use super::super::Hit;
use super::{TRIGGERS, bell, dispositions, errno, sender};

/// What the handler does with a signal.
///
/// It is not the disposition any more: if it runs all the same, it was on its way when that changed.
pub(super) const GONE: u8 = 0;
/// Only call the handler below; somebody's handler on top of ours still calls it.
pub(super) const PASS_ON: u8 = 1;
pub(super) const SWALLOW: u8 = 2;
/// It is a request to stop.
pub(super) const STOP: u8 = 3;
/// Somebody has subscribed to it.
pub(super) const EVENT: u8 = 4;

/// One more than the highest number of a signal on any system: Linux on MIPS has 127 of them, FreeBSD 126, the others fewer.
const SIGNALS: usize = 128;

/// What the handler knows of one signal.
pub(super) struct Slot {
    pub(super) mode: AtomicU8,
    noted: AtomicBool,
    /// Whether a sender is known, its pid and its uid, packed into one word so that they belong together.
    sender: AtomicU64,
    sender_known: AtomicBool,
    /// How often it was noted as an event.
    events: AtomicU32,
    pub(super) layers: [Layer; LAYERS],
}

/// Where a handler of ours was put on top of another's, which it calls.
///
/// The second layer is for a peer that came after us and did not keep us in its chain, as ctrlc. We go on top of it then, and
/// have to call it; had we only one layer and did the peer call it after all, the two would call each other without end.
pub(super) struct Layer {
    /// The handler that was found in place: its address and its flags.
    previous: AtomicUsize,
    previous_flags: AtomicI32,
}

pub(super) const LAYERS: usize = 2;

/// The handler of each layer.
pub(super) const HANDLERS: [extern "C" fn(c_int, *mut siginfo_t, *mut c_void); LAYERS] = [handle::<0>, handle::<1>];

impl Layer {
    const fn new() -> Layer {
        Layer {
            previous: AtomicUsize::new(libc::SIG_DFL),
            previous_flags: AtomicI32::new(0),
        }
    }

    pub(super) fn publish(&self, previous: &libc::sigaction) {
        self.previous_flags.store(previous.sa_flags, Ordering::Release);
        self.previous.store(previous.sa_sigaction, Ordering::Release);
    }
}

impl Slot {
    const fn new() -> Slot {
        Slot {
            mode: AtomicU8::new(GONE),
            noted: AtomicBool::new(false),
            sender: AtomicU64::new(0),
            sender_known: AtomicBool::new(false),
            events: AtomicU32::new(0),
            layers: [const { Layer::new() }; LAYERS],
        }
    }

    fn tell_sender(&self, sender: Option<Sender>) {
        if let Some(sender) = sender {
            self.sender
                .store(u64::from(sender.pid) << 32 | u64::from(sender.uid), Ordering::Relaxed);
            self.sender_known.store(true, Ordering::Relaxed);
        }
    }

    fn hit(&self, trigger: Trigger) -> Hit {
        let known = self.sender_known.swap(false, Ordering::Relaxed);
        let packed = self.sender.load(Ordering::Relaxed);
        let sender = Sender {
            pid: (packed >> 32) as u32,
            uid: packed as u32,
        };
        Hit {
            trigger,
            sender: known.then_some(sender),
        }
    }
}

/// By number.
pub(super) static SLOTS: [Slot; SIGNALS] = [const { Slot::new() }; SIGNALS];

/// Some slot has a request to stop noted.
static NOTED: AtomicBool = AtomicBool::new(false);

/// The process that listens; 0 before the first listener.
static LISTENER: AtomicI32 = AtomicI32::new(0);

pub(super) fn slot(signal: c_int) -> Option<&'static Slot> {
    SLOTS.get(usize::try_from(signal).ok()?)
}

extern "C" fn handle<const LAYER: usize>(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let errno = errno::get();
    if let Some(slot) = slot(signal) {
        let chain = || chain(signal, &slot.layers[LAYER], info, context);
        match slot.mode.load(Ordering::SeqCst) {
            GONE => send_again(signal),
            STOP | EVENT if is_forked_child() => {
                if chain() == libc::SIG_DFL {
                    dispositions::default_action(signal);
                }
            }
            // What the second layer stands on may call the first, and then the one event was noted already.
            EVENT if LAYER > 0 => {
                let before = slot.events.load(Ordering::SeqCst);
                chain();
                if slot.events.load(Ordering::SeqCst) == before {
                    note(slot, signal, EVENT);
                }
            }
            EVENT => {
                if note(slot, signal, EVENT) {
                    chain();
                }
            }
            STOP => {
                // SAFETY: the kernel passes a valid siginfo_t, since the handler is installed with SA_SIGINFO.
                slot.tell_sender(unsafe { sender::of(&*info) });
                if note(slot, signal, STOP) {
                    chain();
                }
            }
            _ => {
                chain();
            }
        }
    }
    errno::set(errno);
}

/// Notes what came; false if by now the signal means something else, and was sent once more to do that.
fn note(slot: &Slot, signal: c_int, mode: u8) -> bool {
    // The facts first, then the flag, then the bell: whoever hears the bell finds the flag, and with it the facts.
    slot.noted.store(true, Ordering::SeqCst);
    if mode == STOP {
        NOTED.store(true, Ordering::SeqCst);
    } else {
        slot.events.fetch_add(1, Ordering::SeqCst);
    }
    bell::ring();
    // Whoever changes what a signal means looks for a last time whether it was noted, and may have looked before it was.
    let is_late = slot.mode.load(Ordering::SeqCst) != mode && slot.noted.swap(false, Ordering::SeqCst);
    if is_late {
        send_again(signal);
    }
    !is_late
}

/// A signal that was taken from whoever should have it now goes to the process once more. Async-signal-safe.
pub(super) fn send_again(signal: c_int) {
    // SAFETY: both calls take numbers, and the process is this one.
    unsafe { libc::kill(libc::getpid(), signal) };
}

/// Calls the handler that ours was installed on top of, and tells which it was: maybe SIG_DFL or SIG_IGN, which nobody can
/// call.
fn chain(signal: c_int, layer: &Layer, info: *mut siginfo_t, context: *mut c_void) -> usize {
    let previous = layer.previous.load(Ordering::Acquire);
    if previous == libc::SIG_DFL || previous == libc::SIG_IGN {
        return previous;
    }
    // SAFETY: the address is what sigaction(2) reported as the handler in place, neither SIG_DFL nor SIG_IGN, and the flag
    // SA_SIGINFO reported with it says which of the two signatures it has.
    unsafe {
        if layer.previous_flags.load(Ordering::Acquire) & libc::SA_SIGINFO != 0 {
            let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = std::mem::transmute(previous);
            handler(signal, info, context);
        } else {
            let handler: extern "C" fn(c_int) = std::mem::transmute(previous);
            handler(signal);
        }
    }
    previous
}

/// Whether this process is a child, forked without exec, of the one that listens. It has the handlers and the memory, but
/// not the threads.
pub(super) fn is_forked_child() -> bool {
    let listener = LISTENER.load(Ordering::Relaxed);
    // SAFETY: getpid(2) always succeeds.
    listener != 0 && listener != unsafe { libc::getpid() }
}

/// From here on it is this process that listens.
pub(super) fn listen_here() {
    // SAFETY: getpid(2) always succeeds.
    LISTENER.store(unsafe { libc::getpid() }, Ordering::Relaxed);
}

pub(in super::super::super) fn anything_noted() -> bool {
    NOTED.load(Ordering::Acquire)
}

/// Takes the requests to stop that were noted. The caller sees to it that one thread at a time does.
pub(in super::super::super) fn take_hits() -> impl Iterator<Item = Hit> {
    // One that is noted but is no request is left from a listener before, and its handler is about to take it back.
    take(|slot| slot.mode.load(Ordering::SeqCst) == STOP)
}

/// Takes what was noted up to [`uninstall`](dispositions::uninstall).
pub(in super::super::super) fn take_rest() -> impl Iterator<Item = Hit> {
    take(|_| true)
}

fn take(of: impl Fn(&Slot) -> bool) -> impl Iterator<Item = Hit> {
    // The summary first: what is noted from here on sets it again.
    NOTED.store(false, Ordering::SeqCst);
    TRIGGERS.iter().filter_map(move |(trigger, signal)| {
        let slot = slot(*signal)?;
        (of(slot) && slot.noted.swap(false, Ordering::SeqCst)).then(|| slot.hit(*trigger))
    })
}

/// Whether this was noted since the last time.
pub(super) fn take_noted(signal: c_int) -> bool {
    slot(signal).is_some_and(|slot| slot.noted.swap(false, Ordering::SeqCst))
}

/// Forgets what was noted.
pub(super) fn forget() {
    NOTED.store(false, Ordering::SeqCst);
    for slot in &SLOTS {
        slot.noted.store(false, Ordering::SeqCst);
        slot.sender_known.store(false, Ordering::Relaxed);
    }
}
