//! What is told the supervisor, and when.

use std::ffi::OsString;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use std::{env, process};

use rustix::time::{ClockId, clock_gettime};

use super::super::super::notify::{Notified, NotifyError, extension};
use super::end::complain;
use crate::sys::notify::{Urgency, address, send};

/// How far one step of the way out moves the supervisor's limit.
const STEP: Duration = Duration::from_secs(10);

/// What the supervisor left in the environment beside its address.
struct Environment {
    /// The process that systemd started.
    exec_pid: Option<OsString>,
    watchdog_pid: Option<OsString>,
    watchdog_usec: Option<OsString>,
}

/// Read once, as the address is.
fn environment() -> &'static Environment {
    static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Environment {
        exec_pid: env::var_os("SYSTEMD_EXEC_PID"),
        watchdog_pid: env::var_os("WATCHDOG_PID"),
        watchdog_usec: env::var_os("WATCHDOG_USEC"),
    })
}

/// Reads it now, while the program begins to listen.
pub(super) fn prepare() {
    address();
    environment();
}

/// Whether a variable that names a process means this one, or is not there. Asked anew each time: a fork may lie between.
fn means_us(pid: Option<&OsString>) -> bool {
    let Some(pid) = pid else { return true };
    number(pid) == Some(u64::from(process::id()))
}

fn number(text: &OsString) -> Option<u64> {
    text.to_str()?.parse().ok()
}

pub(in super::super::super) fn watchdog_interval() -> Option<Duration> {
    let environment = environment();
    if !means_us(environment.watchdog_pid.as_ref()) {
        return None;
    }
    let micros = number(environment.watchdog_usec.as_ref()?)?;
    (micros > 0).then(|| Duration::from_micros(micros))
}

pub(in super::super::super) fn notify(message: &str) -> Result<Notified, NotifyError> {
    send(message.as_bytes(), &[], Urgency::Waits)
}

pub(in super::super::super) fn notify_reloading() -> Result<Notified, NotifyError> {
    // A clock that began at boot is not negative.
    let now = Duration::try_from(clock_gettime(ClockId::Monotonic)).unwrap_or_default();
    notify(&format!("RELOADING=1\nMONOTONIC_USEC={}", now.as_micros()))
}

/// The process that has said that it is the service.
static SERVICE: AtomicU32 = AtomicU32::new(0);

pub(in super::super::super) fn notify_ready() -> Result<Notified, NotifyError> {
    SERVICE.store(process::id(), Ordering::Relaxed);
    notify("READY=1")
}

/// The supervisor is told that the end begins, and how long it may take.
pub(in super::super::super) fn tell_stopping(remaining: Option<Duration>) {
    tell(&format!("STOPPING=1\n{}", extension(step(remaining))));
}

/// The same of every step towards it.
pub(in super::super::super) fn tell_progress(remaining: Option<Duration>) {
    tell(&extension(step(remaining)));
}

/// No longer than until we end the process ourselves, and a second to do it in.
fn step(remaining: Option<Duration>) -> Duration {
    remaining.map_or(STEP, |remaining| {
        STEP.min(remaining.saturating_add(Duration::from_secs(1)))
    })
}

/// Sends what nobody asked for, without waiting, unless it is for another process to say.
fn tell(message: &str) {
    static COMPLAINED: AtomicBool = AtomicBool::new(false);
    let is_the_service = SERVICE.load(Ordering::Relaxed) == process::id();
    if !is_the_service && !means_us(environment().exec_pid.as_ref()) {
        return;
    }
    if let Err(error) = send(message.as_bytes(), &[], Urgency::NeverWaits) {
        if !COMPLAINED.swap(true, Ordering::Relaxed) {
            complain(&format!("bowout: {error}\n"));
        }
    }
}
