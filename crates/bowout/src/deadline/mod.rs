//! A deadline on any piece of work: on any thread, nested, on every system, with no signal involved.
//!
//! ```
//! use bowout::deadline::{self, Elapsed};
//! use std::time::Duration;
//!
//! let sum = deadline::within(Duration::from_secs(10), |scope| {
//!     let mut sum = 0u64;
//!     for number in 0..1_000 {
//!         scope.check()?; // an error as soon as the ten seconds are over
//!         sum += number;
//!     }
//!     Ok::<u64, Elapsed>(sum)
//! })??;
//! assert_eq!(sum, 499_500);
//! # Ok::<(), Elapsed>(())
//! ```
//!
//! Nothing can end somebody else's code at an arbitrary point and leave the program whole. So there are three ways to keep a
//! deadline, and the work decides which:
//!
//! | the work | the way |
//! | --- | --- |
//! | comes by again and again | it asks: [`Deadline::check`], [`is_over`](Deadline::is_over), [`sleep`](Deadline::sleep), [`remaining`](Deadline::remaining) |
//! | blocks in something that can be broken from outside | [`Scope::on_elapsed`] breaks it: shuts the socket down, stops the child, cancels the token |
//! | can be neither asked nor broken | [`abandon_after`] runs it on a thread of its own and leaves that thread behind |
//!
//! # What `signal.alarm` did, and what to write
//!
//! Python's recipes use SIGALRM for this: on Unix only, on the main thread only, one at a time.
//!
//! | Python | bowout |
//! | --- | --- |
//! | `with timeout(10): work()` | [`within`]`(Duration::from_secs(10), \|scope\| work(scope))` |
//! | `setitimer(ITIMER_REAL, 0.5)` | `Duration::from_millis(500)` |
//! | the exception that the handler raises between two bytecodes | `scope.check()?` where the work can stop |
//! | a system call that it interrupts | [`Scope::on_elapsed`], or the call's own timeout set to [`Deadline::remaining`] |
//! | `time.sleep(30)` that it cuts short | [`Deadline::sleep`]`(Duration::from_secs(30))` |
//! | `alarm(0)` when the work is done | nothing: the end of the work is the end of its deadline |
//! | what is left, as `alarm(0)` returns it | [`Deadline::remaining`] |
//! | a second `alarm` that silently replaced the first | [`within`] inside of [`within`]: the tighter one counts, and [`Elapsed::deadline`] says which |
//! | a C extension, which no handler gets into | [`abandon_after`] |
//!
//! # Nested
//!
//! A deadline that is made while another one runs on the same thread never ends later than that one. If the outer one is
//! tighter, the inner one *is* the outer one, and the error says so:
//!
//! ```
//! use bowout::deadline::{self, Deadline};
//! use std::time::Duration;
//!
//! let outcome = deadline::within(Duration::from_millis(20), |outer| {
//!     let inner = deadline::within(Duration::from_secs(60), |scope| scope.sleep(Duration::MAX));
//!     assert_eq!(inner.unwrap_err().deadline(), outer.deadline());
//! });
//! assert_eq!(outcome.unwrap_err().to_string(), "not done within 20ms");
//! ```
//!
//! A thread starts without one. A [`Deadline`] is a value to be copied there: [`Deadline::run`] sets it for what that thread
//! does. Code deep down in between need not be handed one: [`current`].
//!
//! # A deadline and a request to stop together
//!
//! ```no_run
//! use bowout::deadline;
//! use std::time::Duration;
//!
//! let shutdown = bowout::listen()?;
//! let outcome = deadline::within(Duration::from_secs(60), |scope| {
//!     while !scope.is_over() {
//!         // one round of work, then a pause that ends at the deadline and when somebody asks to stop
//!         let pause = scope.remaining().min(Duration::from_secs(5));
//!         if let Some(request) = shutdown.wait_timeout(pause) {
//!             return Some(request);
//!         }
//!     }
//!     None
//! });
//! # let _ = outcome; Ok::<(), bowout::listen::ListenError>(())
//! ```
//!
//! # Limits
//!
//! - Time is counted by [`Instant`]. Whether it goes on while the machine sleeps is the system's affair.
//! - Asking costs no thread. The first callback starts one for the whole process, which sleeps until the earliest deadline
//!   and goes away when it wakes up and nothing is pending.
//! - Callbacks that were registered before a fork without exec never run in the child: the thread is not there. Everything
//!   else goes on, callbacks that the child registers included.

mod queue;
mod scope;
mod timer;

use std::cell::Cell;
use std::convert::Infallible;
use std::fmt;
use std::io;
use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

pub use scope::Scope;

/// Does a piece of work on this thread, and tells whether it was done in time: `Ok` with what it returned if it was, and
/// otherwise [`Elapsed`], whatever it returned.
///
/// It returns when the work does. The work asks the scope, or has [`Scope::on_elapsed`] break what it blocks in; for work that
/// allows neither there is [`abandon_after`]. `Duration::MAX` is without end.
///
/// # Errors
/// [`Elapsed`] if the deadline passed before the work ended.
///
/// ```
/// use bowout::deadline;
/// use std::time::Duration;
///
/// assert_eq!(deadline::within(Duration::from_secs(10), |_| 6 * 7), Ok(42));
/// assert!(deadline::within(Duration::from_millis(5), |scope| scope.sleep(Duration::MAX)).is_err());
/// ```
pub fn within<T>(limit: Duration, work: impl FnOnce(&Scope) -> T) -> Result<T, Elapsed> {
    Deadline::after(limit).run(work)
}

/// Does a piece of work that can be neither asked nor broken: on a thread of its own, which is left behind at the deadline.
///
/// The abandoned thread goes on: it keeps its memory, its locks and its files until the work ends by itself or the process
/// does, and what it returns then is dropped. So this is for a call that sometimes hangs, not for one that often does. The
/// work has the same deadline, by its scope, so that those of its parts that ask still end; its callbacks may run after this
/// has returned. A panic of the work comes out here, unless it was abandoned before.
///
/// # Errors
/// The outer one where the system has no thread to give, the inner one if the deadline passed before the work ended.
///
/// ```
/// use bowout::deadline;
/// use std::time::Duration;
///
/// let addresses = deadline::abandon_after(Duration::from_secs(10), |_| {
///     std::net::ToSocketAddrs::to_socket_addrs("localhost:80").map(Vec::from_iter) // it has no timeout of its own
/// })??;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn abandon_after<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce(&Scope) -> T + Send + 'static,
) -> io::Result<Result<T, Elapsed>> {
    let deadline = Deadline::after(limit);
    let (working, ended) = channel::<Infallible>();
    let thread = std::thread::Builder::new()
        .name("bowout-work".to_owned())
        .spawn(move || {
            // Dropped last, by a panic too: that is what the receiver waits for.
            let _working = working;
            deadline.run(work)
        })?;
    match ended.recv_timeout(deadline.remaining()) {
        Err(RecvTimeoutError::Timeout) => Ok(Err(Elapsed { deadline })),
        Ok(_) | Err(RecvTimeoutError::Disconnected) => Ok(thread.join().unwrap_or_else(|panic| resume_unwind(panic))),
    }
}

/// The deadline of what this thread is doing: of the innermost [`within`] or [`Deadline::run`]. One without end if there is
/// none.
///
/// ```
/// use bowout::deadline::{self, Elapsed};
/// use std::time::Duration;
///
/// fn deep_down() -> Result<(), Elapsed> {
///     deadline::current().check()
/// }
/// assert_eq!(deadline::within(Duration::from_secs(10), |_| deep_down()), Ok(Ok(())));
/// assert_eq!(deadline::current().remaining(), Duration::MAX);
/// ```
pub fn current() -> Deadline {
    CURRENT.get()
}

thread_local! {
    static CURRENT: Cell<Deadline> = const { Cell::new(Deadline::NEVER) };
}

/// A point in time by which something has to be done: a value, to be asked, copied and sent to other threads.
///
/// Two are equal if they end at the same instant after the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Deadline {
    /// `None` is never.
    end: Option<Instant>,
    limit: Duration,
}

impl Deadline {
    const NEVER: Deadline = Deadline {
        end: None,
        limit: Duration::MAX,
    };

    /// The deadline that ends when this time has passed, or the one of what this thread is [doing](current) if that ends
    /// first. `Duration::MAX` is without end.
    pub fn after(limit: Duration) -> Deadline {
        let end = Instant::now().checked_add(limit);
        Deadline { end, limit }.inside(current())
    }

    /// The nesting rule: of the two the one that ends first, and the outer one if both end together.
    fn inside(self, outer: Deadline) -> Deadline {
        match (self.end, outer.end) {
            (Some(end), Some(outer_end)) if end < outer_end => self,
            (Some(_), None) => self,
            _ => outer,
        }
    }

    /// Does a piece of work by this deadline, as [`within`] does: for a deadline that was made elsewhere.
    ///
    /// # Errors
    /// [`Elapsed`] if the deadline passed before the work ended.
    ///
    /// ```
    /// use bowout::deadline::{Deadline, Elapsed};
    /// use std::time::Duration;
    ///
    /// let deadline = Deadline::after(Duration::from_secs(10));
    /// let workers = [1, 2, 3].map(|number| std::thread::spawn(move || deadline.run(|_| number * number)));
    /// let squares = workers.map(|worker| worker.join().unwrap());
    /// assert_eq!(squares, [Ok(1), Ok(4), Ok(9)]);
    /// ```
    pub fn run<T>(self, work: impl FnOnce(&Scope) -> T) -> Result<T, Elapsed> {
        let deadline = self.inside(current());
        let _outer = Outer(CURRENT.replace(deadline));
        let scope = Scope::new(deadline);
        let done = work(&scope);
        // The clock is read after the last callback: none began before the deadline, so "in time" also says that none began.
        drop(scope);
        deadline.check().map(|()| done)
    }

    /// The time that it gave from the beginning.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// When it ends; `None` without end.
    pub fn instant(&self) -> Option<Instant> {
        self.end
    }

    /// What is left of it: zero when it is over, `Duration::MAX` without end.
    pub fn remaining(&self) -> Duration {
        self.end
            .map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()))
    }

    /// Whether it has passed.
    pub fn is_over(&self) -> bool {
        self.remaining().is_zero()
    }

    /// The same for `?`.
    ///
    /// # Errors
    /// [`Elapsed`] if it has passed.
    pub fn check(&self) -> Result<(), Elapsed> {
        if self.is_over() {
            Err(Elapsed { deadline: *self })
        } else {
            Ok(())
        }
    }

    /// Sleeps for this time, or until the deadline if that is sooner.
    ///
    /// # Errors
    /// [`Elapsed`] if it has passed by then.
    pub fn sleep(&self, duration: Duration) -> Result<(), Elapsed> {
        std::thread::sleep(duration.min(self.remaining()));
        self.check()
    }
}

/// Puts the outer deadline back when the inner work ends, by a panic too.
struct Outer(Deadline);

impl Drop for Outer {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

/// A deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed {
    deadline: Deadline,
}

impl Elapsed {
    /// Which one it was. Where deadlines are nested it may be an outer one, and then trying again is of no use.
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not done within {:?}", self.deadline.limit)
    }
}

impl std::error::Error for Elapsed {}

/// An error of kind [`TimedOut`](io::ErrorKind::TimedOut).
impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> io::Error {
        io::Error::new(io::ErrorKind::TimedOut, elapsed)
    }
}

#[cfg(test)]
mod tests;
