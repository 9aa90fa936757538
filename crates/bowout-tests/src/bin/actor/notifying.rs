//! Services that tell their supervisor how they are.

use std::process::Command;
use std::time::Duration;

use bowout::listen::{Builder, Shutdown, notify};
use bowout_tests::{Actor, sys};

use crate::listeners::listen;
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "notify-everything" => notify_everything,
        "notify-ready" => notify_ready,
        "notify-watchdog" => notify_watchdog,
        "notify-steps" => notify_steps,
        "notify-hangs" => notify_hangs,
        "notify-parent" => notify_parent,
        "notify-and-go-on" => notify_and_go_on,
        _ => return None,
    })
}

/// The first or second argument, in milliseconds.
fn millis(number: usize) -> Duration {
    let argument = std::env::args().nth(1 + number).and_then(|text| text.parse().ok());
    Duration::from_millis(argument.expect("a number of milliseconds"))
}

fn listen_with_grace(grace: Duration) -> Shutdown {
    Builder::new().grace(grace).listen().expect("it listens")
}

fn leave_when_asked(shutdown: Shutdown) {
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

fn notify_everything() {
    let shutdown = listen();
    say(&format!("{:?}", notify::ready()));
    say(&format!("{:?}", notify::status("half way there")));
    say(&format!("{:?}", notify::status("two\nSTOPPING=1")));
    say(&format!("{:?}", notify::reloading()));
    say(&format!("{:?}", notify::extend_timeout(Duration::from_millis(1_500))));
    say(&format!("{:?}", notify::extend_timeout(Duration::MAX)));
    say(&format!("{:?}", notify::watchdog_ping()));
    say(&format!("{:?}", notify::watchdog_interval()));
    leave_when_asked(shutdown);
}

/// Says that it is ready if it has an argument; does not look at what becomes of that until it has said so.
fn notify_ready() {
    let shutdown = listen();
    shutdown.cleanup("tidy", || say("cleaned"));
    if std::env::args().nth(2).is_some() {
        say("telling");
        match notify::ready() {
            Ok(told) => say(&format!("{told:?}")),
            Err(error) => say(&error.to_string()),
        }
    }
    leave_when_asked(shutdown);
}

/// Pings as often as its argument says, until it is asked to stop.
fn notify_watchdog() {
    let shutdown = listen();
    let every = millis(1);
    notify::ready().expect("a supervisor");
    say(&format!("{:?}", notify::watchdog_interval()));
    while shutdown.sleep(every).is_ok() {
        notify::watchdog_ping().expect("a supervisor");
    }
    shutdown.leave();
}

/// Takes its time to leave, in ten steps: the arguments are the time of one, and the grace.
fn notify_steps() {
    let step = millis(1);
    let shutdown = listen_with_grace(millis(2));
    for _ in 0..10 {
        shutdown.cleanup("step", move || std::thread::sleep(step));
    }
    notify::ready().expect("a supervisor");
    leave_when_asked(shutdown);
}

/// Hangs on its way out, after a first step of more than a second. The argument is the grace.
fn notify_hangs() {
    let shutdown = listen_with_grace(millis(1));
    shutdown.cleanup("hangs", || {
        say("hanging");
        loop {
            std::thread::park();
        }
    });
    shutdown.cleanup("step", || std::thread::sleep(Duration::from_millis(1_100)));
    notify::ready().expect("a supervisor");
    leave_when_asked(shutdown);
}

/// Goes on when a child of its own was asked to stop, and has stopped.
fn notify_parent() {
    let shutdown = listen();
    notify::ready().expect("a supervisor");
    let myself = std::env::current_exe().expect("it has a path");
    let mut child = Actor::start(Command::new(myself).arg("notify-ready"));
    child.expect("ready");
    child.ask(sys::TERMINATE);
    child.ended();
    notify::status("my child has ended").expect("a supervisor");
    shutdown.wait();
}

/// Ends its listener, and goes on with another.
fn notify_and_go_on() {
    drop(listen());
    say("dropped");
    leave_when_asked(listen());
}
