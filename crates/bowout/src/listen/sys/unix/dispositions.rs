//! How the handler gets into its place, stays there, and gives it back.

use std::collections::BTreeMap;
use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

use libc::c_int;

use super::super::super::request::{Handling, Hearing, Trigger};
use super::handler::{self, EVENT, GONE, HANDLERS, LAYERS, PASS_ON, SLOTS, STOP, SWALLOW};
use super::{TRIGGERS, bell, notify};
use crate::Signal;

/// What was made of one signal.
#[derive(Default)]
struct Taken {
    /// What was found under each layer of ours, to be put back; `None` where that layer is not in place.
    found: [Option<Found>; LAYERS],
    /// What the builder wants of it, if it wants it taken.
    builder: Option<u8>,
    /// Somebody has subscribed to it. The builder then does not want it as a request to stop.
    subscribed: bool,
}

impl Taken {
    fn mode(&self) -> Option<u8> {
        if self.subscribed { Some(EVENT) } else { self.builder }
    }
}

#[derive(Clone, Copy)]
struct Found(libc::sigaction);

// SAFETY: a sigaction is plain data; its handler address means the same on every thread.
unsafe impl Send for Found {}

/// Boxed, for the map makes room for eleven at once, and that would be a page of memory for four.
type Table = BTreeMap<c_int, Box<Taken>>;

/// Every signal that was ever taken.
static TABLE: Mutex<Table> = Mutex::new(Table::new());

fn table() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The signals that somebody wants to hear of, as requests to stop or as events.
pub(super) fn wanted() -> impl Iterator<Item = c_int> {
    let is_wanted = |slot: &handler::Slot| matches!(slot.mode.load(Ordering::SeqCst), STOP | EVENT);
    (0..)
        .zip(&SLOTS)
        .filter_map(move |(signal, slot)| is_wanted(slot).then_some(signal))
}

fn set_mode(signal: c_int, mode: u8) {
    if let Some(slot) = handler::slot(signal) {
        slot.mode.store(mode, Ordering::SeqCst);
    }
}

/// Takes the triggers. On an error everything is as it was.
pub(in super::super::super) fn install(wanted: &BTreeMap<Trigger, Handling>) -> io::Result<BTreeMap<Trigger, Hearing>> {
    let mut table = table();
    bell::prepare()?;
    notify::prepare();
    if handler::is_forked_child() {
        // What the parent took and what it was told are not ours.
        for (signal, taken) in table.iter_mut() {
            (taken.builder, taken.subscribed) = (None, false);
            settle(*signal, taken);
        }
        handler::forget();
    }
    handler::listen_here();
    let mut hearing = BTreeMap::new();
    for (trigger, signal) in TRIGGERS {
        let taken = table.entry(signal).or_default();
        let heard = install_one(signal, taken, wanted.get(&trigger).copied());
        hearing.insert(
            trigger,
            heard.unwrap_or_else(|error| Hearing::Failed(error.to_string())),
        );
    }
    drop(table);
    if hearing.values().any(|heard| matches!(heard, Hearing::Failed(_))) {
        uninstall();
        return Err(io::Error::other(format!("sigaction(2) refused: {hearing:?}")));
    }
    Ok(hearing)
}

fn install_one(signal: c_int, taken: &mut Taken, wanted: Option<Handling>) -> io::Result<Hearing> {
    let present = query(signal)?;
    let ours = layer_of(&present).is_some();
    if wanted == Some(Handling::Default) && !ours {
        return Ok(Hearing::Default);
    }
    if present.sa_sigaction == libc::SIG_IGN && wanted != Some(Handling::Handle) {
        return Ok(Hearing::InheritedIgnore);
    }
    let (mode, hearing) = match wanted {
        Some(Handling::Ignore) => (SWALLOW, Hearing::Ignored),
        Some(Handling::Default) => (PASS_ON, Hearing::Default),
        Some(Handling::Handle) | None => (STOP, Hearing::Handled),
    };
    taken.builder = Some(mode);
    take(signal, taken, &present)?;
    // A listener that is still leaving may not have taken in what was a request to it. To this one it is none, so that nobody
    // would take it before this one ends.
    if matches!(taken.mode(), Some(SWALLOW | PASS_ON)) && handler::take_noted(signal) {
        handler::send_again(signal);
    }
    Ok(hearing)
}

/// Whether the system has the signal.
pub(in super::super::super) fn can_subscribe(signal: Signal) -> bool {
    signal.number().is_some()
}

/// Takes a signal that is no request to stop; from here on it is noted as an event. One that was inherited as ignored is taken
/// too: whoever asks for one signal by name wants that one.
pub(in super::super::super) fn subscribe(signal: Signal) -> io::Result<()> {
    let number = signal.number().ok_or(io::ErrorKind::Unsupported)?;
    let mut table = table();
    let taken = table.entry(number).or_default();
    let present = query(number)?;
    taken.subscribed = true;
    take(number, taken, &present).inspect_err(|_| {
        taken.subscribed = false;
        settle(number, taken);
    })
}

/// The signal does again what it did before. One that came and was not taken does that now.
pub(in super::super::super) fn unsubscribe(signal: Signal) {
    let Some(number) = signal.number() else { return };
    if let Some(taken) = table().get_mut(&number) {
        taken.subscribed = false;
        settle(number, taken);
    }
    if handler::take_noted(number) {
        handler::send_again(number);
    }
}

/// Whether the signal came since the last time.
pub(in super::super::super) fn take_event(signal: Signal) -> bool {
    signal.number().is_some_and(handler::take_noted)
}

/// Sees to it that the handler is in place, in the mode that is wanted.
fn take(signal: c_int, taken: &mut Taken, present: &libc::sigaction) -> io::Result<()> {
    // Before the handler is in place, so that no signal finds it undecided.
    set_mode(signal, taken.mode().unwrap_or(GONE));
    if is_handler(present) {
        return go_on_top(signal, &mut taken.found, present);
    }
    // Nobody calls a layer of ours any more.
    taken.found = [None; LAYERS];
    put_layer(signal, 0, &mut taken.found, present)
}

/// The mode that is wanted now that somebody wants less; with nobody left the disposition is given back.
fn settle(signal: c_int, taken: &mut Taken) {
    match taken.mode() {
        Some(mode) => set_mode(signal, mode),
        None => give_back(signal, &mut taken.found),
    }
}

/// Whether it is a function, and not one of the two dispositions without.
fn is_handler(present: &libc::sigaction) -> bool {
    present.sa_sigaction != libc::SIG_DFL && present.sa_sigaction != libc::SIG_IGN
}

/// The layer that this handler is, if it is one of ours.
fn layer_of(present: &libc::sigaction) -> Option<usize> {
    (0..LAYERS).find(|at| address(*at) == present.sa_sigaction)
}

fn address(layer: usize) -> usize {
    HANDLERS[layer] as *const () as usize
}

/// Puts the lowest free layer on top of the handler that is in place, unless that is ours. With no layer left it is the last
/// one on top that decides whether we hear.
fn go_on_top(signal: c_int, found: &mut [Option<Found>; LAYERS], present: &libc::sigaction) -> io::Result<()> {
    let free = found.iter().position(Option::is_none);
    match (layer_of(present), free) {
        (None, Some(free)) => put_layer(signal, free, found, present),
        _ => Ok(()),
    }
}

fn put_layer(
    signal: c_int,
    at: usize,
    found: &mut [Option<Found>; LAYERS],
    present: &libc::sigaction,
) -> io::Result<()> {
    let publish = |below: &libc::sigaction| {
        if let Some(slot) = handler::slot(signal) {
            slot.layers[at].publish(below);
        }
    };
    // Published before ours is in place, so that no signal finds ours without it.
    publish(present);
    let replaced = replace(signal, &action(address(at), libc::SA_SIGINFO))?;
    // Somebody may have been faster since the query; then it is theirs that ours stands on.
    publish(&replaced);
    found[at] = Some(Found(replaced));
    Ok(())
}

/// Goes on top again where somebody came later. Asked for by whoever begins to wait: it costs a system call a signal. Where
/// the program has taken the handlers out altogether, that is its will.
pub(in super::super::super) fn stay_on_top() {
    let covered = |present: &libc::sigaction| is_handler(present) && layer_of(present).is_none();
    for signal in wanted() {
        if !query(signal).is_ok_and(|present| covered(&present)) {
            continue;
        }
        // Asked once more, now that nobody else of us can be about it.
        let mut table = table();
        let still = query(signal).ok().filter(covered);
        let taken = table
            .get_mut(&signal)
            .filter(|taken| matches!(taken.mode(), Some(STOP | EVENT)));
        if let (Some(present), Some(taken)) = (still, taken) {
            // What fails here leaves things as they are.
            let _ = go_on_top(signal, &mut taken.found, &present);
        }
    }
}

/// Gives the triggers back. What is noted while this happens is there for [`take_hits`](handler::take_hits) afterwards, and
/// what was not noted by then is sent again.
pub(in super::super::super) fn uninstall() {
    for (signal, taken) in table().iter_mut() {
        if taken.builder.take().is_some() {
            settle(*signal, taken);
        }
    }
}

/// Puts back what was found. Where somebody has put a handler on top of ours since, ours stays in the chain and only passes
/// on: taking it out would take theirs out too.
fn give_back(signal: c_int, found: &mut [Option<Found>; LAYERS]) {
    let on_top = query(signal).ok().and_then(|present| layer_of(&present));
    let below = on_top.and_then(|layer| found[layer]);
    let replaced = below.and_then(|Found(below)| replace(signal, &below).ok());
    let mut gone = false;
    match (on_top, replaced) {
        (Some(layer), Some(replaced)) if layer_of(&replaced) == on_top => {
            found[layer] = None;
            // What the second layer stood on may still call the first.
            gone = layer == 0;
        }
        // Somebody has gone on top of ours since the query. What fails here leaves it gone, as it would be had it come earlier.
        (_, Some(theirs)) => drop(replace(signal, &theirs)),
        _ => {}
    }
    set_mode(signal, if gone { GONE } else { PASS_ON });
}

/// The program leaves by exit(3), and cleanups may take their time. `std::process::exit` has taken away the main thread's
/// alternate stack by now, on whichever thread it was called
/// ([rust#161018](https://github.com/rust-lang/rust/issues/161018)): a handler that was to run on it would be a crash.
pub(super) extern "C" fn leave_alternate_stacks() {
    if handler::is_forked_child() {
        return;
    }
    for signal in table().keys() {
        if let Some(mut ours) = query(*signal).ok().filter(|present| layer_of(present).is_some()) {
            ours.sa_flags &= !(libc::SA_ONSTACK as c_int);
            // It cannot fail where it did not before.
            let _ = replace(*signal, &ours);
        }
    }
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

/// The signals of faults in the program itself.
pub(super) const FAULTS: [c_int; 7] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGABRT,
    libc::SIGSYS,
];

/// Restarting, with the sender's data, on the alternate stack where the thread has one.
///
/// While the handler runs, everything is blocked but the signals of faults. The alternate stack that Rust gives a thread has
/// room for two frames or three of a processor with wide registers, and not for four: signals of several kinds in one breath
/// would overflow it, each interrupting the handler of the one before.
fn action(handler: usize, flags: c_int) -> libc::sigaction {
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
