//! bowout, as its documentation shows it.

use std::thread;

use async_io::Timer;
use bowout::Signal;
use bowout::listen::{Builder, Handling, Shutdown, Trigger};
use bowout_scorecard::{Next, Scene, Work};

fn main() {
    let work = Work::begin();
    let builder = || {
        let builder = Builder::new().grace(work.grace());
        match work.scene() {
            Scene::Orphan => builder
                .on(Trigger::StdinClosed, Handling::Handle)
                .on(Trigger::ParentGone, Handling::Handle),
            Scene::Window => builder.on(Trigger::WindowClose, Handling::Handle),
            _ => builder,
        }
    };
    let listen = || builder().listen().expect("it listens");
    match work.scene() {
        Scene::Drops => {
            drop(listen());
            work.go_on_deaf()
        }
        Scene::ListensAgain => drop(listen()),
        _ => {}
    }
    let shutdown: Shutdown = match work.scene() {
        Scene::Service => builder().listen_as_service().expect("it is a service"),
        _ => listen(),
    };
    if cfg!(unix) {
        // The window's size; nothing to stop for.
        shutdown.on_signal(Signal::Winch, || {}).expect("it subscribes");
    }
    for name in ["first", "second", "third"] {
        shutdown.cleanup(name, move || work.clean(name));
    }
    for _ in 0..work.pieces() {
        let in_flight = shutdown.work("piece");
        thread::spawn(move || {
            thread::sleep(Work::PIECE);
            work.end_piece();
            drop(in_flight);
        });
    }
    match work.scene() {
        Scene::AsyncCleanup => drop(shutdown.cleanup_async("async", clean(work))),
        Scene::AsyncCleanupHangs => drop(shutdown.cleanup_async("async", std::future::pending())),
        _ => {}
    }
    if work.run() == Next::Return {
        return;
    }
    let request = shutdown.wait();
    let sender = request.sender().map(|sender| (sender.pid, sender.uid));
    work.asked(Some(&request.trigger().to_string()), sender);
    work.drain();
    shutdown.leave()
}

async fn clean(work: Work) {
    Timer::after(Work::PIECE).await;
    work.clean("async");
}
