//! Trees and stoppers in the odd places of Linux.

use std::process::{Command, Stdio};

use super::tree_stopper;
use crate::say;

const NOBODY: u32 = 65534;

/// `tree-stopper` without any privilege.
pub fn tree_stopper_of_nobody() {
    become_nobody();
    tree_stopper();
}

/// `tree-stopper` with far fewer descriptors than the tree has processes.
pub fn tree_stopper_with_few_descriptors() {
    crate::stoppers::os::linux::limit_descriptors(64);
    tree_stopper();
}

/// Starts a child, then gives its privileges away, then starts another child: the first is not its own to stop.
pub fn drops_privileges() {
    start_sleeper();
    become_nobody();
    start_sleeper();
    crate::play("sleeper");
}

fn start_sleeper() {
    let mut command = Command::new("/proc/self/exe");
    let child = command.arg("sleeper").stdin(Stdio::null()).spawn();
    say(&format!("child {} sleeper", child.expect("it starts").id()));
}

fn become_nobody() {
    // SAFETY: the calls take numbers, and no memory. It is still to be seen in /proc: prctl(2).
    unsafe {
        assert_eq!(libc::setgroups(0, std::ptr::null()), 0);
        assert_eq!(libc::setresgid(NOBODY, NOBODY, NOBODY), 0);
        assert_eq!(libc::setresuid(NOBODY, NOBODY, NOBODY), 0);
    }
}

/// Stands in the kernel, as a vfork(2) does, until its child is gone: no signal but KILL gets to it.
pub fn waits_for_a_vfork() {
    say("ready");
    // SAFETY: the child has a memory of its own, and does nothing but sleep; alarm(2) ends it. This thread is the only one that
    // it has.
    unsafe {
        if libc::syscall(libc::SYS_clone, libc::CLONE_VFORK | libc::SIGCHLD, 0, 0, 0, 0) == 0 {
            libc::signal(libc::SIGTERM, libc::SIG_IGN);
            libc::alarm(60);
            loop {
                libc::pause();
            }
        }
    }
}
