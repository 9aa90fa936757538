//! Windows: the console's control handler, bowout's own named event, and a watching thread.
//!
//! user32 is never loaded: a process that has it gets no `CTRL_LOGOFF_EVENT` and `CTRL_SHUTDOWN_EVENT` any more
//! ([HandlerRoutine](https://learn.microsoft.com/en-us/windows/console/handlerroutine)).

mod bell;
mod console;
mod cooperative;
mod end;
mod pollable;

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::Builder;
use std::time::Duration;

use super::super::request::{Handling, Hearing, Trigger};
use super::Hit;

pub(in super::super) use bell::{epoch, ring, wait, watch, watcher_epoch};
pub(in super::super) use end::{complain, end_at_once, end_for, repeat, run_at_exit};
pub use pollable::Pollable;
pub(in super::super) use pollable::{Flare, pollable};

/// What is done with a trigger.
const OFF: u8 = 0;
const SWALLOW: u8 = 1;
const NOTE: u8 = 2;

struct Slot {
    trigger: Trigger,
    mode: AtomicU8,
    noted: AtomicBool,
}

impl Slot {
    const fn new(trigger: Trigger) -> Slot {
        Slot {
            trigger,
            mode: AtomicU8::new(OFF),
            noted: AtomicBool::new(false),
        }
    }

    fn note(&self) {
        self.noted.store(true, Ordering::SeqCst);
        NOTED.store(true, Ordering::Release);
        bell::ring();
    }
}

static SLOTS: [Slot; 6] = [
    Slot::new(Trigger::Interrupt),
    Slot::new(Trigger::Break),
    Slot::new(Trigger::Close),
    Slot::new(Trigger::Logoff),
    Slot::new(Trigger::SystemShutdown),
    Slot::new(Trigger::Cooperative),
];

static NOTED: AtomicBool = AtomicBool::new(false);

fn slot(trigger: Trigger) -> Option<&'static Slot> {
    SLOTS.iter().find(|slot| slot.trigger == trigger)
}

/// Takes the triggers. On an error everything is as it was.
pub(in super::super) fn install(wanted: &BTreeMap<Trigger, Handling>) -> io::Result<BTreeMap<Trigger, Hearing>> {
    bell::prepare()?;
    let mut hearing = BTreeMap::new();
    for slot in &SLOTS {
        let (mode, heard) = match wanted.get(&slot.trigger) {
            Some(Handling::Default) => (OFF, Hearing::Default),
            Some(Handling::Ignore) => (SWALLOW, Hearing::Ignored),
            Some(Handling::Handle) | None => (NOTE, Hearing::Handled),
        };
        slot.mode.store(mode, Ordering::Release);
        hearing.insert(slot.trigger, heard);
    }
    if let Err(error) = console::install() {
        uninstall();
        return Err(error);
    }
    if wanted.get(&Trigger::Interrupt) == Some(&Handling::Handle) {
        console::stop_ignoring_ctrl_c();
    }
    if wanted.get(&Trigger::Cooperative) != Some(&Handling::Default) {
        if let Err(reason) = cooperative::open() {
            hearing.insert(Trigger::Cooperative, Hearing::Failed(reason));
        }
    }
    Ok(hearing)
}

/// Gives the triggers back. The console handler stays registered and passes everything on: taking it out blocks while a
/// handler is held, which is a deadlock on the way out of a closing console.
pub(in super::super) fn uninstall() {
    for slot in &SLOTS {
        slot.mode.store(OFF, Ordering::SeqCst);
    }
    cooperative::close();
}

/// The newest handler decides here, and nothing tells whether there is a newer one than ours.
pub(in super::super) fn stay_on_top() {}

pub(in super::super) fn anything_noted() -> bool {
    NOTED.load(Ordering::Acquire)
}

/// Takes what was noted. The caller sees to it that one thread at a time does.
pub(in super::super) fn take_hits() -> impl Iterator<Item = Hit> {
    // The summary first: what is noted from here on sets it again.
    NOTED.store(false, Ordering::SeqCst);
    let noted = SLOTS.iter().filter(|slot| slot.noted.swap(false, Ordering::SeqCst));
    noted.map(|slot| Hit {
        trigger: slot.trigger,
        sender: None,
    })
}

/// The same at the end of the listening.
pub(in super::super) use take_hits as take_rest;

/// What the system leaves between the event and the end of the process, unless an administrator changed it
/// ([HandlerRoutine](https://learn.microsoft.com/en-us/windows/console/handlerroutine), "Timeouts"), less a margin to end by
/// ourselves.
pub(in super::super) fn time_limit(trigger: Trigger) -> Option<Duration> {
    const LIMIT: Duration = Duration::from_millis(5_000);
    const MARGIN: Duration = Duration::from_millis(300);
    match trigger {
        Trigger::Close | Trigger::Logoff | Trigger::SystemShutdown => Some(LIMIT - MARGIN),
        _ => None,
    }
}

pub(in super::super) fn spawn_watcher(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Builder::new()
        .name(name.to_owned())
        .stack_size(256 * 1024)
        .spawn(work)
        .map(drop)
}

pub(in super::super) fn spawn_for_user_code(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// A supervisor that waits for our end is told that it begins, and how long it may take.
pub(in super::super) fn tell_stopping(_: Option<Duration>) {}

/// The same of every step towards it.
pub(in super::super) fn tell_progress(_: Option<Duration>) {}
