//! How bowout stops other processes, one file per behaviour.

#[cfg(unix)]
mod escalates;

use bowout::stop::{ProcessId, Target};
use bowout_tests::Actor;

/// Opens the process of an actor.
fn open(actor: &mut Actor) -> Target {
    Target::open(ProcessId::from(&*actor.child())).expect("it runs and is ours")
}
