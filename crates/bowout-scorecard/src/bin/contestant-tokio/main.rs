//! tokio::signal, as its documentation shows it: a stream for each kind of signal, and `select!` for whatever comes first:
//! the end of the work, the end of the grace period, or a second request.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

use bowout_scorecard::{Next, Scene, Work};
use system::Requests;
use tokio::task::JoinSet;
use tokio::time::sleep;

#[tokio::main]
async fn main() {
    let work = Work::begin();
    match work.scene() {
        Scene::Drops => {
            drop(Requests::listen());
            work.go_on_deaf()
        }
        Scene::ListensAgain => drop(Requests::listen()),
        _ => {}
    }
    let mut requests = Requests::listen().expect("it listens");
    let _first = work.guard("first");
    let _second = work.guard("second");
    let _third = work.guard("third");

    let workers = tokio::runtime::Handle::current().metrics().num_workers();
    work.block_workers(workers, |blocker| drop(tokio::spawn(async { blocker.block() })));
    let mut pieces = JoinSet::new();
    for _ in 0..work.pieces() {
        pieces.spawn(piece(work));
    }
    if work.run() == Next::Return {
        return;
    }
    let what = requests.next().await;
    work.asked(Some(what), None);
    tokio::select! {
        () = finish(work, pieces) => {}
        () = sleep(work.grace()) => {}
        _ = requests.next() => std::process::exit(1),
    }
}

async fn piece(work: Work) {
    sleep(Work::PIECE).await;
    work.end_piece();
}

async fn finish(work: Work, pieces: JoinSet<()>) {
    pieces.join_all().await;
    for step in work.begin_drain() {
        sleep(step).await;
    }
    work.end_drain();
    clean_async(work).await;
}

async fn clean_async(work: Work) {
    match work.scene() {
        Scene::AsyncCleanup => {
            sleep(Work::PIECE).await;
            work.clean("async");
        }
        Scene::AsyncCleanupHangs => std::future::pending().await,
        _ => {}
    }
}
