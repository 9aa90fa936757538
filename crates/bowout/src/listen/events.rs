//! Signals that ask for something else than to stop: whoever subscribed to one has an action, and one thread runs them all.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Bound::{Excluded, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cleanup::message;
use super::request::{Handling, Trigger};
use super::shared::Shared;
use super::shutdown::Handle;
use super::sys;
use crate::Signal;
use crate::signal::Os;

type Action = Arc<Mutex<dyn FnMut() + Send>>;

pub(super) struct Events {
    /// What comes as a signal that can be subscribed to, and is a request to stop.
    stops: Vec<Trigger>,
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    next_id: u64,
    /// The actions by their ids, and so in the order in which they came.
    subscribed: BTreeMap<Signal, BTreeMap<u64, Action>>,
    has_thread: bool,
    /// The listener has ended. What is still subscribed is for the thread to drop.
    ended: bool,
}

/// What the thread does next.
enum Next {
    /// The first action, which is running from here on, and then those of these ids.
    Run(Signal, Action, Vec<u64>),
    Sleep,
    End,
}

impl Events {
    pub(super) fn new(handling: &BTreeMap<Trigger, Handling>) -> Events {
        let signals = [
            Trigger::Interrupt,
            Trigger::Terminate,
            Trigger::Hangup,
            Trigger::Quit,
            Trigger::Break,
        ];
        let stops = |trigger: &Trigger| matches!(handling.get(trigger), Some(Handling::Handle) | None);
        Events {
            stops: signals.into_iter().filter(stops).collect(),
            list: Mutex::default(),
        }
    }

    fn list(&self) -> MutexGuard<'_, List> {
        // No user code runs under this lock, so a poisoned list is a whole one.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscribe(shared: &Arc<Shared>, signal: Signal, action: Action) -> Result<u64, SubscribeError> {
        let mut list = shared.events.list();
        if list.ended {
            return Err(SubscribeError::Ended);
        }
        if !list.has_thread {
            let theirs = shared.clone();
            sys::spawn_for_user_code("bowout-signals", move || theirs.events.run()).map_err(SubscribeError::System)?;
            list.has_thread = true;
        }
        if !list.subscribed.contains_key(&signal) {
            sys::subscribe(signal).map_err(SubscribeError::System)?;
        }
        let id = list.next_id;
        list.next_id += 1;
        list.subscribed.entry(signal).or_default().insert(id, action);
        drop(list);
        // There may be one more signal to let through while the thread sleeps.
        sys::ring();
        Ok(id)
    }

    /// False if there is no such subscription any more.
    fn remove(&self, signal: Signal, id: u64) -> bool {
        let mut list = self.list();
        if list.ended {
            return false;
        }
        let Some(actions) = list.subscribed.get_mut(&signal) else {
            return false;
        };
        let removed = actions.remove(&id);
        if actions.is_empty() {
            list.subscribed.remove(&signal);
            sys::unsubscribe(signal);
        }
        drop(list);
        // Its action is dropped here, without the lock: what that owns is user code.
        removed.is_some()
    }

    /// Takes all subscriptions back. An action that is running runs to its end.
    pub(super) fn end(&self) {
        let mut list = self.list();
        if !std::mem::replace(&mut list.ended, true) {
            list.subscribed.keys().copied().for_each(sys::unsubscribe);
        }
        drop(list);
        sys::ring();
    }

    /// The life of the thread `bowout-signals`.
    fn run(&self) {
        let mut last = Signal::Hup;
        loop {
            let seen = sys::epoch();
            match self.next(last) {
                Next::Run(signal, first, others) => {
                    last = signal;
                    run_action(signal, first);
                    for id in others {
                        if let Some(action) = self.subscribed(signal, id) {
                            run_action(signal, action);
                        }
                    }
                }
                Next::Sleep => sys::wait_for_event(seen),
                Next::End => break,
            }
        }
        let subscribed = std::mem::take(&mut self.list().subscribed);
        drop(subscribed);
    }

    /// The signals have turns: one that comes all the time keeps no other waiting.
    fn next(&self, last: Signal) -> Next {
        let list = self.list();
        if list.ended {
            return Next::End;
        }
        let after = list.subscribed.range((Excluded(last), Unbounded));
        let mut in_turn = after.chain(list.subscribed.range(..=last));
        let came = in_turn.find(|(signal, _)| sys::take_event(**signal));
        came.and_then(|(signal, actions)| {
            let mut actions = actions.iter();
            let (_, first) = actions.next()?;
            Some(Next::Run(*signal, first.clone(), actions.map(|(id, _)| *id).collect()))
        })
        .unwrap_or(Next::Sleep)
    }

    /// The action, unless it was removed in the meantime.
    fn subscribed(&self, signal: Signal, id: u64) -> Option<Action> {
        let list = self.list();
        let actions = list.subscribed.get(&signal).filter(|_| !list.ended)?;
        actions.get(&id).cloned()
    }
}

fn run_action(signal: Signal, action: Action) {
    let outcome = catch_unwind(AssertUnwindSafe(move || {
        // Only this thread takes the lock. Poisoned it was by a panic, after which the action is tried again.
        let mut action = action.lock().unwrap_or_else(PoisonError::into_inner);
        (*action)();
    }));
    if let Err(panic) = outcome {
        let what = message(panic);
        sys::complain(&format!(
            "bowout: what was to be done on {signal} panicked: {what}; it will be tried again at the next one\n"
        ));
    }
}

impl Handle {
    /// Has `action` run whenever `signal` comes: one that asks for something else than to stop, as SIGHUP asks a daemon to
    /// read its configuration anew. What is to be known of single signals, and of Windows, is in
    /// [Other signals](super#other-signals).
    ///
    /// The action runs on a thread that bowout has for all actions, never in a signal handler: it may allocate, lock, block,
    /// use this handle, subscribe and [remove](Subscription::remove), and leave the program. Signals are coalesced: however
    /// many came since it last began, it runs once, and what comes while it runs makes it run again. So the last is never
    /// lost, and none is counted. With several subscribers to one signal, each action runs, in the order of subscribing. A
    /// panic is caught and told on standard error, and the subscription stays.
    ///
    /// Under systemd, a reload begins with [`notify::reloading`](super::notify::reloading) and ends with
    /// [`notify::ready`](super::notify::ready).
    ///
    /// An action that hangs holds up the other actions and nothing else: requests to stop are heard as ever.
    ///
    /// A signal that is a request to stop is refused, so that no program becomes unstoppable by mistake: the builder has to
    /// [swallow](Handling::Ignore) it first, which also keeps one that comes too early from stopping the program. A signal
    /// that was inherited as ignored (`nohup`) is heard, since it was asked for by name.
    ///
    /// The subscription lasts until it is removed or the listener ends; dropping the [`Subscription`] changes nothing. A
    /// child that was forked without exec has none.
    ///
    /// With a channel, of this kind or tokio's, the work is done elsewhere:
    ///
    /// ```no_run
    /// # let shutdown = bowout::listen()?;
    /// let (changed, reload) = std::sync::mpsc::sync_channel(1);
    /// shutdown.on_signal(bowout::Signal::Usr1, move || {
    ///     // One place is enough: if it is taken, the reader has yet to look, and will see everything when it does.
    ///     let _ = changed.try_send(());
    /// })?;
    /// std::thread::spawn(move || {
    ///     for () in reload {
    ///         // read it anew; the loop ends when the listener does
    ///     }
    /// });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SubscribeError`], which says why, and what to do. Then nothing has changed.
    pub fn on_signal(
        &self,
        signal: Signal,
        action: impl FnMut() + Send + 'static,
    ) -> Result<Subscription, SubscribeError> {
        if !signal.can_be_caught() {
            return Err(SubscribeError::Uncatchable(signal));
        }
        if is_fault(signal) {
            return Err(SubscribeError::Fault(signal));
        }
        if !sys::can_subscribe(signal) {
            return Err(SubscribeError::Unsupported(signal));
        }
        if self.shared.is_a_parents() {
            return Err(SubscribeError::Ended);
        }
        let mut stops = self.shared.events.stops.iter();
        if let Some(trigger) = stops.find(|trigger| trigger.signal() == Some(signal)) {
            return Err(SubscribeError::Stops(*trigger));
        }
        let id = Events::subscribe(&self.shared, signal, Arc::new(Mutex::new(action)))?;
        Ok(Subscription {
            shared: self.shared.clone(),
            signal,
            id,
        })
    }
}

/// What the system sends to a program that is broken. A handler that returns goes back to the fault; and what is left of the
/// program is in no state to run anything on another thread.
fn is_fault(signal: Signal) -> bool {
    matches!(
        signal,
        Signal::Segv
            | Signal::Bus
            | Signal::Fpe
            | Signal::Ill
            | Signal::Trap
            | Signal::Abrt
            | Signal::Sys
            | Signal::Emt
    )
}

/// What [`Handle::on_signal`] subscribed to. Dropping it changes nothing.
#[derive(Clone)]
pub struct Subscription {
    shared: Arc<Shared>,
    signal: Signal,
    id: u64,
}

impl Subscription {
    /// Takes the subscription back. An action that is running runs to its end, and is not waited for. False if there was
    /// nothing to take back: it was removed before, or the listener has ended.
    ///
    /// With the last one for a signal, the signal does again what it did before: the builder swallows it, or it meets the
    /// disposition that was found, if [that is safe](super::Shutdown). One that came and that no action has run for does that
    /// now.
    pub fn remove(self) -> bool {
        !self.shared.is_a_parents() && self.shared.events.remove(self.signal, self.id)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("signal", &self.signal)
            .finish_non_exhaustive()
    }
}

/// Why one cannot [subscribe](Handle::on_signal) to a signal.
#[derive(Debug)]
#[non_exhaustive]
pub enum SubscribeError {
    /// No program can catch it.
    Uncatchable(Signal),
    /// It says that the program itself is broken. Such a signal must be handled on the thread that it strikes, by a
    /// `sigaction(2)` of the program's own.
    Fault(Signal),
    /// This system does not have it, or has no way to listen to it. On Windows that is every signal but [`Signal::Int`] and
    /// [`Signal::Break`].
    Unsupported(Signal),
    /// It is a request to stop. To have it as something else, [build](super::Builder::on) the listener with
    /// [`Handling::Ignore`] for this trigger.
    Stops(Trigger),
    /// The listener has ended, or belongs to the process that this one was forked from.
    Ended,
    /// The system refused.
    System(io::Error),
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubscribeError::Uncatchable(signal) => {
                write!(
                    f,
                    "no program can catch {signal}: subscribe to another one, such as USR1"
                )
            }
            SubscribeError::Fault(signal) => write!(
                f,
                "{signal} says that the program itself is broken: handle it with sigaction(2), on the thread that it strikes"
            ),
            SubscribeError::Unsupported(signal) if Os::CURRENT == Some(Os::Windows) => write!(
                f,
                "Windows lets nobody subscribe to {signal}: INT (Ctrl-C) and BREAK (Ctrl-Break) it does, and BREAK is the \
                 nearest to a reload"
            ),
            SubscribeError::Unsupported(signal) => {
                write!(f, "this system has no {signal}: `bowout signals` lists what it has")
            }
            SubscribeError::Stops(trigger) => write!(
                f,
                "the signal stops this program: build the listener with `.on(Trigger::{trigger:?}, Handling::Ignore)` first"
            ),
            SubscribeError::Ended => f.write_str("the listener has ended, or is a parent process's: listen first"),
            SubscribeError::System(error) => write!(f, "cannot subscribe to the signal: {error}"),
        }
    }
}

impl std::error::Error for SubscribeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SubscribeError::System(error) => Some(error),
            _ => None,
        }
    }
}
