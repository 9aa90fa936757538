//! Standard input that is closed, and a parent that is gone. A process can be waited for; a pipe can only be asked, from time
//! to time, and it lets the asker wait while the program reads
//! ([PeekNamedPipe](https://learn.microsoft.com/en-us/windows/win32/api/namedpipeapi/nf-namedpipeapi-peeknamedpipe)). So each
//! has a thread of its own.

use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, OwnedHandle};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use windows_sys::Win32::Foundation::{
    ERROR_BROKEN_PIPE, ERROR_INVALID_PARAMETER, ERROR_PIPE_NOT_CONNECTED, INVALID_HANDLE_VALUE, WAIT_OBJECT_0,
};
use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_PIPE, GetFileType};
use windows_sys::Win32::System::Pipes::PeekNamedPipe;
use windows_sys::Win32::System::Threading::{
    INFINITE, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE, WaitForMultipleObjects, WaitForSingleObject,
};

use super::super::super::request::Trigger;
use super::{Pollable, complain, spawn_watcher};
use crate::sys::call::{check, is, raw};
use crate::sys::process;

/// What is watched.
pub(in super::super::super) struct Sources {
    pub(in super::super::super) stdin: Option<Stdin>,
    pub(in super::super::super) parent: Option<Parent>,
}

const NAME: &str = "bowout-orphan";

/// Keeps the watch until `end` is lit. Nobody waits for the thread that asks the pipe: while it is kept waiting itself, it
/// stays, holds nothing but its copy of the handle, and ends as soon as the program's read does.
pub(in super::super::super) fn spawn_orphan_watch(
    sources: Sources,
    end: Pollable,
    tell: impl Fn(Trigger) + Send + Sync + 'static,
) -> io::Result<()> {
    let tell = Arc::new(tell);
    if let Some(parent) = sources.parent {
        let (end, tell) = (end.as_handle().try_clone_to_owned()?, tell.clone());
        spawn_watcher(NAME, move || {
            if parent.ends_before(&end) {
                tell(Trigger::ParentGone);
            }
        })?;
    }
    if let Some(stdin) = sources.stdin {
        let end = end.as_handle().try_clone_to_owned()?;
        spawn_watcher(NAME, move || {
            if stdin.ends_before(&end) {
                tell(Trigger::StdinClosed);
            }
        })?;
    }
    Ok(())
}

/// Standard input, of which nothing is taken: the program reads it.
pub(in super::super::super) struct Stdin {
    /// The program may close its own.
    copy: OwnedHandle,
}

enum State {
    Open,
    AtEnd,
}

impl Stdin {
    const LOOK_EVERY_MS: u32 = 250;

    pub(in super::super::super) fn open() -> Result<Stdin, String> {
        let stdin = io::stdin();
        if [std::ptr::null_mut(), INVALID_HANDLE_VALUE].contains(&stdin.as_raw_handle()) {
            return Err("standard input is closed already".into());
        }
        let unwatchable = |error: io::Error| format!("standard input cannot be watched: {error}");
        let copy = stdin.as_handle().try_clone_to_owned().map_err(unwatchable)?;
        // SAFETY: the handle is open.
        if unsafe { GetFileType(raw(copy.as_handle())) } != FILE_TYPE_PIPE {
            return Err("standard input is a file, a console or a device, which nobody closes; a pipe is".into());
        }
        first_look(&copy).map_err(unwatchable)?;
        Ok(Stdin { copy })
    }

    /// Waits until it is closed and read to its end, or until `end` is signalled.
    fn ends_before(&self, end: &OwnedHandle) -> bool {
        loop {
            match look(&self.copy) {
                Ok(State::AtEnd) => return true,
                Ok(State::Open) => {}
                Err(error) => {
                    complain(&format!("bowout: standard input is not watched any more: {error}\n"));
                    return false;
                }
            }
            // SAFETY: the handle is a live event.
            if unsafe { WaitForSingleObject(raw(end.as_handle()), Stdin::LOOK_EVERY_MS) } == WAIT_OBJECT_0 {
                return false;
            }
        }
    }
}

/// Finds out whether the handle is a pipe's: a socket's has the same type, and cannot be asked. If somebody reads already,
/// that would have to be waited for, so then it is taken for one.
fn first_look(pipe: &OwnedHandle) -> io::Result<()> {
    const PATIENCE: Duration = Duration::from_millis(500);
    let pipe = pipe.try_clone()?;
    let (sender, answer) = mpsc::channel();
    spawn_watcher(NAME, move || {
        let _ = sender.send(look(&pipe).map(drop));
    })?;
    answer.recv_timeout(PATIENCE).unwrap_or(Ok(()))
}

/// Asks the pipe, and waits while somebody reads from it. One that nobody writes to any more is broken only when all was
/// read.
fn look(pipe: &OwnedHandle) -> io::Result<State> {
    let (buffer, length, none) = (std::ptr::null_mut(), 0, std::ptr::null_mut());
    // SAFETY: the handle is open, and nothing is asked for that would have to be written anywhere.
    match check(unsafe { PeekNamedPipe(raw(pipe.as_handle()), buffer, length, none, none, none) }) {
        Ok(()) => Ok(State::Open),
        Err(error) if is(&error, ERROR_BROKEN_PIPE) || is(&error, ERROR_PIPE_NOT_CONNECTED) => Ok(State::AtEnd),
        Err(error) => Err(error),
    }
}

/// The process that created this one.
pub(crate) enum Parent {
    Process(OwnedHandle),
    Gone,
}

impl Parent {
    pub(crate) fn open() -> Result<Parent, String> {
        let unknown = |error: io::Error| format!("the parent cannot be found: {error}");
        let parents = process::parents().map_err(unknown)?;
        let Some(parent) = parents.get(&std::process::id()) else {
            return Err("the system does not say who the parent is".into());
        };
        let unwatchable = |error: io::Error| format!("the parent, process {parent}, cannot be watched: {error}");
        let handle = match process::open(*parent, PROCESS_SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION) {
            Ok(handle) => handle,
            Err(error) if is(&error, ERROR_INVALID_PARAMETER) => return Ok(Parent::Gone),
            Err(error) => return Err(unwatchable(error)),
        };
        // Its number may have been given out again; who is younger than this process did not create it.
        let created = process::created(handle.as_handle()).map_err(unwatchable)?;
        if created > process::created_here().map_err(unwatchable)? {
            return Ok(Parent::Gone);
        }
        Ok(Parent::Process(handle))
    }

    /// What is signalled when it has ended.
    pub(crate) fn handle(&self) -> Option<BorrowedHandle<'_>> {
        match self {
            Parent::Process(parent) => Some(parent.as_handle()),
            Parent::Gone => None,
        }
    }

    pub(crate) fn is_gone(&self) -> bool {
        // SAFETY: the handle is live for the length of the call, and a process's with the right to wait.
        let has_ended = |parent| unsafe { WaitForSingleObject(raw(parent), 0) == WAIT_OBJECT_0 };
        self.handle().is_none_or(has_ended)
    }

    /// Waits until it has ended, or until `end` is signalled.
    fn ends_before(&self, end: &OwnedHandle) -> bool {
        let Parent::Process(parent) = self else { return true };
        let handles = [raw(end.as_handle()), raw(parent.as_handle())];
        // SAFETY: both handles are live for the length of the call.
        unsafe { WaitForMultipleObjects(handles.len() as u32, handles.as_ptr(), 0, INFINITE) == WAIT_OBJECT_0 + 1 }
    }
}
