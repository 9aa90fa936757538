//! No supervisor of this kind exists on Windows.

use std::time::Duration;

use super::super::super::notify::{Notified, NotifyError};

pub(in super::super::super) fn notify(_: &str) -> Result<Notified, NotifyError> {
    Ok(Notified::NoSupervisor)
}

pub(in super::super::super) fn notify_ready() -> Result<Notified, NotifyError> {
    Ok(Notified::NoSupervisor)
}

pub(in super::super::super) fn notify_reloading() -> Result<Notified, NotifyError> {
    Ok(Notified::NoSupervisor)
}

pub(in super::super::super) fn watchdog_interval() -> Option<Duration> {
    None
}
