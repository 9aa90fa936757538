//! What can be subscribed to: Ctrl-C and Ctrl-Break.

use std::io;
use std::sync::atomic::Ordering;

use super::super::super::request::Trigger;
use super::{Slot, Taken, bell, console, end, slot, take};
use crate::Signal;

fn event(signal: Signal) -> Option<&'static Slot> {
    slot(match signal {
        Signal::Int => Trigger::Interrupt,
        Signal::Break => Trigger::Break,
        _ => return None,
    })
}

/// Whether the system tells a program of it at all.
pub(in super::super::super) fn can_subscribe(signal: Signal) -> bool {
    event(signal).is_some()
}

/// From here on the signal is noted as an event. A Ctrl-C that was inherited as ignored is heard from now on, and afterwards.
pub(in super::super::super) fn subscribe(signal: Signal) -> io::Result<()> {
    let event = event(signal).ok_or(io::ErrorKind::Unsupported)?;
    event.subscribed.store(true, Ordering::SeqCst);
    if signal == Signal::Int {
        console::stop_ignoring_ctrl_c();
    }
    Ok(())
}

/// The signal does again what it did before. One that came and was not taken does that now.
pub(in super::super::super) fn unsubscribe(signal: Signal) {
    let Some(event) = event(signal) else { return };
    event.subscribed.store(false, Ordering::SeqCst);
    if event.noted.swap(false, Ordering::SeqCst) && matches!(take(event.trigger), Taken::Passed) {
        end::repeat(event.trigger);
    }
}

/// Whether the signal came since the last time.
pub(in super::super::super) fn take_event(signal: Signal) -> bool {
    event(signal).is_some_and(|event| event.noted.swap(false, Ordering::SeqCst))
}

/// Sleeps until the bell has rung since `seen`.
pub(in super::super::super) fn wait_for_event(seen: u32) {
    bell::wait(seen, None);
}
