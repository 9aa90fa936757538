//! Programs that listen for requests to stop, each written as a user would write it.

use std::time::Duration;

use bowout::listen::{Builder, Handling, SecondRequest, Shutdown, Trigger};

use bowout_tests::Gate;

use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "wait" => wait,
        "wait-return" => wait_return,
        "wait-exit-7" => || {
            let shutdown = listen();
            say("ready");
            shutdown.wait();
            shutdown.exit(7)
        },
        "sender" => sender,
        "ignore-all" => ignore_all,
        "override-ignored" => override_ignored,
        "default-all" => default_all,
        "note-second" => note_second,
        "busy" => busy,
        "cleanups" => cleanups,
        "cleanup-hangs" => cleanup_hangs,
        "cleanup-hangs-at-the-end" => cleanup_hangs_at_the_end,
        "cleanup-panics" => cleanup_panics,
        "early-return" => || {
            let shutdown = listen();
            shutdown.cleanup("tidy", || say("cleaned"));
            let _ = || -> Option<()> { None? }();
        },
        "main-panics" => || {
            let shutdown = listen();
            shutdown.cleanup("tidy", || say("cleaned"));
            panic!("main fails");
        },
        "process-exit" => || {
            let shutdown = listen();
            shutdown.cleanup("tidy", || say("cleaned"));
            std::process::exit(3);
        },
        "exit-in-cleanup" => exit_in_cleanup,
        "request-before-wait" => request_before_wait,
        "sleep" => sleep,
        "slow-cleanup" => slow_cleanup,
        "work" => work,
        "work-without-end" => work_without_end,
        "work-and-exit" => work_and_exit,
        "hearing" => hearing,
        _ => return None,
    })
}

pub fn listen() -> Shutdown {
    bowout::listen().expect("it listens")
}

fn wait() {
    let shutdown = listen();
    shutdown.cleanup("tidy", || say("cleaned"));
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

fn wait_return() {
    let shutdown = listen();
    shutdown.cleanup("tidy", || say("cleaned"));
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
}

fn sender() {
    let shutdown = listen();
    say("ready");
    let request = shutdown.wait();
    let sender = request.sender().map(|sender| format!("{} {}", sender.pid, sender.uid));
    say(&sender.unwrap_or_else(|| "unknown".to_owned()));
    say(&format!(
        "remaining {}",
        request.remaining().unwrap_or_default().as_secs()
    ));
    shutdown.leave();
}

fn every(handling: Handling) -> Builder {
    Trigger::EXTERNAL
        .into_iter()
        .fold(Builder::new(), |builder, trigger| builder.on(trigger, handling))
}

/// Swallows everything but the polite request.
fn ignore_all() {
    let polite = if cfg!(windows) {
        Trigger::Cooperative
    } else {
        Trigger::Terminate
    };
    let shutdown = every(Handling::Ignore)
        .on(polite, Handling::Handle)
        .listen()
        .expect("it listens");
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

fn override_ignored() {
    let shutdown = every(Handling::Handle).listen().expect("it listens");
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

fn default_all() {
    let shutdown = every(Handling::Default).listen().expect("it listens");
    say("ready");
    shutdown.wait();
}

fn note_second() {
    let shutdown = Builder::new()
        .second_request(SecondRequest::Note)
        .grace(Duration::MAX)
        .listen()
        .expect("it listens");
    say("ready");
    shutdown.wait();
    say("first");
    assert!(shutdown.wait_repeat());
    say("second");
    shutdown.leave();
}

/// The argument after the scenario, in milliseconds.
fn grace_from_arguments(otherwise: u64) -> Duration {
    let millis = std::env::args().nth(2).and_then(|text| text.parse().ok());
    Duration::from_millis(millis.unwrap_or(otherwise))
}

/// Never looks whether there is a request. The first argument after the scenario is the grace in milliseconds.
fn busy() {
    let shutdown = Builder::new()
        .grace(grace_from_arguments(60_000))
        .listen()
        .expect("it listens");
    shutdown.cleanup("tidy", || say("cleaned"));
    let handle = shutdown.handle();
    std::thread::spawn(move || {
        say(&format!("request {}", handle.wait().trigger()));
    });
    say("ready");
    let mut spin = 0u64;
    loop {
        spin = std::hint::black_box(spin.wrapping_add(1));
    }
}

fn cleanups() {
    let shutdown = listen();
    for name in ["first", "second", "third"] {
        shutdown.cleanup(name, move || say(&format!("cleaned {name}")));
    }
    let removed = shutdown.cleanup("removed", || say("cleaned removed"));
    assert!(removed.remove());
    say("ready");
    shutdown.wait();
    for cleaned in shutdown.run_cleanups() {
        say(&format!("report {} {:?}", cleaned.name, cleaned.panic));
    }
    shutdown.leave();
}

fn cleanup_hangs() {
    let shutdown = Builder::new()
        .grace(Duration::from_secs(4))
        .listen()
        .expect("it listens");
    shutdown.cleanup("below", || say("cleaned below"));
    shutdown.cleanup("hangs", || {
        say("hanging");
        loop {
            std::thread::park();
        }
    });
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

/// The same without a request: the grace bounds it all the same.
fn cleanup_hangs_at_the_end() {
    let shutdown = Builder::new()
        .grace(Duration::from_secs(4))
        .listen()
        .expect("it listens");
    shutdown.cleanup("below", || say("cleaned below"));
    shutdown.cleanup("hangs", || {
        loop {
            std::thread::park();
        }
    });
}

fn cleanup_panics() {
    let shutdown = listen();
    shutdown.cleanup("below", || say("cleaned below"));
    shutdown.cleanup("panics", || panic!("a cleanup fails"));
    shutdown.cleanup("above", || say("cleaned above"));
    say("ready");
    shutdown.wait();
    for cleaned in shutdown.run_cleanups() {
        say(&format!("report {} {:?}", cleaned.name, cleaned.panic));
    }
    shutdown.leave();
}

fn exit_in_cleanup() {
    let shutdown = listen();
    shutdown.cleanup("below", || say("cleaned below"));
    let handle = shutdown.handle();
    shutdown.cleanup("leaves", move || {
        handle.run_cleanups();
        std::process::exit(5);
    });
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

/// Does not wait before the request is there.
fn request_before_wait() {
    let shutdown = listen();
    say("ready");
    while !shutdown.is_requested() {
        std::thread::yield_now();
    }
    say("flagged");
    Gate::pass();
    say(&format!("request {}", shutdown.wait().trigger()));
    say(&format!("again {}", shutdown.wait_timeout(Duration::ZERO).is_some()));
    shutdown.leave();
}

fn sleep() {
    let shutdown = listen();
    assert!(shutdown.sleep(Duration::from_millis(1)).is_ok());
    assert!(shutdown.wait_timeout(Duration::from_millis(1)).is_none());
    say("ready");
    let cut_short = shutdown.sleep(Duration::from_secs(3_600)).is_err();
    say(&format!("cut short {cut_short}"));
    shutdown.leave();
}

/// Says that its cleanup began, and ends it when the gate opens.
fn slow_cleanup() {
    let shutdown = Builder::new()
        .grace(grace_from_arguments(9_000))
        .listen()
        .expect("it listens");
    shutdown.cleanup("below", || say("cleaned below"));
    shutdown.cleanup("slow", || {
        say("cleaning");
        Gate::pass();
        say("cleaned slow");
    });
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

fn hearing() {
    let shutdown = listen();
    for trigger in Trigger::EXTERNAL {
        say(&format!("{trigger}: {:?}", shutdown.hearing(trigger)));
    }
}

fn work() {
    let shutdown = listen();
    shutdown.cleanup("tidy", || say("cleaned"));
    let handle = shutdown.handle();
    let work = handle.work("one order");
    std::thread::spawn(move || {
        Gate::pass();
        say("work done");
        drop(work);
    });
    say("ready");
    shutdown.wait();
    say("request");
    shutdown.leave();
}

fn work_without_end() {
    let shutdown = Builder::new()
        .grace(Duration::from_secs(2))
        .listen()
        .expect("it listens");
    shutdown.cleanup("tidy", || say("cleaned"));
    std::mem::forget(shutdown.work("an order that nobody finishes"));
    say("ready");
    shutdown.wait();
    shutdown.exit(7);
}

fn work_and_exit() {
    let shutdown = listen();
    shutdown.cleanup("tidy", || say("cleaned"));
    let _work = shutdown.work("an order that nobody finishes");
    std::process::exit(3);
}
