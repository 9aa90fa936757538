//! Whom bowout does not stop, unless the call says so by name.

use std::fmt;

/// Why a process is left alone unless the call lifts the protection by name ([`TargetOptions::allow`](super::TargetOptions::allow)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// It is the process that calls.
    OwnProcess,
    /// It is a parent of the calling process, or a parent's parent: the shell, the terminal, the session manager.
    Ancestor,
    /// It is process 1, with which the system or the container goes down.
    Init,
    /// It is a thread of the kernel (Linux), which takes no signals.
    KernelThread,
    /// Windows cannot go on without it: it stops with a bug check when the process ends
    /// ([IsProcessCritical](https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-isprocesscritical)),
    /// or the process is the system itself.
    Critical,
    /// Several Windows services share it (`svchost`, mostly), and all would stop with it. Stop the one that is meant by its
    /// name: `sc stop NAME`.
    SharedServiceHost,
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Protection::OwnProcess => "this very process",
            Protection::Ancestor => "a parent of this process",
            Protection::Init => "the first of all, with which the system or container goes down",
            Protection::KernelThread => "a thread of the kernel",
            Protection::Critical => "critical to the system",
            Protection::SharedServiceHost => "shared by several services, which would all stop",
        })
    }
}
