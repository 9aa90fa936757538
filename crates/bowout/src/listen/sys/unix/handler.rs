//! The handler, and how it gets there and back.
//!
//! What the handler may do: it can run on any thread, in the middle of anything, `malloc` included
//! ([signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html)). So it touches atomics only, makes the
//! system calls `getpid`, `futex` or `write` (the bell), `kill` (to hand a signal back), on a forked child's way out
//! `sigaction` and `raise`, calls the handler that it found in its place, and leaves `errno` as it was. It takes no lock,
//! allocates nothing, cannot panic.

use std::collections::BTreeMap;
use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use libc::{c_int, c_void, siginfo_t};

use super::super::super::request::{Handling, Hearing, Sender, Trigger};
use super::super::Hit;
use super::{bell, errno, notify, sender};

/// What the handler does with a signal.
///
/// It is not the disposition any more: if it runs all the same, it was on its way when that changed.
const GONE: u8 = 0;
/// Only call the handler below; somebody's handler on top of ours still calls it.
const PASS_ON: u8 = 1;
const SWALLOW: u8 = 2;
const NOTE: u8 = 3;

struct Slot {
    trigger: Trigger,
    signal: c_int,
    mode: AtomicU8,
    noted: AtomicBool,
    /// Whether a sender is known, its pid and its uid, packed into one word so that they belong together.
    sender: AtomicU64,
    sender_known: AtomicBool,
    layers: [Layer; LAYERS],
}

/// Where a handler of ours was put on top of another's, which it calls.
///
/// The second layer is for a peer that came after us and did not keep us in its chain, as ctrlc. We go on top of it then, and
/// have to call it; had we only one layer and did the peer call it after all, the two would call each other without end.
struct Layer {
    handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void),
    /// The handler that was found in place: its address and its flags.
    previous: AtomicUsize,
    previous_flags: AtomicI32,
}

const LAYERS: usize = 2;

impl Layer {
    const fn new(handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void)) -> Layer {
        Layer {
            handler,
            previous: AtomicUsize::new(libc::SIG_DFL),
            previous_flags: AtomicI32::new(0),
        }
    }

    fn address(&self) -> usize {
        self.handler as *const () as usize
    }

    fn publish(&self, previous: &libc::sigaction) {
        self.previous_flags.store(previous.sa_flags, Ordering::Release);
        self.previous.store(previous.sa_sigaction, Ordering::Release);
    }
}

impl Slot {
    const fn new(trigger: Trigger, signal: c_int) -> Slot {
        Slot {
            trigger,
            signal,
            mode: AtomicU8::new(GONE),
            noted: AtomicBool::new(false),
            sender: AtomicU64::new(0),
            sender_known: AtomicBool::new(false),
            layers: [Layer::new(on_signal), Layer::new(on_signal_again)],
        }
    }

    /// The layer that this handler is, if it is one of ours.
    fn layer_of(&self, present: &libc::sigaction) -> Option<usize> {
        self.layers
            .iter()
            .position(|layer| layer.address() == present.sa_sigaction)
    }
}

static SLOTS: [Slot; 4] = [
    Slot::new(Trigger::Interrupt, libc::SIGINT),
    Slot::new(Trigger::Terminate, libc::SIGTERM),
    Slot::new(Trigger::Hangup, libc::SIGHUP),
    Slot::new(Trigger::Quit, libc::SIGQUIT),
];

/// Some slot has something noted.
static NOTED: AtomicBool = AtomicBool::new(false);

/// The process that listens; 0 before the first listener.
static LISTENER: AtomicI32 = AtomicI32::new(0);

extern "C" fn on_signal(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    handle(0, signal, info, context);
}

extern "C" fn on_signal_again(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    handle(1, signal, info, context);
}

fn handle(layer: usize, signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let errno = errno::get();
    if let Some(slot) = SLOTS.iter().find(|slot| slot.signal == signal) {
        let chain = |slot: &Slot| chain(signal, &slot.layers[layer], info, context);
        match slot.mode.load(Ordering::SeqCst) {
            GONE => send_again(signal),
            NOTE if is_forked_child() => {
                if !chain(slot) {
                    default_action(signal);
                }
            }
            NOTE => {
                // SAFETY: the kernel passes a valid siginfo_t, since the handler is installed with SA_SIGINFO.
                note(slot, unsafe { sender::of(&*info) });
                // The listener ended in between, and may have looked for the last time before this was noted. To the next one
                // the signal may mean something else.
                if slot.mode.load(Ordering::SeqCst) != NOTE && slot.noted.swap(false, Ordering::SeqCst) {
                    send_again(signal);
                } else {
                    chain(slot);
                }
            }
            _ => {
                chain(slot);
            }
        }
    }
    errno::set(errno);
}

/// The listener ended while a signal was on its way to the handler, which now takes it away from whoever should have it: it
/// goes to the process once more, and meets the disposition that holds now. Async-signal-safe.
pub(super) fn send_again(signal: c_int) {
    // SAFETY: both calls take numbers, and the process is this one.
    unsafe { libc::kill(libc::getpid(), signal) };
}

fn note(slot: &Slot, sender: Option<Sender>) {
    if let Some(sender) = sender {
        slot.sender
            .store(u64::from(sender.pid) << 32 | u64::from(sender.uid), Ordering::Relaxed);
        slot.sender_known.store(true, Ordering::Relaxed);
    }
    // The facts first, then the flag, then the bell: whoever hears the bell finds the flag, and with it the facts.
    slot.noted.store(true, Ordering::SeqCst);
    NOTED.store(true, Ordering::SeqCst);
    bell::ring();
}

/// Calls the handler that ours was installed on top of; false if there was none.
fn chain(signal: c_int, layer: &Layer, info: *mut siginfo_t, context: *mut c_void) -> bool {
    let previous = layer.previous.load(Ordering::Acquire);
    if previous == libc::SIG_DFL || previous == libc::SIG_IGN {
        return false;
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
    true
}

/// Does to this process what the signal does to one that never said anything about it. Async-signal-safe. Returns where the
/// kernel does not deliver it, as for PID 1; from inside a handler the signal waits until the handler returns.
pub(super) fn default_action(signal: c_int) {
    let default = action(libc::SIG_DFL, 0);
    // SAFETY: `default` is a whole sigaction; the null pointer means that the old one is not asked for. raise(3) takes a number.
    unsafe {
        libc::sigaction(signal, &default, std::ptr::null_mut());
        libc::raise(signal);
    }
}

/// Whether this process is a child, forked without exec, of the one that listens. It has the handlers and the memory, but
/// not the thread.
fn is_forked_child() -> bool {
    let listener = LISTENER.load(Ordering::Relaxed);
    // SAFETY: getpid(2) always succeeds.
    listener != 0 && listener != unsafe { libc::getpid() }
}

pub(in super::super::super) fn anything_noted() -> bool {
    NOTED.load(Ordering::Acquire)
}

/// Takes the requests to stop that were noted. The caller sees to it that one thread at a time does.
pub(in super::super::super) fn take_hits() -> impl Iterator<Item = Hit> {
    // One that is noted but is no request is left from a listener before, and its handler is about to take it back.
    take(|slot| slot.mode.load(Ordering::SeqCst) == NOTE)
}

/// Takes what was noted up to [`uninstall`].
pub(in super::super::super) fn take_rest() -> impl Iterator<Item = Hit> {
    take(|_| true)
}

fn take(of: impl Fn(&Slot) -> bool) -> impl Iterator<Item = Hit> {
    // The summary first: what is noted from here on sets it again.
    NOTED.store(false, Ordering::SeqCst);
    SLOTS
        .iter()
        .filter(move |slot| of(slot) && slot.noted.swap(false, Ordering::SeqCst))
        .map(|slot| {
            let known = slot.sender_known.swap(false, Ordering::Relaxed);
            let packed = slot.sender.load(Ordering::Relaxed);
            let sender = Sender {
                pid: (packed >> 32) as u32,
                uid: packed as u32,
            };
            Hit {
                trigger: slot.trigger,
                sender: known.then_some(sender),
            }
        })
}

/// The dispositions that were found, to be put back, in the order of the slots and their layers; `None` where that layer is
/// not in place.
static FOUND: Mutex<[[Option<Found>; LAYERS]; SLOTS.len()]> = Mutex::new([[None; LAYERS]; SLOTS.len()]);

#[derive(Clone, Copy)]
struct Found(libc::sigaction);

// SAFETY: a sigaction is plain data; its handler address means the same on every thread.
unsafe impl Send for Found {}

/// Takes the triggers. On an error everything is as it was.
pub(in super::super::super) fn install(wanted: &BTreeMap<Trigger, Handling>) -> io::Result<BTreeMap<Trigger, Hearing>> {
    bell::prepare()?;
    notify::prepare();
    // SAFETY: getpid(2) always succeeds.
    LISTENER.store(unsafe { libc::getpid() }, Ordering::Relaxed);
    let mut hearing = BTreeMap::new();
    for (slot, found) in SLOTS.iter().zip(found().iter_mut()) {
        match install_one(slot, found, wanted.get(&slot.trigger).copied()) {
            Ok(heard) => hearing.insert(slot.trigger, heard),
            Err(error) => {
                hearing.insert(slot.trigger, Hearing::Failed(error.to_string()));
                None
            }
        };
    }
    if hearing.values().any(|heard| matches!(heard, Hearing::Failed(_))) {
        uninstall();
        return Err(io::Error::other(format!("sigaction(2) refused: {hearing:?}")));
    }
    Ok(hearing)
}

fn found() -> std::sync::MutexGuard<'static, [[Option<Found>; LAYERS]; SLOTS.len()]> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

fn install_one(slot: &Slot, found: &mut [Option<Found>; LAYERS], wanted: Option<Handling>) -> io::Result<Hearing> {
    let present = query(slot.signal)?;
    let ours = slot.layer_of(&present).is_some();
    if wanted == Some(Handling::Default) && !ours {
        return Ok(Hearing::Default);
    }
    if present.sa_sigaction == libc::SIG_IGN && wanted != Some(Handling::Handle) {
        return Ok(Hearing::InheritedIgnore);
    }
    let (mode, hearing) = match wanted {
        Some(Handling::Ignore) => (SWALLOW, Hearing::Ignored),
        Some(Handling::Default) => (PASS_ON, Hearing::Default),
        Some(Handling::Handle) | None => (NOTE, Hearing::Handled),
    };
    if is_handler(&present) {
        // Before it is in place, so that no signal finds it undecided.
        slot.mode.store(mode, Ordering::SeqCst);
        go_on_top(slot, found, &present)?;
    } else {
        // Nobody calls a layer of ours any more.
        *found = [None; LAYERS];
        slot.mode.store(mode, Ordering::SeqCst);
        put_layer(slot, 0, found, &present)?;
    }
    // A listener that is still leaving may not have taken in what was a request to it. To this one it is none, so that nobody
    // would take it before this one ends.
    if mode != NOTE && slot.noted.swap(false, Ordering::SeqCst) {
        send_again(slot.signal);
    }
    Ok(hearing)
}

/// Whether it is a function, and not one of the two dispositions without.
fn is_handler(present: &libc::sigaction) -> bool {
    present.sa_sigaction != libc::SIG_DFL && present.sa_sigaction != libc::SIG_IGN
}

/// Puts the lowest free layer on top of the handler that is in place, unless that is ours. With no layer left it is the last
/// one on top that decides whether we hear.
fn go_on_top(slot: &Slot, found: &mut [Option<Found>; LAYERS], present: &libc::sigaction) -> io::Result<()> {
    let free = found.iter().position(Option::is_none);
    match (slot.layer_of(present), free) {
        (None, Some(free)) => put_layer(slot, free, found, present),
        _ => Ok(()),
    }
}

fn put_layer(slot: &Slot, at: usize, found: &mut [Option<Found>; LAYERS], present: &libc::sigaction) -> io::Result<()> {
    let layer = &slot.layers[at];
    // Published before ours is in place, so that no signal finds ours without it.
    layer.publish(present);
    let replaced = replace(slot.signal, &action(layer.address(), libc::SA_SIGINFO))?;
    // Somebody may have been faster since the query; then it is theirs that ours stands on.
    layer.publish(&replaced);
    found[at] = Some(Found(replaced));
    Ok(())
}

/// Goes on top again where somebody came later. Asked for by whoever begins to wait: it costs a system call a signal. Where
/// the program has taken the handlers out altogether, that is its will.
pub(in super::super::super) fn stay_on_top() {
    for (at, slot) in SLOTS.iter().enumerate() {
        let covered = |present: &libc::sigaction| is_handler(present) && slot.layer_of(present).is_none();
        if slot.mode.load(Ordering::SeqCst) != NOTE || !query(slot.signal).is_ok_and(|present| covered(&present)) {
            continue;
        }
        // Asked once more, now that nobody else of us can be about it.
        let found = &mut found()[at];
        let still = query(slot.signal).ok().filter(covered);
        if let Some(present) = still.filter(|_| slot.mode.load(Ordering::SeqCst) == NOTE) {
            // What fails here leaves things as they are.
            let _ = go_on_top(slot, found, &present);
        }
    }
}

/// Gives the triggers back. What is noted while this happens is there for [`take_rest`] afterwards, and what was not noted by
/// then is sent again. Where somebody has put a handler on top of ours since, ours stays in the chain and only passes
/// on: taking it out would take theirs out too.
pub(in super::super::super) fn uninstall() {
    for (slot, found) in SLOTS.iter().zip(found().iter_mut()) {
        let on_top = query(slot.signal).ok().and_then(|present| slot.layer_of(&present));
        let below = on_top.and_then(|layer| found[layer].take());
        let replaced = below.is_some_and(|Found(below)| replace(slot.signal, &below).is_ok());
        // What the second layer stood on may still call the first.
        let gone = replaced && on_top == Some(0);
        slot.mode.store(if gone { GONE } else { PASS_ON }, Ordering::SeqCst);
    }
}

/// Restarting, with the sender's data, on the alternate stack where the thread has one.
///
/// While the handler runs, everything is blocked but the signals of faults. The alternate stack that Rust gives a thread has
/// room for two frames or three of a processor with wide registers, and not for four: signals of several kinds in one breath
/// would overflow it, each interrupting the handler of the one before.
fn action(handler: usize, flags: c_int) -> libc::sigaction {
    const FAULTS: [c_int; 6] = [
        libc::SIGSEGV,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGTRAP,
        libc::SIGABRT,
    ];
    // SAFETY: all zeroes is a valid sigaction: SIG_DFL, no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: the mask is a whole set, which both calls, async-signal-safe, change in place.
    unsafe {
        libc::sigfillset(&mut action.sa_mask);
        for fault in FAULTS {
            libc::sigdelset(&mut action.sa_mask, fault);
        }
    }
    action.sa_sigaction = handler;
    action.sa_flags = (flags | libc::SA_RESTART | libc::SA_ONSTACK) as _;
    action
}

fn query(signal: c_int) -> io::Result<libc::sigaction> {
    sigaction(signal, std::ptr::null())
}

fn replace(signal: c_int, new: &libc::sigaction) -> io::Result<libc::sigaction> {
    sigaction(signal, new)
}

fn sigaction(signal: c_int, new: *const libc::sigaction) -> io::Result<libc::sigaction> {
    let mut old = MaybeUninit::zeroed();
    // SAFETY: `new` is null or a whole sigaction, `old` has room for one.
    if unsafe { libc::sigaction(signal, new, old.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: zeroes are a valid sigaction, and the call filled it in.
    Ok(unsafe { old.assume_init() })
}
