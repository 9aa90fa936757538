//! How am I asked to stop, and how do I leave?
//!
//! A program is asked to stop in more ways than its author thinks of: Ctrl-C and Ctrl-\ at the keyboard, SIGTERM from a
//! supervisor, SIGHUP from a terminal that closes; on Windows the console's five events, and nothing at all like SIGTERM.
//! One call hears them all, and the rest of this module is about leaving well: finish the work, run the cleanups once and in
//! order, keep a deadline, and end so that the parent sees the truth.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! let shutdown = bowout::listen()?; // from here on, a request to stop is heard instead of fatal
//! let scratch = std::env::temp_dir().join("scratch");
//! std::fs::create_dir_all(&scratch)?;
//! shutdown.cleanup("scratch", move || drop(std::fs::remove_dir_all(scratch)));
//!
//! while shutdown.sleep(Duration::from_secs(1)).is_ok() {
//!     // one round of work
//! }
//! shutdown.leave() // cleanups, then death by the signal that asked
//! # ; Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Whole programs to copy from (a loop, a pool of threads, a server that drains, a daemon that reloads, a full-screen program)
//! are in the folder `examples` of this crate.
//!
//! # Waiting, in your own style
//!
//! | style | call |
//! | --- | --- |
//! | a flag | [`Handle::is_requested`] |
//! | a thread that blocks | [`Handle::wait`], [`Handle::wait_timeout`] |
//! | a sleep that is cut short | [`Handle::sleep`] |
//! | a future, on any executor | [`Handle::requested`] |
//! | an event loop of one's own | [`Handle::pollable`] |
//! | tokio's tokens (feature `tokio`) | `Handle::token` |
//!
//! A request that comes before anybody waits is not lost, and one is enough for everybody: it stays.
//!
//! # What happens, and when
//!
//! 1. A trigger arrives. [`Trigger`] lists them; the [`Builder`] says for each whether to handle it, to swallow it, or to
//!    leave it alone. One that was inherited as ignored (`nohup`, a shell's background job) stays ignored unless the builder
//!    says [`Handling::Handle`].
//! 2. Everybody who waits gets the [`Request`]: what asked, who, when, and until when there is time. A supervisor
//!    that listens, such as systemd, is told too: see [`notify`].
//! 3. The program finishes and leaves, by [`Shutdown::leave`], by [`Shutdown::exit`], or by returning from `main`. On that
//!    path the [work](Handle::work) that is going on is awaited, and then the cleanups run, last in first out.
//! 4. If it does not get there, a thread of bowout's runs the cleanups that are left, shortly before the deadline; and at the
//!    deadline the process ends, whatever its other threads do. While the process is stopped (Ctrl-Z), the grace period does
//!    not run.
//! 5. A second request ends it at once, unless the builder says otherwise.
//!
//! # Other signals
//!
//! Not every signal asks a program to stop: SIGHUP has a daemon read its configuration anew. [`Handle::on_signal`] has a
//! closure run for any signal, outside of the signal handler, so it may do what it likes.
//!
//! ```no_run
//! use bowout::Signal;
//! use bowout::listen::{Builder, Handling, Trigger};
//!
//! let (trigger, signal) = if cfg!(windows) {
//!     (Trigger::Break, Signal::Break)
//! } else {
//!     (Trigger::Hangup, Signal::Hup)
//! };
//! // Swallowed from the first moment, so that none stops the program, not even before it has subscribed.
//! let shutdown = Builder::new().on(trigger, Handling::Ignore).listen()?;
//! shutdown.on_signal(signal, || eprintln!("reading the configuration anew"))?;
//! shutdown.wait();
//! shutdown.leave()
//! # ; Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! On Windows one can subscribe to Ctrl-C ([`Signal::Int`](crate::Signal::Int)) and Ctrl-Break
//! ([`Signal::Break`](crate::Signal::Break)), and to nothing else. Ctrl-Break is the nearest to a reload that a console has. It
//! reaches a process group on the sender's console
//! ([GenerateConsoleCtrlEvent](https://learn.microsoft.com/en-us/windows/console/generateconsolectrlevent)).
//!
//! On Unix, by signal ([signal(7)](https://man7.org/linux/man-pages/man7/signal.7.html)):
//!
//! | signal | to be known |
//! | --- | --- |
//! | SIGHUP, SIGINT, SIGTERM, SIGQUIT | are refused as long as they stop the program: see [`SubscribeError::Stops`] |
//! | SIGCHLD | one event may stand for several children |
//! | SIGTSTP | Ctrl-Z does not stop the program any more; a closure that has put the terminal in order can do so by `raise(SIGSTOP)` |
//! | SIGCONT | the process goes on whatever the closure does |
//! | SIGTTIN, SIGTTOU | the read or write that caused it is started again and causes it again: ignoring them is the better choice |
//! | SIGPIPE | Rust's programs ignore it, and a write to a pipe that nobody reads fails; it still does |
//! | real-time signals | are coalesced as all are: their number and the values that come with them are not kept |
//! | SIGKILL, SIGSTOP | cannot be caught, and are refused |
//! | SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS | mean that the program itself is broken, and are refused |
//!
//! # Limits
//!
//! - There is one listener in a process. Listening again joins it; see [`Builder::listen`].
//! - It costs one thread, which sleeps until something happens, and on Linux no descriptor. Watching standard input or the
//!   parent costs a second one, and three descriptors or four; on Windows a thread each. Subscribing to other signals costs
//!   one more.
//! - A signal's number, time and order are coalesced: a thousand SIGTERMs in one breath are one request.
//! - `std::process::exit` runs the cleanups on Unix. On Windows nothing of the program's runs then: use [`Shutdown::exit`].
//!   `panic = "abort"`, `abort`, SIGKILL and TerminateProcess run none anywhere.
//! - Another handler for the same signal: on Unix one that was there before is called too, and one that comes later and calls
//!   what it found (signal-hook, tokio) keeps both. One that comes later and does not (ctrlc) is noticed, and called too, when
//!   somebody begins to wait after that; until then it hears alone. On Windows the system itself asks the newest handler first
//!   and stops at one that takes the event, as ours does: whoever came last hears it.
//! - In a child that was forked without exec, nothing is heard and nothing cleaned up, until it listens itself.
//!
//! # Windows without a console
//!
//! A program of the windows subsystem, or one started with `DETACHED_PROCESS`, has no console that could tell it anything. It
//! still hears the [cooperative event](crate::cooperative), and with a hidden window it hears what the system tells windows:
//!
//! ```no_run
//! use bowout::listen::{Builder, Handling, Trigger};
//!
//! let shutdown = Builder::new().on(Trigger::WindowClose, Handling::Handle).listen()?;
//! # Ok::<(), bowout::listen::ListenError>(())
//! ```
//!
//! `taskkill /pid` is then a request of [`Trigger::WindowClose`], and so is an installer's that needs the program's files; the end
//! of the session is one of [`Trigger::Logoff`] or [`Trigger::SystemShutdown`]
//! ([WM_ENDSESSION](https://learn.microsoft.com/en-us/windows/win32/shutdown/wm-endsession)). A program that loads user32 for
//! itself should ask for this window even if it has a console: from then on the console tells it nothing of logoff and shutdown
//! ([HandlerRoutine](https://learn.microsoft.com/en-us/windows/console/handlerroutine)). On other systems this changes nothing.
//!
//! These two together do what Python's safe-exit allocates a hidden console for. bowout does not allocate one: a program may have
//! one console only, and one that it wants to show later would have to go there.
//!
//! A service is told by the service control manager: see [`Builder::listen_as_service`].
//!
//! # Platform differences
//!
//! | | Unix | Windows |
//! | --- | --- | --- |
//! | heard | SIGINT, SIGTERM, SIGHUP, SIGQUIT | Ctrl-C, Ctrl-Break, close, logoff, shutdown, the [cooperative event](crate::cooperative); a service's stop, shutdown, preshutdown; on request `WM_CLOSE` |
//! | [standard input closed](Trigger::StdinClosed), opt-in | a pipe, a socket, a terminal; the system tells | a pipe; asked four times a second |
//! | [parent gone](Trigger::ParentGone), opt-in | by pidfd or kqueue; else asked once a second | by its handle |
//! | the sender is known | on Linux, macOS, FreeBSD, if a process sent it | never |
//! | the system's own limit | none that it tells | 5 s on close, logoff, shutdown; 10 s on preshutdown |
//! | [`Shutdown::leave`] ends by | the signal; status 128+n as PID 1 | exit code 0xC000013A |

mod block_on;
mod cleanup;
mod core;
mod events;
mod future;
mod install;
pub mod notify;
mod orphan;
mod request;
mod service;
mod shared;
mod shutdown;
pub(crate) mod sys;
#[cfg(feature = "tokio")]
mod tokio;
mod work;

pub use cleanup::Cleaned;
pub use events::{SubscribeError, Subscription};
pub use future::Requested;
pub use install::{Builder, ListenError};
pub use request::{Handling, Hearing, REPEAT_WINDOW, Request, SecondRequest, Sender, Trigger};
pub use service::ServiceError;
pub use shutdown::{Cleanup, Handle, Shutdown};
pub use sys::Pollable;
pub use work::Work;

/// Listens to every request to stop that this system can make: [`Builder::listen`] with nothing set.
///
/// # Errors
/// As [`Builder::listen`].
///
/// ```no_run
/// let shutdown = bowout::listen()?;
/// let request = shutdown.wait();
/// eprintln!("leaving: {}", request.trigger());
/// shutdown.leave()
/// # ; Ok::<(), bowout::listen::ListenError>(())
/// ```
pub fn listen() -> Result<Shutdown, ListenError> {
    Builder::new().listen()
}
