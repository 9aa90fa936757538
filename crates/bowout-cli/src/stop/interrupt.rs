//! Ctrl-C during the wait: the first goes on waiting, the second goes to force at once; where the plan has none, it leaves.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bowout::Signal;
use bowout::listen::{Builder, Handle, Handling, SecondRequest, Shutdown, Trigger};
use bowout::stop::{ForceHandle, Plan};

use super::lock;
use super::voice::Voice;
use crate::output;

/// Said of those who are left alone.
pub(super) const LEFT_ALONE: &str = "interrupted again: they are left alone";

/// Requests to stop that are made of bowout itself, as long as this lives.
pub(super) struct Interrupts {
    shutdown: Shutdown,
    broken_off: Arc<AtomicBool>,
}

impl Interrupts {
    /// Listens. Should the system not allow that, the stopping goes on without, and a Ctrl-C ends bowout as it would any
    /// program.
    pub(super) fn listen(plan: &Plan, stopping: ForceHandle, voice: &Arc<Mutex<Voice>>) -> Option<Interrupts> {
        let shutdown = match only_what_asks_to_stop().listen() {
            Ok(shutdown) => shutdown,
            Err(why) => {
                output::error(&why.to_string());
                return None;
            }
        };
        let handle = shutdown.handle();
        let broken_off = Arc::new(AtomicBool::new(false));
        let second = match plan.stages().last() {
            Some(last) if last.signal == Signal::Kill => Second::Forces,
            _ => Second::BreaksOff(Arc::clone(&broken_off)),
        };
        let voice = voice.clone();
        std::thread::spawn(move || watch(&handle, &second, &stopping, &voice));
        Some(Interrupts { shutdown, broken_off })
    }

    /// Whether whoever is still there is to be left alone.
    pub(super) fn leave_alone(&self) -> bool {
        self.broken_off.load(Ordering::Acquire)
    }

    /// Ends bowout as the request would have: when all is told.
    pub(super) fn leave(self) -> ! {
        self.shutdown.leave()
    }
}

/// What else there is does as it always does: Ctrl-\ and the end of the terminal leave at once, and use no force.
fn only_what_asks_to_stop() -> Builder {
    let heard = [Trigger::Interrupt, Trigger::Terminate, Trigger::Cooperative];
    let others = Trigger::EXTERNAL.into_iter().filter(|trigger| !heard.contains(trigger));
    others
        .fold(Builder::new(), |builder, trigger| {
            builder.on(trigger, Handling::Default)
        })
        .second_request(SecondRequest::Note)
        .grace(Duration::MAX)
}

/// What the second request does.
enum Second {
    Forces,
    /// There is no force to go to: whoever is still there is left alone, and bowout itself ends.
    BreaksOff(Arc<AtomicBool>),
}

fn watch(handle: &Handle, second: &Second, stopping: &ForceHandle, voice: &Mutex<Voice>) {
    // The listener's end wakes this thread as well.
    if handle.wait().trigger() == Trigger::Program {
        return;
    }
    lock(voice).narrate(match second {
        Second::Forces => "interrupted: still waiting; once more uses force now",
        Second::BreaksOff(_) => "interrupted: still waiting; once more leaves them alone",
    });
    if !handle.wait_repeat() {
        return;
    }
    match second {
        Second::Forces => {
            lock(voice).narrate("interrupted again: force now");
            stopping.force();
        }
        Second::BreaksOff(broken_off) => {
            lock(voice).narrate(LEFT_ALONE);
            broken_off.store(true, Ordering::Release);
            stopping.wake();
        }
    }
}
