//! How a child is to be started, and what has come of it.

use std::io;
use std::process::Command;

use crate::stop::Plan;

use super::child::Child;
use super::held::Held;
use super::left;
use super::sys::{self, Wishes};

/// How a child is to be started: [`Child::options`].
///
/// ```no_run
/// use bowout::spawn::{Child, OnDrop};
/// use std::process::Command;
///
/// let child = Child::options()
///     .die_with_parent()
///     .contain()
///     .on_drop(OnDrop::Kill)
///     .spawn(&mut Command::new("worker"))?;
/// println!("{:?}, {:?}", child.containment(), child.parent_death()); // what could be had
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is started before `spawn`"]
pub struct ChildOptions {
    wishes: Wishes,
    on_drop: OnDrop,
}

impl ChildOptions {
    /// Force ends the child when this process is gone, however it ended. [`Child::parent_death`] tells what of that the system
    /// can do: nothing at all on macOS.
    ///
    /// On Linux it is `PR_SET_PDEATHSIG` with SIGKILL. That fires when the *thread* ends which has started the child
    /// ([PR_SET_PDEATHSIG](https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html)), so unless the main thread
    /// calls, the child is started on a thread that is kept for this; what is a thread's own (namespaces, CPU affinity,
    /// credentials set by bare system calls) is then that thread's. It reaches the child only, not whom it has started, and
    /// is lost when the child executes a set-user-ID program.
    pub fn die_with_parent(mut self) -> ChildOptions {
        self.wishes.die_with_parent = true;
        self
    }

    /// Puts a cgroup around the child, which descendants cannot leave by `setsid` either, where Linux lets us make one:
    /// version 2, kernel 5.14, and the right to write there, which root has, and the user of a systemd unit with
    /// `Delegate=`. Everywhere else it does nothing. [`Child::containment`] tells which it was.
    ///
    /// The cgroup is below the one of this process, and is removed with the [`Child`], once it is empty: a drop waits up to 100 ms
    /// for those who were just killed.
    pub fn contain(mut self) -> ChildOptions {
        self.wishes.contain = true;
        self
    }

    /// What dropping the [`Child`] means.
    pub fn on_drop(mut self, on_drop: OnDrop) -> ChildOptions {
        self.on_drop = on_drop;
        self
    }

    /// Windows: further [creation flags](https://learn.microsoft.com/windows/win32/procthread/process-creation-flags), such as
    /// `CREATE_NO_WINDOW`, in place of those that the command has. Elsewhere it does nothing.
    ///
    /// With `CREATE_NEW_CONSOLE` the system makes no group, and leaves Ctrl-C on if this process has it on: TERM is a Ctrl-C to the
    /// new console then, and not a Ctrl-Break to the group. It is for programs that clean up at Ctrl-C and know no Ctrl-Break,
    /// such as most in Python.
    pub fn creation_flags(mut self, flags: u32) -> ChildOptions {
        self.wishes.creation_flags = flags;
        self
    }

    /// Starts the command. It can be used again afterwards, by the standard library as well.
    ///
    /// # Errors
    /// As [`Command::spawn`]; on Windows also where the new process cannot be put into its job, and then it never ran.
    pub fn spawn(&self, command: &mut Command) -> io::Result<Child> {
        let (held, child) = self.start(command)?;
        Ok(Child::new(held, child))
    }

    pub(super) fn start(&self, command: &mut Command) -> io::Result<(Held, std::process::Child)> {
        left::sweep();
        let (process, child) = sys::spawn(command, self.wishes)?;
        Ok((Held::new(process, &child, self.on_drop.clone()), child))
    }
}

/// What dropping a [`Child`] means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDrop {
    /// The child runs on, as with the standard library; but its exit status is fetched when it has ended, at the latest when
    /// the next child is started or dropped, so that it does not stay a zombie. The default: to drop a value neither waits nor
    /// ends work that nobody asked to stop.
    #[default]
    LeaveRunning,
    /// The child and whoever it has started are stopped by this plan. **The drop waits for that**; that of an `AsyncChild`
    /// leaves it to a thread.
    Stop(Plan),
    /// The child and whoever it has started are ended by force. The drop waits until the child is gone, a second at most.
    Kill,
}

/// What keeps a child and its descendants together: [`Child::containment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Containment {
    /// A process group (Unix). Who makes a session or group of his own leaves it.
    ProcessGroup,
    /// A cgroup, and a process group in it (Linux). Nobody leaves it, but by the hand of who may write to another cgroup.
    Cgroup,
    /// A job object (Windows). Nobody leaves it.
    JobObject,
}

/// Who is ended when this process is gone: [`Child::parent_death`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParentDeath {
    /// Nobody: it [was not asked for](ChildOptions::die_with_parent).
    NotAsked,
    /// The child, and not whom it has started (Linux, Android, FreeBSD).
    Child,
    /// The child and whoever it has started (Windows).
    Tree,
    /// Nobody: this system has nothing of the kind (macOS, the other BSDs, illumos). The child can see to it itself, with
    /// [`Trigger::ParentGone`](crate::listen::Trigger::ParentGone).
    Unsupported,
}
