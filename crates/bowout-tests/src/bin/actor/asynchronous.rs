//! Waiting without blocking.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use std::time::Duration;

use bowout::listen::{Builder, Handle};

use crate::listeners::listen;
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "future" => future,
        "future-in-tokio" => future_in_tokio,
        "pollable" => pollable,
        "async-cleanups" => async_cleanups,
        "async-cleanups-blocking" => async_cleanups_blocking,
        "async-cleanups-plain" => async_cleanups_plain,
        "async-cleanup-hangs" => async_cleanup_hangs,
        "async-cleanup-cancelled" => async_cleanup_cancelled,
        "token" => token,
        _ => return None,
    })
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// An executor in ten lines.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

fn future() {
    let shutdown = listen();
    // One that is dropped before it is ready takes nothing with it.
    drop(shutdown.requested());
    say("ready");
    say(&format!("request {}", block_on(shutdown.requested()).trigger()));
    say(&format!("again {}", block_on(shutdown.requested()).trigger()));
    shutdown.leave();
}

fn future_in_tokio() {
    let shutdown = listen();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    say("ready");
    let request = runtime.block_on(async {
        let endless = std::future::pending::<()>();
        tokio::select! {
            request = shutdown.requested() => request,
            () = endless => unreachable!("it never ends"),
        }
    });
    say(&format!("request {}", request.trigger()));
    shutdown.leave();
}

fn pollable() {
    let shutdown = listen();
    let pollable = shutdown.pollable().expect("a descriptor");
    assert!(!is_lit(&pollable, 0), "there is no request yet");
    say("ready");
    say(if is_lit(&pollable, -1) { "lit" } else { "dark" });
    let late = shutdown.pollable().expect("a descriptor");
    say(if is_lit(&late, 0) { "late lit" } else { "late dark" });
    shutdown.leave();
}

#[cfg(unix)]
fn is_lit(pollable: &bowout::listen::Pollable, timeout_millis: i32) -> bool {
    use std::os::fd::AsRawFd;
    let mut watched = libc::pollfd {
        fd: pollable.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    loop {
        // SAFETY: one whole pollfd.
        let ready = unsafe { libc::poll(&mut watched, 1, timeout_millis) };
        if ready >= 0 {
            return ready == 1;
        }
    }
}

#[cfg(windows)]
fn is_lit(pollable: &bowout::listen::Pollable, timeout_millis: i32) -> bool {
    use std::os::windows::io::AsRawHandle;
    use windows_sys::Win32::{Foundation::WAIT_OBJECT_0, System::Threading::WaitForSingleObject};
    // SAFETY: the handle is live; -1 is INFINITE.
    unsafe { WaitForSingleObject(pollable.as_raw_handle(), timeout_millis as u32) == WAIT_OBJECT_0 }
}

/// A function, a future, a function.
fn three_cleanups(handle: &Handle, pause: impl Future<Output = ()> + Send + 'static) {
    handle.cleanup("first", || say("cleaned first"));
    handle.cleanup_async("middle", async {
        pause.await;
        say("slept");
        say("cleaned middle");
    });
    handle.cleanup("last", || say("cleaned last"));
}

fn async_cleanups() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let shutdown = listen();
        three_cleanups(&shutdown, tokio::time::sleep(Duration::from_millis(20)));
        say("ready");
        shutdown.requested().await;
        shutdown.run_cleanups_async().await;
        shutdown.leave();
    });
}

/// Leaves from inside a worker of the runtime, without awaiting: another worker keeps the time.
fn async_cleanups_blocking() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .expect("a runtime");
    let shutdown = listen();
    let handle = shutdown.handle();
    runtime.block_on(async move {
        // Made inside the runtime, used outside of it: a sleep needs its context from the first poll on.
        three_cleanups(&handle, async { tokio::time::sleep(Duration::from_millis(20)).await });
    });
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

fn async_cleanups_plain() {
    let shutdown = listen();
    let mut polled = false;
    three_cleanups(
        &shutdown,
        std::future::poll_fn(move |context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut polled, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        }),
    );
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

fn async_cleanup_hangs() {
    let shutdown = Builder::new()
        .grace(Duration::from_secs(4))
        .listen()
        .expect("it listens");
    shutdown.cleanup("below", || say("cleaned below"));
    shutdown.cleanup_async("hangs", std::future::pending());
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

fn async_cleanup_cancelled() {
    let shutdown = listen();
    shutdown.cleanup("below", || say("cleaned below"));
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    shutdown.cleanup_async("slow", async {
        say("begun");
        let _ = receiver.await;
        say("finished");
    });
    say("ready");
    shutdown.wait();
    let waker = Waker::noop();
    let mut running = Box::pin(shutdown.run_cleanups_async());
    assert!(running.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    drop(running);
    say("cancelled");
    drop(sender);
    shutdown.leave();
}

fn token() {
    let shutdown = listen();
    let (one, other) = (shutdown.token(), shutdown.token());
    other.cancel();
    assert!(!one.is_cancelled() && other.is_cancelled());
    say("ready");
    block_on(one.cancelled());
    say("cancelled");
    say(&format!("a later one {}", shutdown.token().is_cancelled()));
    shutdown.leave();
}
