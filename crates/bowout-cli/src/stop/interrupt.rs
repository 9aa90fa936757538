//! Ctrl-C during the wait: the first goes on waiting, the second goes to force at once.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bowout::listen::{Builder, Handle, Handling, SecondRequest, Shutdown, Trigger};
use bowout::stop::ForceHandle;

use super::lock;
use super::voice::Voice;
use crate::output;

/// Requests to stop that are made of bowout itself, as long as this lives.
pub(super) struct Interrupts {
    _shutdown: Shutdown,
}

impl Interrupts {
    /// Listens. Should the system not allow that, the stopping goes on without, and a Ctrl-C ends bowout as it would any
    /// program.
    pub(super) fn listen(force: ForceHandle, voice: &Arc<Mutex<Voice>>) -> Option<Interrupts> {
        let shutdown = match only_what_asks_to_stop().listen() {
            Ok(shutdown) => shutdown,
            Err(why) => {
                output::error(&why.to_string());
                return None;
            }
        };
        let (handle, voice) = (shutdown.handle(), voice.clone());
        std::thread::spawn(move || watch(&handle, &force, &voice));
        Some(Interrupts { _shutdown: shutdown })
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

fn watch(handle: &Handle, force: &ForceHandle, voice: &Mutex<Voice>) {
    // The listener's end wakes this thread as well.
    if handle.wait().trigger() == Trigger::Program {
        return;
    }
    lock(voice).narrate("interrupted: still waiting; once more uses force now");
    if handle.wait_repeat() {
        lock(voice).narrate("interrupted again: force now");
        force.force();
    }
}
