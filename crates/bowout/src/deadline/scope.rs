//! A piece of work that is going on, and what breaks it when its time is over.

use std::fmt;
use std::io;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use super::Deadline;
use super::queue::Key;
use super::timer::{self, Callback};

/// A piece of work that is going on: what [`within`](super::within) hands to it. It dereferences to its [`Deadline`].
pub struct Scope {
    deadline: Deadline,
    callbacks: Mutex<Vec<Key>>,
}

impl Scope {
    pub(super) fn new(deadline: Deadline) -> Scope {
        Scope {
            deadline,
            callbacks: Mutex::default(),
        }
    }

    /// The deadline, to be copied to where the scope cannot go.
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// Has `callback` run if the deadline passes while the work is still going on: to break what it blocks in.
    ///
    /// It runs on a thread of bowout's, at most once. When the work ends first, by a panic too, it is dropped instead. When
    /// [`within`](super::within) has returned, no callback of its scope is running, and none begins: one that is in the
    /// middle is waited for, so it must not wait for the work in turn. If one has begun, `within` gives
    /// [`Elapsed`](super::Elapsed).
    ///
    /// A callback that takes long, or panics, delays no other.
    ///
    /// A child that takes too long is stopped:
    ///
    /// ```no_run
    /// use bowout::deadline;
    /// use bowout::stop::{self, Plan, Target};
    /// use std::process::Command;
    /// use std::time::Duration;
    ///
    /// let mut child = Command::new("build").spawn()?;
    /// let status = deadline::within(Duration::from_secs(10), |scope| {
    ///     let target = Target::open(child.id().to_string().parse()?)?;
    ///     scope.on_elapsed(move || drop(stop::stop(target, &Plan::default())))?; // TERM/10s/KILL
    ///     Ok::<_, Box<dyn std::error::Error>>(child.wait()?)
    /// })??;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A connection that is silent for too long is shut down. On Windows a read that has begun does not notice that
    /// ([rust-lang/rust#121594](https://github.com/rust-lang/rust/issues/121594)); what works everywhere is to check between
    /// the reads, each with a timeout of what [remains](Deadline::remaining).
    ///
    /// ```no_run
    /// use bowout::deadline;
    /// use std::io::{self, Read};
    /// use std::net::{Shutdown, TcpStream};
    /// use std::time::Duration;
    ///
    /// let mut stream = TcpStream::connect("localhost:7")?;
    /// let reply = deadline::within(Duration::from_secs(10), |scope| {
    ///     let line = stream.try_clone()?;
    ///     scope.on_elapsed(move || drop(line.shutdown(Shutdown::Both)))?;
    ///     let mut reply = String::new();
    ///     stream.read_to_string(&mut reply)?; // however many reads that takes, and whatever it waits for
    ///     io::Result::Ok(reply)
    /// })??;
    /// # io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    /// Where the system has no thread to give.
    pub fn on_elapsed(&self, callback: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let Some(end) = self.deadline.instant() else {
            return Ok(());
        };
        let key = timer::set(end, Box::new(callback))?;
        self.callbacks.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        Ok(())
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let callbacks = self.callbacks.get_mut().unwrap_or_else(PoisonError::into_inner);
        // All of them first: dropping one runs user code, which may panic.
        let cancelled: Vec<Option<Callback>> = callbacks.drain(..).map(timer::cancel).collect();
        drop(cancelled);
    }
}

impl Deref for Scope {
    type Target = Deadline;

    fn deref(&self) -> &Deadline {
        &self.deadline
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
