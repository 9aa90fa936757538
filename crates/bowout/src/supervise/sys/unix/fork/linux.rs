//! Linux: two ways to a child.

use std::ffi::c_void;
use std::io;

use libc::c_int;
use rustix::process::{Pid, Signal, set_parent_process_death_signal};

use super::program::Program;

/// For the calls behind the fork. `execvp(3)` wants room for a path, and a shell's argument list where a file is a script
/// without an interpreter.
const STACK: usize = 256 * 1024;

/// Starts a child that becomes the program: it runs in our memory, while we stand still until it has executed or exited
/// (`CLONE_VM | CLONE_VFORK`, [clone(2)](https://man7.org/linux/man-pages/man2/clone.2.html)), so nothing is copied.
pub(super) fn and_exec(program: &Program) -> io::Result<Pid> {
    extern "C" fn child(program: *mut c_void) -> c_int {
        // SAFETY: it is the pointer that is given to `clone` below, to what lives while the parent stands still.
        let program = unsafe { &*program.cast::<Program>() };
        program.execute()
    }
    let stack = Stack::new()?;
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    // SAFETY: the child has a stack of its own, which stays until it needs no memory of ours any more; it makes
    // async-signal-safe calls only, and every signal is blocked, so that no handler runs in it.
    let pid = unsafe { libc::clone(child, stack.top(), flags, std::ptr::from_ref(program).cast_mut().cast()) };
    Pid::from_raw(pid.max(0)).ok_or_else(io::Error::last_os_error)
}

/// Memory of the kernel's, of which only what is used is there.
struct Stack(*mut c_void);

impl Stack {
    fn new() -> io::Result<Stack> {
        let (read_write, private) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        // SAFETY: a new mapping touches no memory that is there already.
        match unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                STACK,
                read_write,
                private | libc::MAP_STACK,
                -1,
                0,
            )
        } {
            libc::MAP_FAILED => Err(io::Error::last_os_error()),
            bottom => Ok(Stack(bottom)),
        }
    }

    /// It grows downwards. The mapping is aligned to a page, and so is its end.
    fn top(&self) -> *mut c_void {
        self.0.wrapping_byte_add(STACK)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: it is our mapping, and nobody uses it any more.
        unsafe { libc::munmap(self.0, STACK) };
    }
}

/// Has this process get the signal when its parent, or rather the thread that has started it, ends.
pub(super) fn die_with_parent(number: c_int) {
    // SAFETY: it is the number of a signal of this system, all of which the kernel knows.
    let signal = unsafe { Signal::from_raw_unchecked(number) };
    // There is nothing that it could fail for.
    let _ = set_parent_process_death_signal(Some(signal));
}
