//! The same requests for somebody who wants to hear every one of them, and who waits for other things meanwhile: `supervise`.

use std::collections::BTreeMap;
use std::io;
use std::os::windows::io::BorrowedHandle;
use std::time::Instant;

use super::super::super::request::{Hearing, Trigger};
use super::{bell, install, take_hits};

/// The console's events and bowout's own, from here on to the end of the process. There is one at a time, and no listener
/// beside it.
pub(crate) struct Ear(());

impl Ear {
    pub(crate) fn open() -> io::Result<Ear> {
        let hearing = install(&BTreeMap::new())?;
        match hearing.get(&Trigger::Cooperative) {
            Some(Hearing::Failed(reason)) => Err(io::Error::other(reason.clone())),
            _ => Ok(Ear(())),
        }
    }

    /// Waits until there is a request, one of the handles is signalled, or the moment has come; `None` never comes. It may
    /// wake early.
    pub(crate) fn wait(&self, others: &[BorrowedHandle<'_>], until: Option<Instant>) {
        bell::watch_with(others, until);
    }

    /// What has come since the last time. A request that comes twice before somebody looks is one.
    pub(crate) fn heard(&self) -> Vec<Trigger> {
        take_hits().map(|hit| hit.trigger).collect()
    }
}
