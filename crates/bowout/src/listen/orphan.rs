//! Nobody left to work for: standard input was closed, or the parent is gone. Nobody asks then; a thread finds out.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::request::{Handling, Hearing, Trigger};
use super::shared::Shared;
use super::sys::{self, Sources};

/// Opens what the program wants to be watched, and notes what came of it.
pub(super) fn open(wanted: &BTreeMap<Trigger, Handling>, hearing: &mut BTreeMap<Trigger, Hearing>) -> Sources {
    Sources {
        stdin: open_one(Trigger::StdinClosed, sys::Stdin::open, wanted, hearing),
        parent: open_one(Trigger::ParentGone, sys::Parent::open, wanted, hearing),
    }
}

fn open_one<S>(
    trigger: Trigger,
    open: impl FnOnce() -> Result<S, String>,
    wanted: &BTreeMap<Trigger, Handling>,
    hearing: &mut BTreeMap<Trigger, Hearing>,
) -> Option<S> {
    let (source, heard) = match wanted.get(&trigger) {
        Some(Handling::Handle) => match open() {
            Ok(source) => (Some(source), Hearing::Handled),
            Err(reason) => (None, Hearing::Failed(reason)),
        },
        Some(Handling::Ignore) => (None, Hearing::Ignored),
        Some(Handling::Default) | None => (None, Hearing::Default),
    };
    hearing.insert(trigger, heard);
    source
}

/// A watch that is being kept.
pub(super) struct Watch(Option<sys::Flare>);

impl Watch {
    /// Begins the watch, if there is anything to be watched.
    pub(super) fn start(sources: Sources, shared: &Arc<Shared>) -> io::Result<Watch> {
        if sources.stdin.is_none() && sources.parent.is_none() {
            return Ok(Watch(None));
        }
        let (end, flare) = sys::pollable()?;
        let watch = Watch(Some(flare));
        let shared = shared.clone();
        let started = sys::spawn_orphan_watch(sources, end, move |trigger| shared.ask(trigger, None));
        // A part of it may have been started.
        started.inspect_err(|_| watch.end()).map(|()| watch)
    }

    /// Ends it. That is not done by dropping: a forked child drops what it has of its parent's, too.
    pub(super) fn end(&self) {
        if let Some(flare) = &self.0 {
            flare.light();
        }
    }
}
