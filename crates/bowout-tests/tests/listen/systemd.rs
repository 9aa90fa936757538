//! Services of a real systemd, which is booted for each test.

use std::time::{Duration, Instant};

use bowout_tests::actor_path;
use bowout_tests::systemd::{Systemd, Unit};

/// A systemd whose services run scenarios of the actor.
fn boot(units: &[Unit]) -> Option<Systemd> {
    Systemd::boot(&format!("\"{}\"", actor_path().display()), units)
}

/// Each has two seconds to stop, and takes longer.
const SLOW_TO_STOP: [Unit; 4] = [
    // No single message allows more than ten seconds, of more than eleven that this one takes.
    ("steps", "notify-steps 1150 60000", "Type=notify\nTimeoutStopSec=2"),
    // Its own deadline is a minute away.
    ("hangs", "notify-hangs 60000", "Type=notify\nTimeoutStopSec=2"),
    ("asked", "notify-steps 500 9000", "Type=notify\nTimeoutStopSec=2"),
    // systemd does not listen to this one, so it has to be seen by other means that it has started.
    ("silent", "notify-steps 500 9000", SILENT),
];

const SILENT: &str = "Type=exec\nTimeoutStopSec=2\nStandardOutput=file:%h/said\n\
                      ExecStartPost=/bin/sh -c 'until grep -q ready %h/said; do sleep 0.02; done'";

#[test]
fn a_slow_stop_is_left_alone_while_it_makes_progress() {
    let Some(mut systemd) = boot(&SLOW_TO_STOP) else {
        return;
    };
    systemd.start(&SLOW_TO_STOP);
    // By somebody else: that it stops is known to systemd by STOPPING=1 only.
    systemd.systemctl("kill --signal=INT asked");
    let asked = Instant::now();
    systemd.systemctl("stop --no-block steps hangs silent");
    // What the others rest on.
    assert_eq!(systemd.result("silent"), "timeout killed KILL");
    assert_eq!(systemd.result("asked"), "success killed INT");
    assert_eq!(systemd.result("hangs"), "timeout killed KILL");
    assert!(asked.elapsed() > Duration::from_secs(10), "after the last extension");
    assert_eq!(systemd.result("steps"), "success killed TERM");
    assert!(asked.elapsed() > Duration::from_secs(11), "after the last step");
}

const WATCHED: [Unit; 2] = [
    ("pings", "notify-watchdog 100", "Type=notify\nWatchdogSec=2"),
    ("forgets", "notify-watchdog 3600000", "Type=notify\nWatchdogSec=2"),
];

#[test]
fn the_watchdog_ends_a_service_that_does_not_ping() {
    let Some(mut systemd) = boot(&WATCHED) else {
        return;
    };
    systemd.start(&WATCHED);
    assert_eq!(systemd.result("forgets"), "watchdog killed ABRT");
    systemd.shows("pings", "ActiveState=active");
    systemd.systemctl("stop pings");
    assert_eq!(systemd.result("pings"), "success killed TERM");
}

const SAYS_ALL: [Unit; 1] = [("all", "notify-everything", "Type=notify")];

#[test]
fn the_status_is_shown_and_a_reload_is_seen() {
    let Some(mut systemd) = boot(&SAYS_ALL) else {
        return;
    };
    systemd.start(&SAYS_ALL);
    systemd.shows("all", "StatusText=half way there");
    systemd.shows("all", "ActiveState=reloading");
}

/// Any process of this unit may speak.
const PARENT: [Unit; 1] = [("parent", "notify-parent", "Type=notify\nNotifyAccess=all")];

#[test]
fn a_child_that_stops_does_not_stop_the_service() {
    let Some(mut systemd) = boot(&PARENT) else {
        return;
    };
    systemd.start(&PARENT);
    systemd.shows("parent", "StatusText=my child has ended");
    assert_eq!(
        systemd.systemctl("show parent --property=SubState"),
        ["SubState=running"]
    );
}
