//! The contestants: each makes its process hear signals in its own way, and calls [`sys::heard`] when it has.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};

use bowout::listen::{Handle, Shutdown};
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{PATIENCE, Result, sys};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contestant {
    Raw,
    Semaphore,
    SemaphoreAnew,
    Bowout,
    BowoutMain,
    BowoutAwait,
    Ctrlc,
    CtrlcMain,
    SignalHook,
    Tokio,
    TokioInRuntime,
}

impl Contestant {
    const ALL: [(Contestant, &'static str); 11] = [
        (Contestant::Raw, "sigaction, in the handler"),
        (Contestant::Semaphore, "sigaction, semaphore, thread"),
        (Contestant::SemaphoreAnew, "the same, installed anew each time"),
        (Contestant::Bowout, "bowout, a thread in wait()"),
        (Contestant::BowoutMain, "bowout, the main thread in wait()"),
        (Contestant::BowoutAwait, "bowout, requested().await on tokio"),
        (Contestant::Ctrlc, "ctrlc"),
        (Contestant::CtrlcMain, "ctrlc, a channel to the main thread"),
        (Contestant::SignalHook, "signal-hook, iterator thread"),
        (Contestant::Tokio, "tokio, current-thread"),
        (Contestant::TokioInRuntime, "tokio, in a runtime that is there"),
    ];

    pub(super) fn name(self) -> &'static str {
        let found = Contestant::ALL.iter().find(|(contestant, _)| *contestant == self);
        found.map_or("?", |(_, name)| name)
    }

    pub(super) fn from_name(name: &str) -> Result<Contestant> {
        let found = Contestant::ALL.iter().find(|(_, theirs)| *theirs == name);
        Ok(found.ok_or("no such contestant")?.0)
    }
}

/// A contestant that has been set up.
pub(super) struct Listening {
    /// How long the setting up took, in nanoseconds.
    pub(super) cost: u64,
    arm: Box<dyn FnMut() -> Result<()>>,
}

impl Listening {
    /// Gets ready for the next signal.
    pub(super) fn arm(&mut self) -> Result<()> {
        (self.arm)()
    }
}

/// Sets the contestant up, for all of [`sys::SIGNALS`] where its interface lets it: what a program does once, up to the
/// point where it hears.
pub(super) fn set_up(contestant: Contestant) -> Result<Listening> {
    match contestant {
        Contestant::Raw => {
            let ((), cost) = timed(|| Ok(sys::install_noting()?))?;
            Ok(lasting(cost))
        }
        Contestant::Semaphore => Ok(lasting(set_up_semaphore()?)),
        Contestant::SemaphoreAnew => Ok(Listening {
            cost: set_up_semaphore()?,
            arm: Box::new(|| {
                sys::install_defaults()?;
                let thread = std::thread::Builder::new().stack_size(256 * 1024).spawn(|| {})?;
                thread.join().map_err(|_| "the thread panicked")?;
                Ok(sys::install_posting()?)
            }),
        }),
        Contestant::Bowout => set_up_bowout(|handles| {
            for handle in handles {
                about_to_wait();
                handle.wait();
                sys::heard();
            }
        }),
        Contestant::BowoutMain | Contestant::CtrlcMain => Err("its main thread does something else".into()),
        Contestant::BowoutAwait => {
            let runtime = runtime()?;
            set_up_bowout(move |handles| {
                for handle in handles {
                    runtime.block_on(async {
                        about_to_wait();
                        handle.requested().await;
                        sys::heard();
                    });
                }
            })
        }
        Contestant::Ctrlc => {
            let ((), cost) = timed(|| Ok(ctrlc::set_handler(sys::heard)?))?;
            Ok(lasting(cost))
        }
        Contestant::SignalHook => {
            let ((), cost) = timed(|| {
                let mut signals = signal_hook::iterator::Signals::new(sys::SIGNALS)?;
                std::thread::Builder::new().spawn(move || signals.forever().for_each(|_| sys::heard()))?;
                Ok(())
            })?;
            Ok(lasting(cost))
        }
        Contestant::Tokio => {
            let ((runtime, signals), cost) = timed(|| {
                let runtime = runtime()?;
                let signals = signals(&runtime)?;
                Ok((runtime, signals))
            })?;
            std::thread::spawn(move || hear(&runtime, signals));
            Ok(lasting(cost))
        }
        Contestant::TokioInRuntime => {
            let runtime = runtime()?;
            let (signals, cost) = timed(|| signals(&runtime))?;
            std::thread::spawn(move || hear(&runtime, signals));
            Ok(lasting(cost))
        }
    }
}

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, u64)> {
    let began = sys::now();
    let done = work()?;
    Ok((done, sys::now() - began))
}

/// One that hears any number of signals.
fn lasting(cost: u64) -> Listening {
    Listening {
        cost,
        arm: Box::new(|| Ok(())),
    }
}

fn set_up_semaphore() -> Result<u64> {
    let ((), cost) = timed(|| {
        sys::make_semaphore();
        std::thread::Builder::new().spawn(|| {
            loop {
                sys::wait_for_semaphore();
                sys::heard();
            }
        })?;
        Ok(sys::install_posting()?)
    })?;
    Ok(cost)
}

/// Whether a waiting thread is about to wait.
static ARMED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

fn about_to_wait() {
    *ARMED.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    ARMED.1.notify_one();
}

/// Sleeps meanwhile: a thread that spins keeps its processor, and the one that waits would be moved to another, which costs
/// it a wake-up of that processor when the signal comes.
fn wait_for_the_waiting() -> Result<()> {
    let armed = ARMED.0.lock().unwrap_or_else(PoisonError::into_inner);
    let waited = ARMED.1.wait_timeout_while(armed, PATIENCE, |armed| !*armed);
    let (mut armed, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
    *armed = false;
    if timeout.timed_out() {
        return Err("the waiting thread does not wait".into());
    }
    Ok(())
}

/// A request to stop is made once, so that the program listens anew for every sample. The thread that waits stays.
fn set_up_bowout(wait: impl FnOnce(Receiver<Handle>) + Send + 'static) -> Result<Listening> {
    let (shutdown, cost) = timed(|| Ok(bowout::listen()?))?;
    let (handles, waiting) = channel();
    std::thread::spawn(move || wait(waiting));
    let mut present = Present {
        unused: Some(shutdown),
        used: None,
        handles,
    };
    Ok(Listening {
        cost,
        arm: Box::new(move || present.arm()),
    })
}

struct Present {
    unused: Option<Shutdown>,
    used: Option<Shutdown>,
    handles: Sender<Handle>,
}

impl Present {
    fn arm(&mut self) -> Result<()> {
        self.used = None;
        let shutdown = match self.unused.take() {
            Some(shutdown) => shutdown,
            None => bowout::listen()?,
        };
        self.handles.send(shutdown.handle())?;
        self.used = Some(shutdown);
        wait_for_the_waiting()
    }
}

fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

fn signals(runtime: &Runtime) -> Result<[Signal; 4]> {
    let _inside = runtime.enter();
    let [a, b, c, d] = sys::SIGNALS.map(SignalKind::from_raw);
    Ok([signal(a)?, signal(b)?, signal(c)?, signal(d)?])
}

fn hear(runtime: &Runtime, [mut a, mut b, mut c, mut d]: [Signal; 4]) {
    runtime.block_on(async {
        loop {
            tokio::select! {
                _ = a.recv() => {}
                _ = b.recv() => {}
                _ = c.recv() => {}
                _ = d.recv() => {}
            }
            sys::heard();
        }
    });
}
