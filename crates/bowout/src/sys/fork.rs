//! What has to hold while the process is copied.

/// Has `before` run on the forking thread before each fork(2), and `after` on it afterwards, in both processes
/// ([pthread_atfork](https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_atfork.html)).
#[cfg(unix)]
pub(crate) fn around_forks(before: extern "C" fn(), after: extern "C" fn()) {
    // SAFETY: both are functions of the program's own, which are there until it ends. Without memory for it a fork is what it
    // would be without this.
    unsafe { libc::pthread_atfork(Some(before), Some(after), Some(after)) };
}

/// There is no fork.
#[cfg(windows)]
pub(crate) fn around_forks(_: extern "C" fn(), _: extern "C" fn()) {}
