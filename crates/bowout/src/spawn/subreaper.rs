//! Orphans come to us instead of to process 1.

use std::fmt;
use std::io;

use super::sys;

/// Makes this process the one that adopts its orphaned descendants, for as long as it lives: daemons that have left their
/// group by a double fork, too, are then found by a walk from parent to child. Linux
/// ([PR_SET_CHILD_SUBREAPER](https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html)) and FreeBSD
/// ([procctl(2)](https://man.freebsd.org/cgi/man.cgi?query=procctl&sektion=2), `PROC_REAP_ACQUIRE`).
///
/// Who adopts has to wait for those who end, else they stay zombies. On Linux orphans are children like any others, by
/// `waitpid(2)`; take care to name the one that is meant: to wait for any child takes away the exit status of every [`Child`](super::Child).
///
/// # Errors
/// [`SubreaperError::Unsupported`] on every other system.
///
/// ```no_run
/// use bowout::spawn::{SubreaperError, become_subreaper};
///
/// match become_subreaper() {
///     Ok(()) => {}
///     Err(SubreaperError::Unsupported) => eprintln!("orphans go to process 1 here"),
///     Err(error) => return Err(error),
/// }
/// # Ok::<(), SubreaperError>(())
/// ```
pub fn become_subreaper() -> Result<(), SubreaperError> {
    sys::become_subreaper().map_err(|error| match error.kind() {
        io::ErrorKind::Unsupported => SubreaperError::Unsupported,
        _ => SubreaperError::Io(error),
    })
}

/// Why this process cannot adopt orphans.
#[derive(Debug)]
#[non_exhaustive]
pub enum SubreaperError {
    /// This system has nothing of the kind.
    Unsupported,
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for SubreaperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubreaperError::Unsupported => {
                f.write_str("no process can adopt orphans on this system: contain each child instead")
            }
            SubreaperError::Io(error) => write!(f, "the system does not let this process adopt orphans: {error}"),
        }
    }
}

impl std::error::Error for SubreaperError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SubreaperError::Unsupported => None,
            SubreaperError::Io(error) => Some(error),
        }
    }
}
