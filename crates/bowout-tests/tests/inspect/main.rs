//! What bowout foretells of a process, one file per behaviour; and on Linux each verdict is put to the proof: the signal is sent,
//! and the process does what was foretold.

#[cfg(target_os = "linux")]
mod namespaces;
#[cfg(target_os = "linux")]
mod odd_states;
#[cfg(target_os = "linux")]
mod other_users;
mod relatives;
#[cfg(target_os = "linux")]
mod terminals;
#[cfg(target_os = "linux")]
mod verdicts;
#[cfg(windows)]
mod windows;

use bowout::inspect::{Inspection, inspect};
use bowout::stop::ProcessId;
use bowout_tests::Actor;

/// Looks at an actor.
fn look_at(actor: &Actor) -> Inspection {
    inspect(ProcessId::new(actor.pid()).expect("not 0")).expect("it runs")
}
