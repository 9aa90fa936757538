//! Waiting for a future on a thread that has nothing else to do, and what such waits are made of.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Runs a future to its end on this thread. Usable on a thread that is ending, when `std::thread::park` is not any more: cleanups
/// run inside exit(3) too.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(bell.clone());
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        bell.wait();
    }
}

#[derive(Default)]
struct Bell {
    rung: Mutex<bool>,
    told: Condvar,
}

impl Bell {
    fn wait(&self) {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        while !*rung {
            rung = self.told.wait(rung).unwrap_or_else(PoisonError::into_inner);
        }
        *rung = false;
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.told.notify_one();
    }
}

/// Those who wait for the same thing.
#[derive(Default)]
pub(super) struct Crowd(Vec<Waker>);

impl Crowd {
    pub(super) fn join(&mut self, waker: &Waker) {
        if !self.0.iter().any(|present| present.will_wake(waker)) {
            self.0.push(waker.clone());
        }
    }

    /// All of them, to be woken when no lock is held any more: waking is user code.
    pub(super) fn take(&mut self) -> Crowd {
        std::mem::take(self)
    }

    pub(super) fn wake(self) {
        self.0.into_iter().for_each(Waker::wake);
    }
}

/// Tells one living thread from another; also on a thread that is ending, when `std::thread::current` is not to be had.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ThreadMark(usize);

impl ThreadMark {
    pub(super) fn of_this_thread() -> ThreadMark {
        thread_local!(static PLACE: u8 = const { 0 });
        ThreadMark(PLACE.with(|place| std::ptr::from_ref(place) as usize))
    }
}
