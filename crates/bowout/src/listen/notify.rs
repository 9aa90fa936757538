//! What a service tells its supervisor: that it is ready, that it reloads, how it is, and that it is alive.
//!
//! This is the protocol of [sd_notify(3)](https://man7.org/linux/man-pages/man3/sd_notify.3.html): lines of text, sent to the
//! datagram socket that the environment variable `NOTIFY_SOCKET` names. systemd speaks it, and so do Podman and Debian's
//! start-stop-daemon. Without the variable nobody listens: every function here then does nothing and says so, and a program may
//! call them wherever it runs.
//!
//! ```no_run
//! use bowout::listen::notify;
//!
//! let shutdown = bowout::listen()?;
//! // open the sockets, read the configuration
//! notify::ready()?;
//! while shutdown.sleep(notify::watchdog_interval().map_or(std::time::Duration::MAX, |interval| interval / 2)).is_ok() {
//!     notify::watchdog_ping()?; // after one round of work, so that it proves something
//! }
//! shutdown.leave()
//! # ; Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The unit file that belongs to it ([systemd.service(5)](https://man7.org/linux/man-pages/man5/systemd.service.5.html)):
//!
//! ```ini
//! [Service]
//! # `systemctl start` waits for `ready`.
//! Type=notify
//! ExecStart=/usr/bin/example
//! # How long a stop may take that makes no progress.
//! TimeoutStopSec=15
//! # Only for a program that calls `watchdog_ping`.
//! WatchdogSec=30
//! ```
//!
//! # What is told by itself
//!
//! When a request to stop begins, the supervisor is told `STOPPING=1`, and with it that the stop may take longer than
//! `TimeoutStopSec`, by `EXTEND_TIMEOUT_USEC`. That is told again, at most once a second, after a cleanup has begun or ended,
//! or a piece of [work](super::Handle::work) has ended. Each time it is good for 10 seconds, or for what is left until
//! bowout's own deadline and one second more, if that is less. So a stop that makes progress is left alone, and one that
//! hangs is killed: systemd acts once both `TimeoutStopSec` and the last extension are over. A single step that takes
//! longer calls [`extend_timeout`] itself.
//!
//! A program that leaves by itself, without a request, tells nothing: nobody waits for its end, and `STOPPING=1` would start
//! the clock of `TimeoutStopSec` ([systemd#39535](https://github.com/systemd/systemd/issues/39535)) for one that has only
//! ended its listener and goes on.
//!
//! These messages never wait: a supervisor that does not read costs no time on the way out. When one cannot be sent, that is
//! said on standard error, once.
//!
//! A child process inherits `NOTIFY_SOCKET`, and with `NotifyAccess=all` its "stopping" would count as the service's own.
//! Therefore a process that systemd did not start itself (`SYSTEMD_EXEC_PID`,
//! [systemd.exec(5)](https://man7.org/linux/man-pages/man5/systemd.exec.5.html), since systemd 248) tells nothing by itself,
//! unless it has called [`ready`]. Where a supervisor does not set that variable, have it removed from the children's
//! environment ([`Command::env_remove`](std::process::Command::env_remove)). bowout never changes the environment, which
//! cannot be done safely in a program with threads. It is read once: when the program begins to listen, or at the first call
//! here.
//!
//! # Platform differences
//!
//! Any Unix can have such a supervisor; addresses that begin with `@` (the abstract namespace of
//! [unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html)) exist on Linux and Android only. On Windows the functions do
//! nothing.

use std::ffi::OsString;
use std::time::Duration;
use std::{fmt, io};

use super::sys;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notified {
    /// It is in the supervisor's socket. What the supervisor makes of it is not known: systemd passes over what the unit's
    /// `NotifyAccess` does not allow.
    Sent,
    /// No supervisor listens: there is no `NOTIFY_SOCKET`, or it is empty.
    NoSupervisor,
}

/// The service has started, or has finished to reload: `READY=1`.
///
/// Also makes this process the one that speaks for the service, if it was not the one that the supervisor started: see
/// [above](self#what-is-told-by-itself).
///
/// # Errors
/// [`NotifyError`], after 5 seconds at the latest.
pub fn ready() -> Result<Notified, NotifyError> {
    sys::notify_ready()
}

/// The service begins to reload its configuration: `RELOADING=1`, with the time (`MONOTONIC_USEC`) by which systemd 253 and
/// newer tells it from an earlier reload (`Type=notify-reload`). [`ready`] says that it is done.
///
/// # Errors
/// [`NotifyError`], after 5 seconds at the latest.
pub fn reloading() -> Result<Notified, NotifyError> {
    sys::notify_reloading()
}

/// One line on how the service is, for people: `STATUS=`, which `systemctl status` shows.
///
/// # Errors
/// [`NotifyError::Status`] for a text with a line break, or of more than 4,000 bytes; otherwise as [`ready`].
pub fn status(text: &str) -> Result<Notified, NotifyError> {
    // systemd passes over datagrams of more than 4,096 bytes, and takes each line for a message of its own.
    if text.len() > 4_000 || text.contains(['\n', '\r', '\0']) {
        return Err(NotifyError::Status);
    }
    sys::notify(&format!("STATUS={text}"))
}

/// What goes on now, be it the start or the stop, may take this long from here on, even if the time that the unit has for it
/// (`TimeoutStartSec`, `TimeoutStopSec`, `RuntimeMaxSec`) is over before: `EXTEND_TIMEOUT_USEC=`. It never makes that time
/// shorter. Say it again before the duration is over, for as long as there is progress.
///
/// bowout's own grace period is another matter: see [`Builder::grace`](super::Builder::grace).
///
/// # Errors
/// [`NotifyError`], after 5 seconds at the latest.
pub fn extend_timeout(duration: Duration) -> Result<Notified, NotifyError> {
    sys::notify(&extension(duration))
}

/// The service is alive: `WATCHDOG=1`. bowout never says so by itself: a thread of its own would ping on while the program's
/// threads hang, and that is what a watchdog is there to notice.
///
/// # Errors
/// [`NotifyError`], after 5 seconds at the latest.
pub fn watchdog_ping() -> Result<Notified, NotifyError> {
    sys::notify("WATCHDOG=1")
}

/// How often the supervisor expects a [`watchdog_ping`], if it does: `WATCHDOG_USEC`, unless `WATCHDOG_PID` says that another
/// process is meant. Ping twice as often
/// ([sd_watchdog_enabled(3)](https://man7.org/linux/man-pages/man3/sd_watchdog_enabled.3.html)).
pub fn watchdog_interval() -> Option<Duration> {
    sys::watchdog_interval()
}

/// The line that asks for more time.
pub(super) fn extension(duration: Duration) -> String {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    format!("EXTEND_TIMEOUT_USEC={micros}")
}

/// Why a message was not sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum NotifyError {
    /// `NOTIFY_SOCKET` names something that bowout cannot send to, such as `vsock:2:1`, or `@name` where the system has no
    /// abstract sockets.
    Address(OsString),
    /// A status is one line, of 4,000 bytes at most.
    Status,
    /// The system refused to send to this address.
    Socket {
        /// What `NOTIFY_SOCKET` says.
        address: OsString,
        /// Of the kind [`WouldBlock`](io::ErrorKind::WouldBlock) where the supervisor does not read its messages.
        error: io::Error,
    },
}

impl fmt::Display for NotifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotifyError::Address(address) => write!(
                f,
                "NOTIFY_SOCKET is {address:?}, to which bowout cannot send: have the supervisor give a path, or on Linux an \
                 abstract socket (@name), or remove the variable"
            ),
            NotifyError::Status => f.write_str("a status is one line of 4,000 bytes at most: shorten the text"),
            NotifyError::Socket { address, error } if error.kind() == io::ErrorKind::WouldBlock => write!(
                f,
                "the supervisor at NOTIFY_SOCKET={address:?} does not read its messages: try again, or see why it hangs"
            ),
            NotifyError::Socket { address, error } => write!(
                f,
                "cannot tell the supervisor at NOTIFY_SOCKET={address:?}: {error}: make the socket reachable, or remove the \
                 variable if that supervisor is gone"
            ),
        }
    }
}

impl std::error::Error for NotifyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            NotifyError::Socket { error, .. } => Some(error),
            NotifyError::Address(_) | NotifyError::Status => None,
        }
    }
}
