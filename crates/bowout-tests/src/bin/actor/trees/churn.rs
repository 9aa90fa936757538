//! Trees that grow while they are being stopped, up to a bound.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

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

/// What becomes of a tree that has come to its bound.
#[derive(Clone, Copy)]
enum AtTheBound {
    /// Whoever has no children ends, so that somebody else can have one: it goes on for as long as it is let.
    TurnsOver,
    Stands,
}

/// When a tree ends by itself, and nobody outlives the test by much. Longer than a test waits: whoever is left is missed.
const LIFE: Duration = Duration::from_secs(60);

/// `churn KIND COUNT [that-hear] [and-stands]`: has the tree grow to so many processes below the root, says `growing` when it
/// begins, and goes on like that; if it is to stand then, it says `grown` instead. Without `that-hear` none of them ends by TERM.
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
    let words: Vec<String> = args.collect();
    let has_word = |word: &str| words.iter().any(|given| given == word);
    let at_the_bound = match has_word("and-stands") {
        true => AtTheBound::Stands,
        false => AtTheBound::TurnsOver,
    };
    if !has_word("that-hear") {
        // SAFETY: signal(2) with SIG_IGN runs nothing. The forks inherit it.
        unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
    }
    let count = shared();
    say("growing");
    // SAFETY: this thread is the only one that forks, and its children go on without the others: they make system calls and
    // nothing else.
    unsafe { grow(kind, count, bound, at_the_bound) }
}

/// Never comes back. The root never leaves, so that the tree can be named by it.
///
/// # Safety
/// The caller's children need nothing that another thread may have held.
unsafe fn grow(kind: Kind, count: &AtomicU32, bound: u32, at_the_bound: AtTheBound) -> ! {
    let end = Instant::now() + LIFE;
    let mut is_root = true;
    let mut children = 0;
    // SAFETY: every call is one that a forked child may make (signal-safety(7)).
    unsafe {
        while Instant::now() < end {
            while children > 0 && libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) > 0 {
                children -= 1;
            }
            let number = count.fetch_add(1, Ordering::SeqCst);
            match at_the_bound {
                _ if number < bound => match libc::fork() {
                    -1 => drop(count.fetch_sub(1, Ordering::SeqCst)),
                    0 => {
                        (is_root, children) = (false, 0);
                        match kind.goes {
                            Goes::IntoASession => drop(libc::setsid()),
                            Goes::IntoAGroup => drop(libc::setpgid(0, 0)),
                            Goes::Nowhere => {}
                        }
                    }
                    _ if kind.leaves && is_root => stand(),
                    _ if kind.leaves => leave(count),
                    _ => children += 1,
                },
                AtTheBound::Stands => {
                    if number == bound {
                        libc::write(1, c"grown\n".as_ptr().cast(), 6);
                    }
                    stand();
                }
                AtTheBound::TurnsOver => {
                    count.fetch_sub(1, Ordering::SeqCst);
                    if !is_root && children == 0 {
                        leave(count);
                    }
                }
            }
            // So that it takes a while to grow: between 5 and 26 ms, differently for each.
            libc::usleep((5 + 3 * (number % 8)) * 1000);
        }
        libc::_exit(99);
    }
}

/// Does nothing any more.
fn stand() -> ! {
    // SAFETY: both may be called in a forked child (signal-safety(7)).
    unsafe {
        libc::alarm(LIFE.as_secs() as u32);
        loop {
            libc::pause();
        }
    }
}

/// Makes room for another one.
fn leave(count: &AtomicU32) -> ! {
    count.fetch_sub(1, Ordering::SeqCst);
    // SAFETY: it may be called in a forked child (signal-safety(7)).
    unsafe { libc::_exit(0) }
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

/// A number that all forks count in.
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
