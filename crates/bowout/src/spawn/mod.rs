//! How do I start a child that can be stopped later?
//!
//! [`std::process::Command`] starts one that shares your group, inherits whatever signals you happen to ignore or block, and
//! whose own children nobody can find any more once it is gone. This room starts it in an enclosure of its own, from its
//! first instruction on:
//!
//! ```no_run
//! use bowout::spawn::Child;
//! use std::process::{Command, Stdio};
//! use std::time::Duration;
//!
//! let mut child = Child::spawn(Command::new("worker").stdin(Stdio::null()))?;
//! child.terminate()?; // SIGTERM; on Windows the nearest to it that the child can hear
//! match child.wait_timeout(Duration::from_secs(10))? {
//!     Some(status) => println!("{status}"),
//!     None => child.kill()?, // by force: it, and whoever it has started
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Child::spawn`] takes the command as it is, pipes and all; [`Child::options`] adds: [to die with its
//!   parent](ChildOptions::die_with_parent), [a cgroup around it](ChildOptions::contain), [what a drop
//!   means](ChildOptions::on_drop).
//! - Every method of a [`Child`] takes `&self`: many threads may wait for it, ask it and force it at once. None of them ever
//!   hits another process that has got its number.
//! - [`Child::stop`] carries a [`Plan`](crate::stop::Plan) out; [`Child::target`] is for all else that [`stop`](crate::stop)
//!   can do.
//! - `AsyncChild` (feature `tokio`) is the same for tasks.
//!
//! # What the child gets
//!
//! | | Unix | Windows |
//! | --- | --- | --- |
//! | a group of its own | `setpgid` | `CREATE_NEW_PROCESS_GROUP`, but for a child with [a console of its own](ChildOptions::creation_flags) |
//! | an enclosure that descendants stay in | the group; on Linux [a cgroup](ChildOptions::contain), if asked for | a job object without breakaway |
//! | signals | none blocked, none ignored | Ctrl-C is off, as in every new group; a program that knows nothing else ends by Ctrl-Break without cleaning up |
//! | descriptors | what the standard library leaves open: nothing that was opened close-on-exec, as Rust does | what is inheritable |
//!
//! # Limits
//!
//! - **A group of its own is a background group.** Ctrl-C in the terminal does not reach the child: pass it on. If the child
//!   reads from the terminal it is stopped by SIGTTIN
//!   ([setpgid(2)](https://man7.org/linux/man-pages/man2/setpgid.2.html)): give it a pipe or [`Stdio::null`].
//! - **A daemon leaves a process group** by `setsid(2)`. Only a cgroup or a job holds it.
//! - **Do not ignore SIGCHLD**, and do not wait for every child with `waitpid(-1)`: either takes the exit status away, and
//!   then waiting is an error. What is sent to the child after that hits nobody, unless its number has come round to another
//!   child of this program: then it hits that one.
//! - On Windows `creation_flags` that the command was given before are lost, because the standard library does not tell
//!   them: name them to [`ChildOptions::creation_flags`]. A crash of this process in the moment between the creation of the
//!   child and its first instruction leaves a process that never runs.
//!
//! [`Stdio::null`]: std::process::Stdio::null

mod child;
mod held;
mod left;
mod options;
mod subreaper;
mod sys;
#[cfg(feature = "tokio")]
mod tokio;

pub use child::Child;
pub use held::TerminateError;
pub use options::{ChildOptions, Containment, OnDrop, ParentDeath};
pub use subreaper::{SubreaperError, become_subreaper};
#[cfg(feature = "tokio")]
pub use tokio::AsyncChild;
