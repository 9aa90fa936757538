//! The threads of a process, each with a mask of its own.

use std::io;

use crate::inspect::verdict::State;
use crate::inspect::{SignalSet, Untold};

use super::folder::Folder;
use super::gather::Thread;
use super::mask;
use super::status::Status;

/// Those that have not ended.
#[derive(Debug, Default)]
pub(super) struct Threads {
    alive: Vec<(u32, Status)>,
    members: Vec<Thread>,
}

impl Threads {
    pub(super) fn of(folder: &Folder, untold: &mut Vec<Untold>) -> Threads {
        let mut threads = Threads::default();
        let numbers = folder.numbers("task").unwrap_or_else(|error| {
            untold.push(Untold::new("its threads", error));
            Vec::new()
        });
        for number in numbers {
            match look(folder, number) {
                Ok(Some((status, member))) => {
                    threads.alive.push((number, status));
                    threads.members.push(member);
                }
                // It has ended.
                Ok(None) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => {
                    untold.push(Untold::new("what its threads do about signals", error));
                    return Threads::default();
                }
            }
        }
        threads
    }

    pub(super) fn members(&self) -> &[Thread] {
        &self.members
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.alive.len()).unwrap_or(u32::MAX)
    }

    /// What the first says of itself and of the process.
    pub(super) fn status(&self) -> Option<&Status> {
        self.alive.first().map(|(_, status)| status)
    }

    /// The state of the process is that of its first thread, which takes what is sent to the process if it can.
    pub(super) fn state(&self) -> Option<State> {
        self.status()?.state
    }

    pub(super) fn tracer(&self) -> Option<u32> {
        self.alive.iter().find_map(|(_, status)| status.tracer)
    }

    /// A path in the folder of a thread that lives: that of the process is the first thread's, which may have ended.
    pub(super) fn path(&self, file: &str) -> String {
        match self.alive.first() {
            Some((number, _)) => format!("task/{number}/{file}"),
            None => file.to_owned(),
        }
    }

    /// What is read from all signalfds together.
    pub(super) fn signalfd(&self, folder: &Folder) -> io::Result<SignalSet> {
        let descriptors = self.path("fdinfo");
        let mut signals = Vec::new();
        for number in folder.numbers(&descriptors)? {
            // Who has been closed meanwhile is not there any more.
            let info = match folder.text(&format!("{descriptors}/{number}")) {
                Err(error) if !is_gone(&error) => return Err(error),
                info => info.unwrap_or_default(),
            };
            let set = info.lines().find_map(|line| mask(line.strip_prefix("sigmask:")?));
            signals.extend(set.unwrap_or_default().iter());
        }
        Ok(signals.into_iter().collect())
    }
}

/// A thread; `None` where it has ended.
fn look(folder: &Folder, number: u32) -> io::Result<Option<(Status, Thread)>> {
    let read = || {
        folder
            .text(&format!("task/{number}/status"))
            .map(|text| Status::parse(&text))
    };
    let mut status = read()?;
    let mut awaited = None;
    // What it waits for and its mask must be of one moment.
    for _ in 0..3 {
        awaited = match status.state {
            Some(State::Sleeping) => waits_for(folder, number),
            _ => Some(SignalSet::default()),
        };
        let again = read()?;
        let is_same = (again.state, again.blocked) == (status.state, status.blocked);
        status = again;
        if is_same {
            break;
        }
        awaited = None;
    }
    let (Some(blocked), Some(pending)) = (status.blocked, status.own_pending) else {
        return Err(io::Error::other("/proc/PID/status has no signals in it"));
    };
    let thread = Thread {
        blocked,
        pending,
        awaited,
    };
    Ok((status.state != Some(State::Zombie)).then_some((status, thread)))
}

fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(libc::ESRCH)
}

/// Whether a set of signals lies in memory as a number does.
const SETS_ARE_PLAIN: bool = cfg!(any(target_pointer_width = "64", target_endian = "little"));

/// What a sleeping thread waits for, by `rt_sigtimedwait(2)`: where it sleeps (`wchan`) tells whether it does, and the
/// arguments of its call (`syscall`) where the set lies in its memory.
fn waits_for(folder: &Folder, number: u32) -> Option<SignalSet> {
    let sleeps_in = folder.text(&format!("task/{number}/wchan")).unwrap_or_default();
    // 0 is that it runs by now, or that this kernel knows no names, or does not tell us.
    if !matches!(sleeps_in.as_str(), "" | "0") && !sleeps_in.contains("sigtimedwait") {
        return Some(SignalSet::default());
    }
    let call = folder.text(&format!("task/{number}/syscall")).ok()?;
    let mut words = call.split_whitespace();
    match (words.next()?, words.next()) {
        ("running" | "-1", _) => Some(SignalSet::default()),
        (call, Some(set)) if call.parse() == Ok(libc::SYS_rt_sigtimedwait) && SETS_ARE_PLAIN => {
            let address = u64::from_str_radix(set.trim_start_matches("0x"), 16).ok()?;
            Some(SignalSet(u64::from_ne_bytes(folder.memory(address).ok()?)))
        }
        // Another architecture's call has another number.
        _ if sleeps_in.contains("sigtimedwait") => None,
        _ => Some(SignalSet::default()),
    }
}
