//! async-signal, as its documentation shows it: a stream of signals, and the default action last; with futures-lite for
//! whatever comes first: the end of the work, the end of the grace period, or a second request.

use std::error::Error;

use async_executor::{Executor, Task};
use async_io::Timer;
use async_signal::{Signal, Signals};
use bowout_scorecard::{Next, Scene, Work};
use futures_lite::future::or;
use futures_lite::prelude::*;
use signal_hook::low_level;

#[cfg(unix)]
const SIGNALS: &[Signal] = &[Signal::Int, Signal::Term, Signal::Hup, Signal::Quit, Signal::Winch];
/// The one that works there, as its documentation says.
#[cfg(windows)]
const SIGNALS: &[Signal] = &[Signal::Int];

fn main() -> Result<(), Box<dyn Error>> {
    let work = Work::begin();
    let executor = Executor::new();
    if let Some(signal) = async_io::block_on(executor.run(live(work, &executor)))? {
        // After cleaning up, do whatever the signal was supposed to do in the first place.
        low_level::emulate_default_handler(signal as i32)?;
    }
    Ok(())
}

/// The program's life; what ended it, if it was a signal. Whatever it has is dropped when this returns.
async fn live(work: Work, executor: &Executor<'_>) -> Result<Option<Signal>, std::io::Error> {
    match work.scene() {
        Scene::Drops => {
            drop(Signals::new(SIGNALS)?);
            work.go_on_deaf()
        }
        Scene::ListensAgain => drop(Signals::new(SIGNALS)?),
        _ => {}
    }
    let mut signals = Signals::new(SIGNALS)?;
    let _first = work.guard("first");
    let _second = work.guard("second");
    let _third = work.guard("third");
    let pieces: Vec<_> = (0..work.pieces()).map(|_| executor.spawn(piece(work))).collect();
    if work.run() == Next::Return {
        return Ok(None);
    }
    let signal = next(&mut signals).await?;
    work.asked(Some(name(signal)), None);
    let grace = async {
        Timer::after(work.grace()).await;
    };
    let second = async {
        if next(&mut signals).await.is_ok() {
            std::process::exit(1);
        }
    };
    or(finish(work, pieces), or(grace, second)).await;
    Ok(Some(signal))
}

async fn next(signals: &mut Signals) -> Result<Signal, std::io::Error> {
    while let Some(signal) = signals.next().await {
        match signal? {
            // The window's size; nothing to stop for.
            Signal::Winch => {}
            signal => return Ok(signal),
        }
    }
    Err(std::io::Error::other("the stream ended"))
}

async fn piece(work: Work) {
    Timer::after(Work::PIECE).await;
    work.end_piece();
}

async fn finish(work: Work, pieces: Vec<Task<()>>) {
    for piece in pieces {
        piece.await;
    }
    for step in work.begin_drain() {
        Timer::after(step).await;
    }
    work.end_drain();
    match work.scene() {
        Scene::AsyncCleanup => {
            Timer::after(Work::PIECE).await;
            work.clean("async");
        }
        Scene::AsyncCleanupHangs => std::future::pending().await,
        _ => {}
    }
}

fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::Int => "interrupt",
        Signal::Term => "terminate",
        Signal::Hup => "hangup",
        Signal::Quit => "quit",
        _ => "something else",
    }
}
