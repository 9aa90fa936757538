//! The one place of this room that knows which system it is on. Every system has the same face: [`run`]; [`end_as`], which
//! ends this process as another has ended; [`hold_signals`] and [`release_signals`].

#[cfg_attr(unix, path = "unix/mod.rs")]
#[cfg_attr(windows, path = "windows/mod.rs")]
mod os;

pub(super) use os::{end_as, hold_signals, release_signals, run};
