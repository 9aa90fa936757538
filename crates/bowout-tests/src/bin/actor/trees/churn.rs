//! Trees that grow while they are being stopped, up to a bound.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::say;
use crate::stoppers::args;

/// What a process does in the tree.
#[derive(Clone, Copy)]
struct Kind {
    /// Whether each goes into a session, or a group, of its own.
    goes: Goes,
    /// Whether a parent leaves as soon as it has a child: its child has then lost it.
    leaves: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Goes {
    Nowhere,
    IntoASession,
    IntoAGroup,
}

/// `churn KIND COUNT [that-hear]`: has the tree grow to so many processes, says `growing` when it has begun, and `grown` when it has
/// come to the bound. Without the last word none of them ends by TERM.
pub fn play() {
    let mut args = args();
    let kind = match args.next().expect("a kind").as_str() {
        "forks" => Kind {
            goes: Goes::Nowhere,
            leaves: false,
        },
        "sessions" => Kind {
            goes: Goes::IntoASession,
            leaves: false,
        },
        "groups" => Kind {
            goes: Goes::IntoAGroup,
            leaves: false,
        },
        "chain" => Kind {
            goes: Goes::Nowhere,
            leaves: true,
        },
        "daemons" => Kind {
            goes: Goes::IntoASession,
            leaves: true,
        },
        kind => panic!("no kind {kind:?}"),
    };
    let bound: u32 = args.next().and_then(|count| count.parse().ok()).expect("a number");
    let count = shared();
    if args.next().is_none() {
        // SAFETY: signal(2) with SIG_IGN runs nothing. The forks inherit it.
        unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
    }
    say("growing");
    // SAFETY: this thread is the only one that forks, and its children go on without the others: they make system calls and
    // nothing else.
    unsafe { grow(kind, count, bound) }
}

/// Never comes back. The root never leaves, so that the tree can be named by it.
///
/// # Safety
/// The caller's children need nothing that another thread may have held.
unsafe fn grow(kind: Kind, count: &AtomicU32, bound: u32) -> ! {
    let mut is_root = true;
    // SAFETY: every call is one that a forked child may make (signal-safety(7)).
    unsafe {
        loop {
            // No leftover of a test outlives it by much.
            libc::alarm(30);
            let number = count.fetch_add(1, Ordering::SeqCst);
            if number >= bound {
                if number == bound {
                    libc::write(1, c"grown\n".as_ptr().cast(), 6);
                }
                loop {
                    libc::pause();
                }
            }
            match libc::fork() {
                0 => {
                    is_root = false;
                    match kind.goes {
                        Goes::IntoASession => drop(libc::setsid()),
                        Goes::IntoAGroup => drop(libc::setpgid(0, 0)),
                        Goes::Nowhere => {}
                    }
                }
                _ if kind.leaves && is_root => loop {
                    // The last of the chain says that it is grown.
                    libc::pause();
                },
                _ if kind.leaves => libc::_exit(0),
                _ => {}
            }
            // So that it takes a while to grow: between 5 and 26 ms, differently for each.
            libc::usleep((5 + 3 * (number % 8)) * 1000);
        }
    }
}

/// Starts children without end, or for as long as any test waits, and hears no TERM. Each child ends by itself, so there are
/// never more of them than a few hundred.
pub fn forks_on() {
    const LIFETIME_OF_A_CHILD: u32 = 100_000;
    const GAP: u32 = 200;
    say("ready");
    // SAFETY: every call is one that a forked child may make (signal-safety(7)); signal(2) runs nothing here: a SIGCHLD that is
    // ignored leaves no zombies. alarm(2) ends whoever is left.
    unsafe {
        libc::signal(libc::SIGTERM, libc::SIG_IGN);
        libc::signal(libc::SIGCHLD, libc::SIG_IGN);
        libc::alarm(60);
        loop {
            if libc::fork() == 0 {
                libc::usleep(LIFETIME_OF_A_CHILD);
                libc::_exit(0);
            }
            libc::usleep(GAP);
        }
    }
}

/// A number that all forks count up.
fn shared() -> &'static AtomicU32 {
    // SAFETY: an anonymous shared page, of zeros, which is there until the last of them ends: mmap(2).
    unsafe {
        let page = libc::mmap(
            std::ptr::null_mut(),
            4096,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        assert!(page != libc::MAP_FAILED, "mmap: {}", std::io::Error::last_os_error());
        &*page.cast::<AtomicU32>()
    }
}
