//! Readiness: what the main process says, and to whom it is passed on.
//!
//! The parent's loop waits for signals, so whatever is said comes with one: `O_ASYNC` has the kernel send it
//! ([fcntl(2)](https://man7.org/linux/man-pages/man2/fcntl.2.html)).

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "door/linux.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), path = "door/posix.rs")]
mod door;
mod environment;
mod messages;
mod wake;

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use libc::c_int;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::pipe::pipe as new_pipe;
use rustix::process::{Resource, getrlimit};

use super::super::super::{Happening, Readiness, SuperviseError};
use super::signals;
use crate::sys::notify::{Urgency, send};
pub(super) use environment::with_socket;
use messages::{Message, Messages};
pub(super) use wake::is_waker;

/// The first descriptor that is none of the standard ones.
const FIRST: u32 = 3;

/// What listens to the main process.
pub(super) struct Ready {
    source: Source,
    state: State,
    complaint: Complaint,
}

enum Source {
    Messages(Messages),
    /// Its other end is the main process's.
    Pipe(OwnedFd),
    /// Nothing more will be said.
    Closed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Starting,
    Ready,
}

/// Whether it was said that something could not be passed on: once is enough.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Complaint {
    NotYet,
    Made,
}

/// Whether there may be more to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Something,
    Nothing,
}

/// A descriptor that the main process gets under this number.
pub(super) struct Gift {
    pub(super) descriptor: OwnedFd,
    pub(super) number: c_int,
}

impl Ready {
    /// Opens what the main process will speak to, and what it gets for that.
    pub(super) fn open(wish: Readiness) -> Result<(Ready, Option<Gift>), SuperviseError> {
        let opened = match wish {
            Readiness::Notify => Messages::open().map(|messages| (Source::Messages(messages), None)),
            Readiness::Descriptor(number) => {
                let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
                let taken = c_int::try_from(number).ok();
                let taken = taken.filter(|_| number >= FIRST && u64::from(number) < limit);
                let number = taken.ok_or(SuperviseError::Descriptor(number))?;
                pipe(number)
            }
        };
        let (source, gift) = opened.map_err(|error| match error.kind() {
            io::ErrorKind::Unsupported => SuperviseError::ReadinessUnsupported,
            _ => SuperviseError::Io(error),
        })?;
        signals::want(libc::SIGIO);
        let ready = Ready {
            source,
            state: State::Starting,
            complaint: Complaint::NotYet,
        };
        Ok((ready, gift))
    }

    /// The socket that the main process is to be told of.
    pub(super) fn address(&self) -> Option<OsString> {
        match &self.source {
            Source::Messages(messages) => Some(messages.address()),
            Source::Pipe(_) | Source::Closed => None,
        }
    }

    /// Takes one thing that was said, if anything was.
    pub(super) fn hear(&mut self, tell: &mut dyn FnMut(Happening)) -> Heard {
        match &mut self.source {
            Source::Messages(messages) => match messages.next() {
                Some(message) => {
                    self.hear_message(message, tell);
                    Heard::Something
                }
                None => Heard::Nothing,
            },
            Source::Pipe(pipe) => {
                let mut bytes = [0; 512];
                match rustix::io::read(pipe, &mut bytes) {
                    Ok(0) => self.source = Source::Closed,
                    Ok(length) if bytes[..length].contains(&b'\n') => {
                        self.source = Source::Closed;
                        self.is_ready(tell);
                        self.pass_on(b"READY=1", &[], Urgency::Waits, tell);
                    }
                    Ok(_) => return Heard::Something,
                    Err(_) => {}
                }
                Heard::Nothing
            }
            Source::Closed => Heard::Nothing,
        }
    }

    fn hear_message(&mut self, message: Result<Message, String>, tell: &mut dyn FnMut(Happening)) {
        let message = match message {
            Ok(message) => message,
            Err(why) => return self.complain(why, tell),
        };
        let urgency = match message.says_ready() {
            true => {
                self.is_ready(tell);
                Urgency::Waits
            }
            false => Urgency::NeverWaits,
        };
        // Nothing is left of one that was about the main process alone.
        if !message.text.is_empty() {
            self.pass_on(&message.text, &message.descriptors, urgency, tell);
        }
    }

    fn is_ready(&mut self, tell: &mut dyn FnMut(Happening)) {
        if std::mem::replace(&mut self.state, State::Ready) == State::Starting {
            tell(Happening::Ready);
        }
    }

    fn pass_on(&mut self, text: &[u8], descriptors: &[OwnedFd], urgency: Urgency, tell: &mut dyn FnMut(Happening)) {
        let descriptors: Vec<_> = descriptors.iter().map(OwnedFd::as_fd).collect();
        if let Err(error) = send(text, &descriptors, urgency) {
            self.complain(error.to_string(), tell);
        }
    }

    fn complain(&mut self, why: String, tell: &mut dyn FnMut(Happening)) {
        if std::mem::replace(&mut self.complaint, Complaint::Made) == Complaint::NotYet {
            tell(Happening::NotPassedOn(why));
        }
    }
}

fn pipe(number: c_int) -> io::Result<(Source, Option<Gift>)> {
    // Nobody can be started in between: there is one thread.
    let (ours, theirs) = new_pipe()?;
    fcntl_setfd(&ours, FdFlags::CLOEXEC)?;
    fcntl_setfd(&theirs, FdFlags::CLOEXEC)?;
    wake::by_signal(ours.as_raw_fd())?;
    let gift = Gift {
        descriptor: theirs,
        number,
    };
    Ok((Source::Pipe(ours), Some(gift)))
}
