//! Ctrl-C during the wait: the first goes on waiting, the second goes to force at once; where the plan has none, it leaves.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bowout::Signal;
use bowout::listen::{Builder, Handle, Handling, SecondRequest, Shutdown, Trigger};
use bowout::stop::{ForceHandle, Plan};

use super::lock;
use super::voice::Voice;
use crate::output;

/// Requests to stop that are made of bowout itself, as long as this lives.
pub(super) struct Interrupts {
    listening: Listening,
}

/// Taken by whoever is first: the end of the stopping, or a second request that ends bowout itself.
type Listening = Arc<Mutex<Option<Shutdown>>>;

impl Interrupts {
    /// Listens. Should the system not allow that, the stopping goes on without, and a Ctrl-C ends bowout as it would any
    /// program.
    pub(super) fn listen(plan: &Plan, force: ForceHandle, voice: &Arc<Mutex<Voice>>) -> Option<Interrupts> {
        let shutdown = match only_what_asks_to_stop().listen() {
            Ok(shutdown) => shutdown,
            Err(why) => {
                output::error(&why.to_string());
                return None;
            }
        };
        let handle = shutdown.handle();
        let listening: Listening = Arc::new(Mutex::new(Some(shutdown)));
        let second = match plan.stages().last() {
            Some(last) if last.signal == Signal::Kill => Second::Forces(force),
            _ => Second::Leaves(Arc::clone(&listening)),
        };
        let voice = voice.clone();
        std::thread::spawn(move || watch(&handle, &second, &voice));
        Some(Interrupts { listening })
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        take(&self.listening);
    }
}

fn take(listening: &Listening) -> Option<Shutdown> {
    listening.lock().unwrap_or_else(PoisonError::into_inner).take()
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
    Forces(ForceHandle),
    /// There is no force to go to: bowout itself ends, and leaves alone whoever is still there.
    Leaves(Listening),
}

fn watch(handle: &Handle, second: &Second, voice: &Mutex<Voice>) {
    // The listener's end wakes this thread as well.
    if handle.wait().trigger() == Trigger::Program {
        return;
    }
    lock(voice).narrate(match second {
        Second::Forces(_) => "interrupted: still waiting; once more uses force now",
        Second::Leaves(_) => "interrupted: still waiting; once more leaves them alone",
    });
    if !handle.wait_repeat() {
        return;
    }
    // Nobody draws anything any more below what is said last.
    let mut voice = lock(voice);
    match second {
        Second::Forces(force) => {
            voice.narrate("interrupted again: force now");
            force.force();
        }
        Second::Leaves(listening) => {
            if let Some(shutdown) = take(listening) {
                voice.narrate("interrupted again: they are left alone");
                shutdown.leave()
            }
        }
    }
}
