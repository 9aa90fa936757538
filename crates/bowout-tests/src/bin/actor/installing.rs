//! Listening more than once, from elsewhere, and no longer.

use std::time::Duration;

use bowout::listen::{Builder, Handling, Trigger};

use crate::listeners::listen;
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "install-twice" => twice,
        "install-differs" => differs,
        "install-from-thread" => from_thread,
        "install-again" => again,
        "install-dropped" => || {
            drop(listen());
            say("ready");
            loop {
                std::thread::park();
            }
        },
        "install-unseen" => unseen,
        "install-while-leaving" => while_leaving,
        "install-churn" => || {
            drop(listen());
            say("ready");
            loop {
                drop(listen());
            }
        },
        "trigger" => trigger,
        _ => return None,
    })
}

fn twice() {
    let first = listen();
    let second = listen();
    second.cleanup("tidy", || say("cleaned"));
    drop(first);
    say("first dropped");
    say("ready");
    say(&format!("request {}", second.wait().trigger()));
    second.leave();
}

/// Listens again while the listener before is still in its cleanups.
fn while_leaving() {
    let first = listen();
    say("ready");
    first.wait();
    let (cleaning, begun) = std::sync::mpsc::channel();
    let (go_on, wait) = std::sync::mpsc::channel();
    first.cleanup("slow", move || {
        cleaning.send(()).expect("main waits");
        wait.recv().expect("main says so");
    });
    let leaving = std::thread::spawn(|| drop(first));
    begun.recv().expect("it cleans up");
    let second = listen();
    say("listens again");
    say(&format!("request {}", second.wait().trigger()));
    go_on.send(()).expect("it waits");
    leaving.join().expect("it has left");
    second.leave();
}

fn differs() {
    let shutdown = Builder::new()
        .grace(Duration::from_secs(5))
        .listen()
        .expect("it listens");
    let same = Builder::new()
        .grace(Duration::from_secs(5))
        .listen()
        .expect("the same wishes join");
    let other_grace = Builder::new().grace(Duration::from_secs(6)).listen();
    say(&other_grace.map(drop).expect_err("another grace").to_string());
    let other_handling = Builder::new().on(Trigger::Hangup, Handling::Ignore).listen();
    say(&other_handling.map(drop).expect_err("another handling").to_string());
    say("ready");
    drop((same, shutdown));
}

fn from_thread() {
    let shutdown = std::thread::spawn(listen).join().expect("the thread listens");
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

fn again() {
    let shutdown = listen();
    let old = shutdown.handle();
    shutdown.cleanup("tidy", || say("cleaned"));
    drop(shutdown);
    say(&format!("old handle sees {}", old.wait().trigger()));
    let shutdown = listen();
    say(&format!("fresh {}", !shutdown.is_requested()));
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// The request comes while the cleanups run, and nobody looks any more.
fn unseen() {
    let shutdown = listen();
    let handle = shutdown.handle();
    shutdown.cleanup("tidy", move || {
        handle.trigger(Trigger::Interrupt);
        say("cleaned");
    });
    drop(shutdown);
    loop {
        std::thread::park();
    }
}

fn trigger() {
    let shutdown = listen();
    shutdown.cleanup("tidy", || say("cleaned"));
    shutdown.trigger(Trigger::Terminate);
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}
