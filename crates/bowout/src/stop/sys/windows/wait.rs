//! Waiting for many processes at once. WaitForMultipleObjects takes 64 handles and no more, so the system's thread pool does
//! the watching ([RegisterWaitForSingleObject](https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-registerwaitforsingleobject)).

use std::collections::HashMap;
use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsHandle, OwnedHandle};
use std::ptr::null;
use std::sync::{Arc, Mutex, PoisonError};
#[cfg(feature = "tokio")]
use std::task::Poll;
use std::time::{Duration, Instant};

#[cfg(feature = "tokio")]
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE, WAIT_FAILED};
use windows_sys::Win32::System::Threading::{
    CreateEventW, INFINITE, RegisterWaitForSingleObject, SetEvent, UnregisterWaitEx, WT_EXECUTEONLYONCE,
    WaitForSingleObject,
};

use super::{Process, check, own, raw};

/// Sleeps until a process exits, somebody wakes it, or the time is up.
#[derive(Debug)]
pub(in crate::stop) struct Waiter {
    shared: Arc<Shared>,
    watches: HashMap<usize, Watch>,
}

/// Ends the sleep of its [`Waiter`], from any thread.
#[derive(Debug)]
pub(in crate::stop) struct Waker {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Set when there is something to look at; waiting for it resets it.
    bell: OwnedHandle,
    exited: Mutex<Vec<usize>>,
    /// The task that waits.
    #[cfg(feature = "tokio")]
    task: Mutex<Option<std::task::Waker>>,
}

impl Shared {
    fn ring(&self) {
        // SAFETY: the handle is an event's. Setting it cannot fail then.
        unsafe { SetEvent(raw(self.bell.as_handle())) };
        #[cfg(feature = "tokio")]
        {
            // Within the `if let` the lock would be held while the task is woken.
            let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(task) = task {
                task.wake();
            }
        }
    }
}

impl Waker {
    pub(in crate::stop) fn wake(&self) {
        self.shared.ring();
    }
}

impl Waiter {
    pub(in crate::stop) fn new() -> io::Result<(Waiter, Waker)> {
        // SAFETY: no name, no security descriptor; the call gives a handle of our own, or null.
        let bell = unsafe { own(CreateEventW(null(), 0, 0, null()))? };
        let shared = Arc::new(Shared {
            bell,
            exited: Mutex::new(Vec::new()),
            #[cfg(feature = "tokio")]
            task: Mutex::new(None),
        });
        let waker = Waker {
            shared: Arc::clone(&shared),
        };
        let watches = HashMap::new();
        Ok((Waiter { shared, watches }, waker))
    }

    /// Has the process watched; its exit is told under this number.
    pub(in crate::stop) fn watch(&mut self, member: usize, process: Arc<Process>) -> io::Result<()> {
        let watch = Watch::new(member, &process, &self.shared)?;
        self.watches.insert(member, watch);
        Ok(())
    }

    /// Sleeps until one of the processes exits, a waker rings, or the moment has come; `None` never comes. Gives the numbers
    /// of those that have exited. It may wake early.
    pub(in crate::stop) fn wait(&mut self, until: Option<Instant>) -> io::Result<Vec<usize>> {
        let timeout = until.map(|until| until.saturating_duration_since(Instant::now()));
        // SAFETY: the handle is an event's.
        if unsafe { WaitForSingleObject(raw(self.shared.bell.as_handle()), timeout.map_or(INFINITE, millis)) }
            == WAIT_FAILED
        {
            return Err(io::Error::last_os_error());
        }
        let exited = std::mem::take(&mut *self.shared.exited.lock().unwrap_or_else(PoisonError::into_inner));
        for member in &exited {
            self.watches.remove(member);
        }
        Ok(exited)
    }
}

#[cfg(feature = "tokio")]
impl Waiter {
    /// The same for a task, which then calls [`wait`](Waiter::wait) to hear who has exited. It may wake early.
    pub(in crate::stop) async fn wait_async(&mut self, until: Option<Instant>) -> io::Result<()> {
        let rung = std::future::poll_fn(|context| {
            // Told first and looked at then: who rings in between is heard.
            *self.shared.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
            // SAFETY: the handle is an event's; a wait of no time does not block.
            match unsafe { WaitForSingleObject(raw(self.shared.bell.as_handle()), 0) } {
                WAIT_OBJECT_0 => Poll::Ready(Ok(())),
                WAIT_FAILED => Poll::Ready(Err(io::Error::last_os_error())),
                _ => Poll::Pending,
            }
        });
        match until {
            Some(until) => tokio::time::timeout_at(until.into(), rung).await.unwrap_or(Ok(())),
            None => rung.await,
        }
    }
}

/// Rounded up: who wakes too early finds nothing to do, and would spin.
fn millis(timeout: Duration) -> u32 {
    let millis = timeout.as_nanos().div_ceil(1_000_000);
    u32::try_from(millis).unwrap_or(INFINITE).min(INFINITE - 1)
}

/// The thread pool's watch over one process.
#[derive(Debug)]
struct Watch {
    wait: HANDLE,
    /// A handle may not be closed while it is watched, so the watch has one of its own.
    _process: OwnedHandle,
    _context: Box<Context>,
}

#[derive(Debug)]
struct Context {
    member: usize,
    shared: Arc<Shared>,
}

// SAFETY: the wait handle may be used and given back on any thread; the rest is `Send` by itself.
unsafe impl Send for Watch {}
// SAFETY: nothing can be done through a shared reference to it.
unsafe impl Sync for Watch {}

impl Watch {
    fn new(member: usize, process: &Process, shared: &Arc<Shared>) -> io::Result<Watch> {
        let process = process.opened.handle().try_clone_to_owned()?;
        let context = Box::new(Context {
            member,
            shared: Arc::clone(shared),
        });
        let address: *const Context = &raw const *context;
        let mut wait = std::ptr::null_mut();
        // SAFETY: the handle and the context stay where they are until `drop` has ended the watch and any call that runs.
        check(unsafe {
            RegisterWaitForSingleObject(
                &mut wait,
                raw(process.as_handle()),
                Some(exited),
                address.cast::<c_void>(),
                INFINITE,
                WT_EXECUTEONLYONCE,
            )
        })?;
        Ok(Watch {
            wait,
            _process: process,
            _context: context,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // SAFETY: the wait is ours and is ended once. With this second argument the call returns only after a running callback
        // has ended; the callback waits for nothing that we hold.
        unsafe { UnregisterWaitEx(self.wait, INVALID_HANDLE_VALUE) };
    }
}

unsafe extern "system" fn exited(context: *mut c_void, _timed_out: bool) {
    // SAFETY: it is the context that `Watch::new` passed, which outlives this call.
    let context = unsafe { &*context.cast::<Context>() };
    let mut exited = context.shared.exited.lock().unwrap_or_else(PoisonError::into_inner);
    exited.push(context.member);
    drop(exited);
    context.shared.ring();
}
