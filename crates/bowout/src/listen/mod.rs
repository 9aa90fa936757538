//! How am I asked to stop, and how do I leave?

mod cleanup;
mod core;
mod future;
mod install;
mod request;
mod shared;
mod shutdown;
mod sys;

pub use cleanup::Cleaned;
pub use future::Requested;
pub use install::{Builder, ListenError};
pub use request::{Handling, Hearing, REPEAT_WINDOW, Request, SecondRequest, Sender, Trigger};
pub use shutdown::{Cleanup, Handle, Shutdown};
pub use sys::Pollable;

/// Listens to everything that this system can say.
pub fn listen() -> Result<Shutdown, ListenError> {
    Builder::new().listen()
}
