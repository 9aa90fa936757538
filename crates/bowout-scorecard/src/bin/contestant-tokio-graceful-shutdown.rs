//! tokio-graceful-shutdown, as its README shows it: a subsystem, the signals caught, and a timeout.

use std::error::Error;
use std::io;

use bowout_scorecard::{Next, Scene, Work};
use tokio::sync::oneshot;
use tokio::time::sleep;
use tokio_graceful_shutdown::{AsyncSubsysFn, SubsystemBuilder, SubsystemHandle, Toplevel};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let work = Work::begin();
    match work.scene() {
        Scene::Drops => {
            listen(nothing).handle_shutdown_requests(work.grace()).await?;
            work.go_on_deaf()
        }
        Scene::ListensAgain => listen(nothing).handle_shutdown_requests(work.grace()).await?,
        _ => {}
    }
    // The subsystem starts before the signals are caught, and must not say that it is ready before they are.
    let (caught, signals_are_caught) = oneshot::channel();
    let toplevel = listen(async move |subsys: &mut SubsystemHandle| {
        let _ = signals_are_caught.await;
        app(work, subsys).await
    });
    let workers = tokio::runtime::Handle::current().metrics().num_workers();
    work.block_workers(workers, |blocker| drop(tokio::spawn(async { blocker.block() })));
    let _ = caught.send(());
    toplevel.handle_shutdown_requests(work.grace()).await?;
    Ok(())
}

/// A program of one subsystem.
fn listen<F>(subsystem: F) -> Toplevel
where
    F: for<'a> AsyncSubsysFn<&'a mut SubsystemHandle, io::Result<()>> + 'static,
{
    Toplevel::new(async move |toplevel: &mut SubsystemHandle| {
        toplevel.start(SubsystemBuilder::new("App", subsystem));
    })
    .catch_signals()
}

async fn nothing(_: &mut SubsystemHandle) -> io::Result<()> {
    Ok(())
}

async fn app(work: Work, subsys: &mut SubsystemHandle) -> io::Result<()> {
    let _first = work.guard("first");
    let _second = work.guard("second");
    let _third = work.guard("third");
    for _ in 0..work.pieces() {
        subsys.start(SubsystemBuilder::new("Piece", async move |_: &mut SubsystemHandle| {
            piece(work).await
        }));
    }
    if work.run() == Next::Return {
        return Ok(());
    }
    subsys.on_shutdown_requested().await;
    work.asked(None, None);
    subsys.wait_for_children().await;
    for step in work.begin_drain() {
        sleep(step).await;
    }
    work.end_drain();
    match work.scene() {
        Scene::AsyncCleanup => {
            sleep(Work::PIECE).await;
            work.clean("async");
        }
        Scene::AsyncCleanupHangs => std::future::pending().await,
        _ => {}
    }
    Ok(())
}

async fn piece(work: Work) -> io::Result<()> {
    sleep(Work::PIECE).await;
    work.end_piece();
    Ok(())
}
