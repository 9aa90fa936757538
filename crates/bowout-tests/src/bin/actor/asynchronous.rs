//! Waiting without blocking.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use crate::listeners::listen;
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "future" => future,
        "future-in-tokio" => future_in_tokio,
        "pollable" => pollable,
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
