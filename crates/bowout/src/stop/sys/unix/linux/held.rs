//! The pidfds that are held open, counted: a program's descriptors are not ours to use up.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::{Resource, getrlimit};

static HELD: AtomicUsize = AtomicUsize::new(0);

/// How many may be held at once: half of what the process may have open, and no more than this.
const MOST: usize = 16_384;

/// How many are opened only to be waited on. Of a large tree that was killed most have exited by the time that there is room to
/// look at them, and one call tells that.
const MOST_TO_WAIT: usize = 256;

fn room() -> usize {
    static ROOM: OnceLock<usize> = OnceLock::new();
    *ROOM.get_or_init(|| {
        let limit = getrlimit(Resource::Nofile).current;
        limit.map_or(MOST, |limit| usize::try_from(limit / 2).unwrap_or(MOST).min(MOST))
    })
}

/// A pidfd that counts.
#[derive(Debug)]
pub(super) struct Held(OwnedFd);

impl Held {
    pub(super) fn is_there_room() -> bool {
        HELD.load(Ordering::Relaxed) < room()
    }

    pub(super) fn is_there_room_to_wait() -> bool {
        HELD.load(Ordering::Relaxed) < room().min(MOST_TO_WAIT)
    }

    /// Two threads that take the last place at the same time both get it: the bound is a courtesy, not a lock.
    pub(super) fn if_there_is_room(fd: OwnedFd) -> Option<Held> {
        Held::is_there_room().then(|| Held::anyway(fd))
    }

    pub(super) fn anyway(fd: OwnedFd) -> Held {
        HELD.fetch_add(1, Ordering::Relaxed);
        Held(fd)
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.fetch_sub(1, Ordering::Relaxed);
    }
}
