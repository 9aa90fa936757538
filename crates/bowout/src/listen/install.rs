//! Beginning and ending: there is one listener in a process at a time, and it may have several owners.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use super::core::Core;
use super::events::Events;
use super::orphan::{self, Watch};
use super::request::{Handling, SecondRequest, Trigger};
use super::shared::Shared;
use super::shutdown::{Handle, Shutdown};
use super::sys;

/// The grace period where the program sets none: it ends before Docker's 10 seconds do.
const DEFAULT_GRACE: Duration = Duration::from_secs(9);

/// The status that Rust leaves of a `main` that panicked.
const PANICKED: i32 = 101;

/// How to listen. [`listen`](super::listen) is the same with nothing set.
///
/// ```no_run
/// use bowout::listen::{Builder, Handling, SecondRequest, Trigger};
/// use std::time::Duration;
///
/// let shutdown = Builder::new()
///     .on(Trigger::Hangup, Handling::Ignore)
///     .grace(Duration::from_secs(25))
///     .second_request(SecondRequest::LeaveNow)
///     .listen()?;
/// # Ok::<(), bowout::listen::ListenError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "nothing is heard before `listen` is called"]
pub struct Builder {
    handling: BTreeMap<Trigger, Handling>,
    grace: Option<Duration>,
    second: Option<SecondRequest>,
}

impl Builder {
    /// Handles every trigger that was not inherited as ignored, with a grace of 9 seconds.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// What to do about one trigger. One that this system does not have is passed over: see
    /// [`Handle::hearing`].
    pub fn on(mut self, trigger: Trigger, handling: Handling) -> Builder {
        self.handling.insert(trigger, handling);
        self
    }

    /// How long the program has from the first request to its end, cleanups included: 9 seconds unless set, so that it is
    /// over before Docker's 10. A tighter limit of the system holds as well (5 seconds on `CTRL_CLOSE_EVENT`).
    /// `Duration::MAX` is without end.
    pub fn grace(mut self, grace: Duration) -> Builder {
        self.grace = Some(grace);
        self
    }

    /// What a second request does.
    pub fn second_request(mut self, second: SecondRequest) -> Builder {
        self.second = Some(second);
        self
    }

    /// Begins to listen, from any thread. From here on requests are noted, even before anybody waits for one.
    ///
    /// If the program listens already, this is one more owner of the same listener, which ends when the last owner is
    /// dropped. A child that was forked without exec does not listen, whatever its parent did, until it calls this.
    ///
    /// # Errors
    /// [`ListenError::Differs`] if the program listens already in a way that this builder contradicts; otherwise what the
    /// system refused. Then nothing has changed.
    pub fn listen(self) -> Result<Shutdown, ListenError> {
        let mut present = PRESENT.lock().unwrap_or_else(PoisonError::into_inner);
        let here = |owner: &Arc<Owner>| !owner.handle.shared.is_a_parents();
        if let Some(owner) = present.owner.upgrade().filter(here) {
            return owner.join(&self).map(|()| Shutdown { owner });
        }
        if let Some(leaving) = present.shared.upgrade().filter(|shared| !shared.is_a_parents()) {
            leaving.supersede();
            leaving.events.end();
        }
        let mut hearing = sys::install(&self.handling).map_err(ListenError::System)?;
        let sources = orphan::open(&self.handling, &mut hearing);
        let core = Core::new(self.grace.unwrap_or(DEFAULT_GRACE), self.second.unwrap_or_default());
        let shared = Arc::new(Shared::new(core, hearing, Events::new(&self.handling)));
        let started = shared.start().and_then(|()| Watch::start(sources, &shared));
        let watch = started.map_err(|error| {
            shared.close();
            sys::uninstall();
            ListenError::System(error)
        })?;
        sys::run_at_exit(run_cleanups_at_exit);
        present.shared = Arc::downgrade(&shared);
        let owner = Arc::new(Owner {
            handle: Handle { shared },
            watch,
            builder: self,
        });
        present.owner = Arc::downgrade(&owner);
        Ok(Shutdown { owner })
    }
}

/// The listener that the process has, if it has one.
static PRESENT: Mutex<Present> = Mutex::new(Present {
    owner: Weak::new(),
    shared: Weak::new(),
});

struct Present {
    owner: Weak<Owner>,
    /// The same listener, for as long as its handles last: it may still be leaving when it has no owner any more.
    shared: Weak<Shared>,
}

/// What the owners of a listener share; the last one ends it.
pub(super) struct Owner {
    pub(super) handle: Handle,
    watch: Watch,
    builder: Builder,
}

impl Owner {
    fn join(&self, newcomer: &Builder) -> Result<(), ListenError> {
        let differs = |what: &str| Err(ListenError::Differs(what.to_owned()));
        if newcomer
            .grace
            .is_some_and(|grace| grace != self.builder.grace.unwrap_or(DEFAULT_GRACE))
        {
            return differs("the grace period");
        }
        if newcomer
            .second
            .is_some_and(|second| second != self.builder.second.unwrap_or_default())
        {
            return differs("what a second request does");
        }
        let mut theirs = newcomer.handling.iter();
        match theirs.find(|(trigger, handling)| self.builder.handling.get(trigger) != Some(handling)) {
            Some((trigger, _)) => differs(&format!("the handling of {trigger}")),
            None => Ok(()),
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if self.handle.shared.is_a_parents() {
            return;
        }
        self.handle.run_cleanups();
        self.handle.shared.events.end();
        let present = PRESENT.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody is listed any more, or a newcomer has taken over the handlers while this one was ending.
        let taken_over = present.owner.strong_count() > 0;
        self.handle.shared.close();
        self.watch.end();
        let mut untold = self.handle.shared.unseen();
        if !taken_over {
            sys::uninstall();
            untold = untold.or(sys::take_rest().map(|hit| hit.trigger).last());
        }
        drop(present);
        if let Some(trigger) = untold.filter(|_| !std::thread::panicking()) {
            sys::repeat(trigger);
        }
        if !taken_over {
            sys::tell_stopped(if std::thread::panicking() { PANICKED } else { 0 });
        }
    }
}

/// `exit(3)` was called, or `main` returned while somebody else still owns the listener.
extern "C" fn run_cleanups_at_exit() {
    let owner = PRESENT.lock().unwrap_or_else(PoisonError::into_inner).owner.upgrade();
    if let Some(owner) = owner {
        owner.handle.shared.run_cleanups_at_exit();
        // Dropping the last owner would end the listening; the process is ending anyway.
        std::mem::forget(owner);
    }
}

/// Why the program cannot listen.
#[derive(Debug)]
#[non_exhaustive]
pub enum ListenError {
    /// The program listens already, and the two disagree on what is named: agree on one builder, or set it in one place.
    Differs(String),
    /// The system refused.
    System(std::io::Error),
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ListenError::Differs(what) => {
                write!(
                    f,
                    "the program listens already, and {what} differs: set it where it listens first"
                )
            }
            ListenError::System(error) => write!(f, "cannot listen for requests to stop: {error}"),
        }
    }
}

impl std::error::Error for ListenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ListenError::Differs(_) => None,
            ListenError::System(error) => Some(error),
        }
    }
}
