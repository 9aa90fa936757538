//! What this process and its guard tell each other: a page of memory that both have.

use std::io;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::AtomicI32;

/// All zeros at first.
#[derive(Debug)]
pub(super) struct Shared {
    /// The pid of the main process; 0 before it is there.
    pub(super) main: AtomicI32,
    /// 1 once it has become the program, or has failed to.
    pub(super) has_begun: AtomicI32,
    /// Why it could not be started; 0 if it could.
    pub(super) errno: AtomicI32,
    /// 1 while it is stopped.
    pub(super) is_stopped: AtomicI32,
}

/// Kept for as long as this process lives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page(NonNull<Shared>);

impl Page {
    pub(super) fn new() -> io::Result<Page> {
        let (read_write, shared) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANON);
        // SAFETY: a new mapping, of a size that the kernel rounds up to a page, touches no memory that is there already.
        let page = unsafe { libc::mmap(std::ptr::null_mut(), size_of::<Shared>(), read_write, shared, -1, 0) };
        match NonNull::new(page) {
            Some(page) if page.as_ptr() != libc::MAP_FAILED => Ok(Page(page.cast())),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

impl Deref for Page {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        // SAFETY: the page is mapped for ever, aligned for anything, and holds four atomics, for which all zeros is a value.
        unsafe { self.0.as_ref() }
    }
}
