//! Programs that listen to other signals than requests to stop.

use std::sync::{Arc, Mutex};

use bowout::Signal;
use bowout::listen::{Builder, Handle, Handling, Shutdown, Subscription, Trigger};

use bowout_tests::Gate;

use crate::say;

#[cfg(unix)]
#[path = "subscribers/unix.rs"]
mod os;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    match name {
        "subscriber" => Some(subscriber),
        "reload-daemon" => Some(reload_daemon),
        "subscribe-twice" => Some(twice),
        "subscribe-panics" => Some(panics),
        "subscribe-nested" => Some(nested),
        "subscribe-leaves" => Some(leaves),
        "subscribe-removed" => Some(removed),
        "subscribe-hangs" => Some(hangs),
        "subscribe-refused" => Some(refused),
        "subscribe-ended" => Some(ended),
        #[cfg(unix)]
        _ => os::find(name),
        #[cfg(windows)]
        _ => None,
    }
}

/// The signals named behind the scenario.
fn signals() -> impl Iterator<Item = Signal> {
    std::env::args().skip(2).filter_map(|name| name.parse().ok())
}

fn signal() -> Signal {
    signals().next().expect("a signal")
}

/// Listens without taking any of these signals for a request to stop.
fn listen() -> Shutdown {
    let stops = [Trigger::Interrupt, Trigger::Hangup, Trigger::Break];
    let swallowed = stops
        .into_iter()
        .filter(|trigger| signals().any(|signal| trigger.signal() == Some(signal)));
    let builder = swallowed.fold(Builder::new(), |builder, trigger| builder.on(trigger, Handling::Ignore));
    builder.listen().expect("it listens")
}

fn say_when_heard(handle: &Handle, signal: Signal) -> Subscription {
    handle
        .on_signal(signal, move || say(&format!("heard {signal}")))
        .expect("it subscribes")
}

/// `subscriber SIGNAL…`
fn subscriber() {
    let shutdown = listen();
    for signal in signals() {
        say_when_heard(&shutdown, signal);
    }
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// `reload-daemon SIGNAL`: by a channel, and without a moment in which the signal stops it.
fn reload_daemon() {
    let shutdown = listen();
    say("listens");
    Gate::pass();
    let (changed, reload) = std::sync::mpsc::sync_channel(1);
    let action = move || {
        let _ = changed.try_send(());
    };
    drop(shutdown.on_signal(signal(), action).expect("it subscribes"));
    let reader = std::thread::spawn(move || reload.iter().for_each(|()| say("reloads")));
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    drop(shutdown);
    reader.join().expect("the channel ends with the listener");
    say("reader ended");
}

/// `subscribe-twice SIGNAL`: two subscribers, of whom the first goes, then the second.
fn twice() {
    let shutdown = listen();
    let signal = signal();
    let subscribe = |name: &'static str| shutdown.on_signal(signal, move || say(name)).expect("it subscribes");
    let (first, second) = (subscribe("first"), subscribe("second"));
    // What is heard here shows that the two before have had their turn.
    let (heard, third) = std::sync::mpsc::channel();
    let action = move || heard.send(()).expect("main waits");
    let last = shutdown.on_signal(signal, action).expect("it subscribes");
    say("ready");
    let _ = third.recv();
    assert!(last.remove() && first.clone().remove() && !first.remove());
    say("first removed");
    let _keep = second;
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// `subscribe-panics SIGNAL`
fn panics() {
    let shutdown = listen();
    let mut runs = 0;
    let action = move || {
        runs += 1;
        say(&format!("run {runs}"));
        panic!("broken");
    };
    shutdown.on_signal(signal(), action).expect("it subscribes");
    say_when_heard(&shutdown, signal());
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// `subscribe-nested SIGNAL`: an action that takes itself back and subscribes another.
fn nested() {
    let shutdown = listen();
    let signal = signal();
    let itself: Arc<Mutex<Option<Subscription>>> = Arc::default();
    let (handle, mine) = (shutdown.handle(), itself.clone());
    let action = move || {
        say("first");
        say_when_heard(&handle, signal);
        let taken_back = mine.lock().expect("nobody panics").take().map(Subscription::remove);
        say(&format!("removed {taken_back:?}"));
    };
    *itself.lock().expect("nobody panics") = Some(shutdown.on_signal(signal, action).expect("it subscribes"));
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// `subscribe-leaves SIGNAL`: an action that ends the program.
fn leaves() {
    let shutdown = listen();
    let handle = shutdown.handle();
    let action = move || {
        handle.run_cleanups();
        std::process::exit(4);
    };
    shutdown.on_signal(signal(), action).expect("it subscribes");
    shutdown.cleanup("tidy", || say("cleaned"));
    say("ready");
    loop {
        std::thread::park();
    }
}

/// `subscribe-removed SIGNAL`
fn removed() {
    let shutdown = listen();
    let subscription = say_when_heard(&shutdown, signal());
    assert!(subscription.remove());
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// `subscribe-hangs SIGNAL`: an action that does not come back.
fn hangs() {
    let shutdown = listen();
    let action = || {
        say("hangs");
        loop {
            std::thread::park();
        }
    };
    shutdown.on_signal(signal(), action).expect("it subscribes");
    shutdown.cleanup("tidy", || say("cleaned"));
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// `subscribe-refused SIGNAL…`
fn refused() {
    let shutdown = crate::listeners::listen();
    for signal in signals() {
        match shutdown.on_signal(signal, || ()) {
            Ok(_) => say(&format!("{signal}: subscribed")),
            Err(error) => say(&format!("{signal}: {error}")),
        }
    }
}

/// `subscribe-ended SIGNAL`: on a handle whose listener has ended.
fn ended() {
    let shutdown = listen();
    let handle = shutdown.handle();
    let subscription = say_when_heard(&handle, signal());
    drop(shutdown);
    say(&handle.on_signal(signal(), || ()).expect_err("it has ended").to_string());
    say(&format!("removed {}", subscription.remove()));
}
