//! What the `sys` modules of more than one room need of the system, and nobody else uses.

#[cfg(windows)]
pub(crate) mod call;
#[cfg(windows)]
pub(crate) mod console;
pub(crate) mod enclosure;
#[cfg(unix)]
pub(crate) mod end;
#[cfg(unix)]
#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "exit/pidfd.rs")]
#[cfg_attr(
    any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd"
    ),
    path = "exit/kqueue.rs"
)]
#[cfg_attr(
    not(any(
        target_os = "linux",
        target_os = "android",
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd"
    )),
    path = "exit/none.rs"
)]
pub(crate) mod exit;
pub(crate) mod fork;
#[cfg(windows)]
pub(crate) mod library;
#[cfg(unix)]
pub(crate) mod notify;
#[cfg(windows)]
pub(crate) mod process;
#[cfg(windows)]
pub(crate) mod suspended;
#[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
pub(crate) mod sysctl;
#[cfg(windows)]
pub(crate) mod user;
