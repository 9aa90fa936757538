//! Windows: the console's control handler, bowout's own named event, the service control manager, a window where one is wanted,
//! and a watching thread.

mod bell;
mod console;
mod cooperative;
mod ear;
mod end;
mod events;
mod notify;
mod orphan;
mod pollable;
mod service;
mod user32;
mod window;

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::Builder;
use std::time::Duration;

use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::Threading::{GetCurrentProcessId, INFINITE, Sleep};

use super::super::request::{Handling, Hearing, Trigger};
use super::Hit;

pub(in super::super) use bell::{epoch, ring, wait, watch, watcher_epoch};
pub(crate) use ear::Ear;
pub(in super::super) use end::{complain, end_at_once, end_for, repeat, run_at_exit};
pub(in super::super) use events::{can_subscribe, subscribe, take_event, unsubscribe, wait_for_event};
pub(in super::super) use notify::{notify, notify_ready, notify_reloading, watchdog_interval};
pub(crate) use orphan::Parent;
pub(in super::super) use orphan::{Sources, Stdin, spawn_orphan_watch};
pub use pollable::Pollable;
pub(in super::super) use pollable::{Flare, pollable};
pub(in super::super) use service::{start_service, tell_progress, tell_running, tell_stopped, tell_stopping};

/// What is done with a trigger.
const OFF: u8 = 0;
const SWALLOW: u8 = 1;
const NOTE: u8 = 2;

struct Slot {
    trigger: Trigger,
    mode: AtomicU8,
    /// Somebody has subscribed to it as a signal, and then it is no request to stop.
    subscribed: AtomicBool,
    noted: AtomicBool,
}

impl Slot {
    const fn new(trigger: Trigger) -> Slot {
        Slot {
            trigger,
            mode: AtomicU8::new(OFF),
            subscribed: AtomicBool::new(false),
            noted: AtomicBool::new(false),
        }
    }

    fn note(&self) {
        self.noted.store(true, Ordering::SeqCst);
        NOTED.store(true, Ordering::Release);
        bell::ring();
    }
}

static SLOTS: [Slot; 9] = [
    Slot::new(Trigger::Interrupt),
    Slot::new(Trigger::Break),
    Slot::new(Trigger::Close),
    Slot::new(Trigger::Logoff),
    Slot::new(Trigger::SystemShutdown),
    Slot::new(Trigger::Cooperative),
    Slot::new(Trigger::ServiceStop),
    Slot::new(Trigger::Preshutdown),
    Slot::new(Trigger::WindowClose),
];

static NOTED: AtomicBool = AtomicBool::new(false);

fn slot(trigger: Trigger) -> Option<&'static Slot> {
    SLOTS.iter().find(|slot| slot.trigger == trigger)
}

/// What became of a request that the system made.
enum Taken {
    /// It is for somebody else to act on.
    Passed,
    Swallowed,
    Noted,
}

/// Takes a request from the system, if somebody listens to it.
fn take(trigger: Trigger) -> Taken {
    let Some(slot) = slot(trigger) else {
        return Taken::Passed;
    };
    if slot.subscribed.load(Ordering::SeqCst) {
        slot.noted.store(true, Ordering::SeqCst);
        bell::ring();
        // Nobody is subscribed any more, and whoever saw to that may have looked for the last time before this was noted.
        if slot.subscribed.load(Ordering::SeqCst) || !slot.noted.swap(false, Ordering::SeqCst) {
            return Taken::Swallowed;
        }
    }
    match slot.mode.load(Ordering::SeqCst) {
        SWALLOW => return Taken::Swallowed,
        NOTE if is_listened_to(trigger) => slot.note(),
        _ => return Taken::Passed,
    }
    // The listener ended in between, and may have looked for the last time before this was noted.
    if slot.mode.load(Ordering::SeqCst) == OFF && slot.noted.swap(false, Ordering::SeqCst) {
        return Taken::Passed;
    }
    Taken::Noted
}

/// Whether [`take`] would note it. A service hears of every user's logoff, and must not end for it.
fn is_listened_to(trigger: Trigger) -> bool {
    let is_noted = slot(trigger).is_some_and(|slot| slot.mode.load(Ordering::SeqCst) == NOTE);
    is_noted && !(trigger == Trigger::Logoff && (service::is_one() || in_services_session()))
}

/// Session 0 is the services' own; one may be among them that speaks to the manager by other means.
fn in_services_session() -> bool {
    let mut session = u32::MAX;
    // SAFETY: the call fills in a place of ours; where it fails the place keeps a number that is no session's.
    unsafe { ProcessIdToSessionId(GetCurrentProcessId(), &mut session) };
    session == 0
}

/// Holds a thread on which the system has told of the end that it puts to the process itself, as soon as the thread comes back.
/// The process ends under it: by the program when it has cleaned up, or at the deadline, which lies before the system's limit.
fn hold() -> ! {
    loop {
        // SAFETY: Sleep takes a number.
        unsafe { Sleep(INFINITE) };
    }
}

/// Takes the triggers. On an error everything is as it was.
pub(in super::super) fn install(wanted: &BTreeMap<Trigger, Handling>) -> io::Result<BTreeMap<Trigger, Hearing>> {
    bell::prepare()?;
    let mut hearing = BTreeMap::new();
    for slot in &SLOTS {
        let (mode, heard) = match wanted.get(&slot.trigger) {
            Some(Handling::Default) => (OFF, Hearing::Default),
            None if Trigger::OPT_IN.contains(&slot.trigger) => (OFF, Hearing::Default),
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
    if hearing.get(&Trigger::WindowClose) != Some(&Hearing::Default) {
        if let Err(reason) = window::open() {
            hearing.insert(Trigger::WindowClose, Hearing::Failed(reason));
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
    window::close();
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
    let is_stop = |slot: &&Slot| !slot.subscribed.load(Ordering::SeqCst) && slot.noted.swap(false, Ordering::SeqCst);
    let noted = SLOTS.iter().filter(is_stop);
    noted.map(|slot| Hit {
        trigger: slot.trigger,
        sender: None,
    })
}

/// The same at the end of the listening.
pub(in super::super) use take_hits as take_rest;

/// What the system leaves between its request and the end of the process, unless an administrator changed it, less a margin to
/// end by ourselves: for consoles and windows
/// ([HandlerRoutine](https://learn.microsoft.com/en-us/windows/console/handlerroutine), "Timeouts";
/// [WM_ENDSESSION](https://learn.microsoft.com/en-us/windows/win32/shutdown/wm-endsession)), for a service that is told of a
/// shutdown (`WaitToKillServiceTimeout`), and before a shutdown
/// ([SERVICE_PRESHUTDOWN_INFO](https://learn.microsoft.com/en-us/windows/win32/api/winsvc/ns-winsvc-service_preshutdown_info)).
pub(in super::super) fn time_limit(trigger: Trigger) -> Option<Duration> {
    const MARGIN: Duration = Duration::from_millis(300);
    let limit = match trigger {
        Trigger::Close | Trigger::Logoff | Trigger::SystemShutdown => 5,
        Trigger::Preshutdown => 10,
        _ => return None,
    };
    Some(Duration::from_secs(limit) - MARGIN)
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
