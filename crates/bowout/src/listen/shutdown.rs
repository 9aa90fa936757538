//! The two faces of a listener: the [`Shutdown`] that `main` owns, and the [`Handle`]s that everybody else has.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::io::Write;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::block_on::block_on;
use super::cleanup::{Cleaned, Task};
use super::future::Requested;
use super::install::Owner;
use super::request::{Hearing, Request, Trigger};
use super::shared::Shared;
use super::sys::{self, Pollable};
use super::work::Work;

/// The right to listen, and the duty to leave in order. Keep it in `main`; give [`Handle`]s to everybody else.
///
/// While one exists, requests to stop are heard instead of ending the process. When the last one is dropped (at the end of
/// `main`, on an early return, while a panic unwinds), the cleanups run, the handles of other threads see a request of
/// [`Trigger::Program`], and requests do again what they did before. A request that nobody was told of is then made once
/// more, so that none is lost: unless something else handles it, it ends the process as it would have without bowout.
///
/// The previous handling is put back where that is safe. If somebody has put a handler on top of bowout's meanwhile, taking
/// bowout's out would take theirs out too: it stays beneath, and only calls what was there before. On Windows it always stays
/// and passes every event on, since unregistering waits for an event that is being handled.
///
/// It dereferences to its [`Handle`].
pub struct Shutdown {
    pub(super) owner: Arc<Owner>,
}

impl Shutdown {
    /// Another handle on this listener, for another thread or task.
    pub fn handle(&self) -> Handle {
        self.owner.handle.clone()
    }

    /// Leaves: runs the cleanups, flushes standard output, and ends the process in the way that tells its parent the truth.
    ///
    /// After a signal that is death by that signal ([wait(2)](https://man7.org/linux/man-pages/man2/wait.2.html)
    /// `WIFSIGNALED`), or the status 128+n for PID 1, to which the kernel does not deliver it. On Windows it is the exit code
    /// 0xC000013A (`STATUS_CONTROL_C_EXIT`) after any request of the system. It is the status 0 where nobody asked: without a
    /// request from outside, and after [`Trigger::StdinClosed`] and [`Trigger::ParentGone`]. No core dump is left, whatever the
    /// signal.
    ///
    /// The locals of `main` are not dropped, as with [`std::process::exit`].
    ///
    /// ```no_run
    /// let shutdown = bowout::listen()?;
    /// while shutdown.sleep(std::time::Duration::from_secs(1)).is_ok() {
    ///     // one round of work
    /// }
    /// shutdown.leave()
    /// # ; Ok::<(), bowout::listen::ListenError>(())
    /// ```
    pub fn leave(self) -> ! {
        self.run_cleanups();
        let _ = std::io::stdout().flush();
        match self.owner.handle.shared.leaves_for() {
            Some(trigger) => sys::end_for(trigger),
            None => exit(0),
        }
    }

    /// Leaves with a status of the program's own: runs the cleanups, then [`std::process::exit`].
    pub fn exit(self, code: i32) -> ! {
        self.run_cleanups();
        exit(code)
    }
}

/// A supervisor that goes by what it is told hears of the code first.
fn exit(code: i32) -> ! {
    sys::tell_stopped(code);
    std::process::exit(code)
}

impl Deref for Shutdown {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.owner.handle
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown")
            .field("requested", &self.is_requested())
            .finish()
    }
}

/// A view of a listener: asks, waits, registers cleanups. Cheap to clone, and safe to use from every thread.
///
/// A handle that outlives its [`Shutdown`] keeps the request it saw, or sees one of [`Trigger::Program`]; it never waits in
/// vain.
#[derive(Clone)]
pub struct Handle {
    pub(super) shared: Arc<Shared>,
}

impl Handle {
    /// Whether there is a request. Costs two atomic loads as long as there is none.
    pub fn is_requested(&self) -> bool {
        self.request().is_some()
    }

    /// The request, if there is one. It is the first: a later one can only bring its deadline nearer.
    pub fn request(&self) -> Option<Request> {
        self.shared.request()
    }

    /// Blocks until there is a request. One that came before the call counts.
    pub fn wait(&self) -> Request {
        loop {
            if let Some(request) = self.wait_until(None) {
                return request;
            }
        }
    }

    /// Blocks until there is a request or `timeout` has passed, by the monotonic clock. `Duration::MAX` is without end.
    pub fn wait_timeout(&self, timeout: Duration) -> Option<Request> {
        self.wait_until(Instant::now().checked_add(timeout))
    }

    fn wait_until(&self, deadline: Option<Instant>) -> Option<Request> {
        sys::stay_on_top();
        loop {
            let seen = sys::epoch();
            if let Some(request) = self.shared.look() {
                return Some(request);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return None;
            }
            sys::wait(seen, deadline);
        }
    }

    /// Sleeps, unless there is a request: then it returns at once, with the request as the error, so that `?` and `is_ok`
    /// end a loop.
    ///
    /// # Errors
    /// The request that cut the sleep short.
    pub fn sleep(&self, duration: Duration) -> Result<(), Request> {
        self.wait_timeout(duration).map_or(Ok(()), Err)
    }

    /// A future that is ready when there is a request. It needs no runtime, and loses nothing when it is dropped.
    pub fn requested(&self) -> Requested {
        Requested::new(self.clone())
    }

    /// Something to put into `poll`, `epoll` or `WaitForMultipleObjects`: readable (Unix) or signalled (Windows) once there
    /// is a request, and for ever after.
    ///
    /// # Errors
    /// Where the system has no descriptor or handle left.
    pub fn pollable(&self) -> std::io::Result<Pollable> {
        let (pollable, flare) = sys::pollable()?;
        self.shared.light_on_request(flare);
        Ok(pollable)
    }

    /// Blocks until a second request came that was not the first one told twice: for programs that set
    /// [`SecondRequest::Note`](super::SecondRequest::Note). False where the listener has ended without one.
    pub fn wait_repeat(&self) -> bool {
        loop {
            let seen = sys::epoch();
            if self.shared.repeats() > 0 {
                return true;
            }
            if self.shared.is_closed() {
                return false;
            }
            sys::wait(seen, None);
        }
    }

    /// Makes a request from inside the program, without the system: for tests, and for programs that stop by themselves.
    /// It has all the consequences of the real one but a sender, the deadline among them.
    pub fn trigger(&self, trigger: Trigger) {
        self.shared.ask(trigger, None);
    }

    /// What the listener made of this trigger on this system. Whether somebody [subscribes](Handle::on_signal) to its signal,
    /// it does not tell.
    pub fn hearing(&self, trigger: Trigger) -> Hearing {
        self.shared.hearing.get(&trigger).cloned().unwrap_or(Hearing::Absent)
    }

    /// Registers a cleanup. Cleanups run last in first out, one at a time, each once, on whichever path the program leaves: a
    /// request, the end of `main`, an early return, an unwinding panic, the end of the grace period, and on Unix
    /// [`std::process::exit`], which on Windows runs none. A second request ends the process without them.
    ///
    /// They run on the thread that leaves. If it does not get to them in time, or hangs in one, a thread of bowout's runs
    /// the rest shortly before the deadline (for the last quarter of the grace, one second at the most) and ends the
    /// process. A panic in one is caught and costs nothing else. No lock is held while they run: they may register and
    /// remove others, and may leave the program. One that is registered when all have run, runs at once.
    ///
    /// Dropping the [`Cleanup`] changes nothing; [`Cleanup::remove`] takes it back.
    pub fn cleanup(&self, name: impl Into<Cow<'static, str>>, work: impl FnOnce() + Send + 'static) -> Cleanup {
        self.add_cleanup(name.into(), Box::pin(async move { work() }))
    }

    /// Registers a cleanup that is a future: it is polled for the first time when its turn comes, and awaited inside the
    /// deadline. It has its place in the same list as the [others](Handle::cleanup), and everything said there holds.
    ///
    /// Leave an async program by [`run_cleanups_async`](Handle::run_cleanups_async), which awaits it on your executor. Every
    /// other way out awaits it by blocking a thread, which works for a future whose events come from other threads, as those of
    /// a multi-threaded runtime; where the blocked thread is the only one of its runtime, the cleanup makes no progress, and
    /// the deadline ends it. With the feature `tokio`, one that is registered inside a runtime is polled inside that
    /// runtime's context wherever it runs.
    ///
    /// ```no_run
    /// # async fn flush() {}
    /// # async fn example() -> Result<(), bowout::listen::ListenError> {
    /// let shutdown = bowout::listen()?;
    /// shutdown.cleanup_async("flush", async { flush().await });
    /// shutdown.requested().await;
    /// shutdown.run_cleanups_async().await;
    /// shutdown.leave()
    /// # }
    /// ```
    pub fn cleanup_async(
        &self,
        name: impl Into<Cow<'static, str>>,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Cleanup {
        #[cfg(feature = "tokio")]
        let work = super::tokio::InContext::of_here(work);
        self.add_cleanup(name.into(), Box::pin(work))
    }

    fn add_cleanup(&self, name: Cow<'static, str>, task: Task) -> Cleanup {
        let id = self.shared.cleanups.add(name, task);
        Cleanup {
            shared: self.shared.clone(),
            id,
        }
    }

    /// Says that a piece of work is going on, until the [`Work`] is dropped. The program does not run its cleanups before
    /// all of it has ended, as long as there is time: at the end of the grace period the cleanups run all the same
    /// (for its last quarter, one second at the most), and then the process ends and names the work that it cut short.
    ///
    /// So leaving has three steps, each by its own means: whoever takes in new work stops at the [request](Handle::wait);
    /// what is going on ends; the [cleanups](Handle::cleanup) close what it needed. Whoever leaves must not hold a `Work`
    /// itself: it would wait for itself in vain; nor block the only thread of the runtime that does the work, as dropping the
    /// [`Shutdown`] inside it would: see [`run_cleanups_async`](Handle::run_cleanups_async). [`std::process::exit`] does not
    /// wait.
    ///
    /// ```no_run
    /// let shutdown = bowout::listen()?;
    /// let handle = shutdown.handle();
    /// std::thread::spawn(move || {
    ///     loop {
    ///         // Before the question: the other way round, the program could leave between the two.
    ///         let _work = handle.work("one order");
    ///         if handle.is_requested() {
    ///             break;
    ///         }
    ///         // what must not be cut short
    ///     }
    /// });
    /// shutdown.wait();
    /// shutdown.leave() // when the order is done
    /// # ; Ok::<(), bowout::listen::ListenError>(())
    /// ```
    pub fn work(&self, name: impl Into<Cow<'static, str>>) -> Work {
        Work::begin(self.shared.clone(), name.into())
    }

    /// Awaits the [work](Handle::work) that is going on, runs the cleanups, and tells how each went, in the order in which they
    /// ended. This begins the leaving: it counts as a request of [`Trigger::Program`] if there is none, so that the grace period
    /// bounds it.
    pub fn run_cleanups(&self) -> Vec<Cleaned> {
        block_on(self.run_cleanups_async())
    }

    /// The same without blocking the thread, but for the cleanups that are plain functions. On any executor.
    ///
    /// Cancel safe: dropped in the middle, it puts the cleanup that it was awaiting back on the list as it is, for whoever leaves
    /// next.
    pub async fn run_cleanups_async(&self) -> Vec<Cleaned> {
        if self.shared.is_a_parents() {
            return Vec::new();
        }
        self.shared.run_cleanups().await;
        self.shared.cleanups.cleaned()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("requested", &self.is_requested())
            .finish()
    }
}

/// A registered cleanup. Dropping it changes nothing.
#[derive(Clone)]
pub struct Cleanup {
    shared: Arc<Shared>,
    id: u64,
}

impl Cleanup {
    /// Takes the cleanup back: it will not run. False if it ran already, or is running now.
    pub fn remove(self) -> bool {
        self.shared.cleanups.remove(self.id)
    }
}

impl fmt::Debug for Cleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cleanup").field("id", &self.id).finish_non_exhaustive()
    }
}
