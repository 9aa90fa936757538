//! The one place of this room that knows which system it is on. Every system has the same face: [`spawn`], which starts a
//! child in an enclosure; [`Process`], the child itself; [`become_subreaper`].

#[cfg_attr(unix, path = "unix/mod.rs")]
#[cfg_attr(windows, path = "windows/mod.rs")]
mod os;

#[cfg(feature = "tokio")]
pub(super) use os::exited;
pub(super) use os::{Process, become_subreaper, spawn};

/// What was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wishes {
    pub(super) die_with_parent: bool,
    pub(super) contain: bool,
    /// Windows: what the caller wants besides.
    pub(super) creation_flags: u32,
}
