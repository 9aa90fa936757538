//! bowout makes processes stop well. To bow out is to leave gracefully.
//!
//! - **Be stoppable**: [`mod@listen`] hears every request to stop that the system can make, and leaves in order.
//! - **Stop others**: [`stop`] asks a process to stop in the way it can hear, waits, and only then uses force; and it never
//!   hits another process than the one that was meant.
//! - **Know beforehand**: [`mod@inspect`] tells what a process does about requests to stop, and what would come of each.
//! - **Start what can be stopped**: [`spawn`] starts a child in an enclosure of its own, from which it and its descendants can
//!   be asked, waited for and ended.
//! - **Be a good parent**: [`supervise`] runs a program as an init does: signals passed on, orphans reaped, nobody left behind.
//! - **Stop in time**: [`deadline`] ends a piece of work when its time is over, on any thread, nested, without a signal.
//!
//! ```no_run
//! // A program that can be stopped.
//! let shutdown = bowout::listen()?;
//! shutdown.cleanup("goodbye", || eprintln!("goodbye"));
//! shutdown.wait();
//! shutdown.leave()
//! # ; Ok::<(), bowout::listen::ListenError>(())
//! ```
//!
//! ```no_run
//! // Stopping another: SIGTERM, ten seconds, SIGKILL.
//! use bowout::stop::{Plan, Target, stop};
//!
//! let report = stop(Target::open("1234".parse()?)?, &Plan::default())?;
//! println!("{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The rooms share one vocabulary, [`signal`], and one way of writing durations, [`duration`]. The protocol by which Windows
//! gets its SIGTERM is in [`cooperative`]. The same things from a shell: the command `bowout`.

pub mod cooperative;
pub mod deadline;
pub mod duration;
pub mod inspect;
pub mod listen;
pub mod signal;
pub mod spawn;
pub mod stop;
pub mod supervise;
mod sys;

pub use listen::listen;
pub use signal::Signal;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
