//! Programs that leave when nobody is left to work for.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use bowout::listen::{Builder, Handling, Shutdown, Trigger};
use bowout_tests::{Gate, PATIENCE};

use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    #[cfg(unix)]
    if let Some(found) = unix::find(name) {
        return Some(found);
    }
    Some(match name {
        "orphan-stdin" => || wait_and_leave(listen(&[Trigger::StdinClosed])),
        "orphan-stdin-unread" => stdin_unread,
        "orphan-stdin-read-meanwhile" => stdin_read_meanwhile,
        "orphan-slow-cleanup" => slow_cleanup,
        "orphan-hearing" => hearing,
        "orphan-parent" => || {
            start_child("orphan-child");
            park();
        },
        "orphan-child" => child,
        "orphan-parent-of-late" => || {
            start_child("orphan-late-child");
            park();
        },
        "orphan-late-child" => late_child,
        _ => return None,
    })
}

fn listen(wanted: &[Trigger]) -> Shutdown {
    let builder = wanted.iter().fold(Builder::new(), |builder, trigger| {
        builder.on(*trigger, Handling::Handle)
    });
    builder.listen().expect("it listens")
}

fn wait_and_leave(shutdown: Shutdown) {
    shutdown.cleanup("tidy", || say("cleaned"));
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// Reads nothing for a while after its input was written and closed.
fn stdin_unread() {
    let shutdown = listen(&[Trigger::StdinClosed]);
    say("ready");
    Gate::pass();
    let early = shutdown.wait_timeout(Duration::from_millis(300));
    say(&format!("asked while there was something to read: {}", early.is_some()));
    say_what_is_read();
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// Reads while its input is written.
fn stdin_read_meanwhile() {
    let shutdown = listen(&[Trigger::StdinClosed]);
    say("ready");
    let reader = std::thread::spawn(say_what_is_read);
    let request = shutdown.wait();
    reader.join().expect("it reads to the end");
    say(&format!("request {}", request.trigger()));
    shutdown.leave();
}

fn say_what_is_read() {
    let mut read = Vec::new();
    std::io::stdin().read_to_end(&mut read).expect("it reads");
    say(&format!("read {} bytes", read.len()));
}

fn slow_cleanup() {
    let shutdown = listen(&[Trigger::StdinClosed]);
    shutdown.cleanup("slow", || {
        say("cleaning");
        Gate::pass();
        say("cleaned");
    });
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

fn hearing() {
    let shutdown = listen(&[Trigger::StdinClosed, Trigger::ParentGone]);
    for trigger in Trigger::OPT_IN {
        say(&format!("{trigger}: {:?}", shutdown.hearing(trigger)));
    }
    wait_and_leave(shutdown);
}

/// Starts another scenario, whose output goes where this one's goes.
#[expect(clippy::zombie_processes, reason = "that its parent ends first is what is tried out")]
fn start_child(scenario: &str) {
    child_of_this(scenario)
        .stdin(Stdio::null())
        .spawn()
        .expect("the child starts");
}

fn child_of_this(scenario: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("it has a path"));
    command.arg(scenario);
    command
}

fn park() {
    loop {
        std::thread::park();
    }
}

/// Ends with the test at the latest, which closes the gate when it fails.
fn child() {
    let shutdown = listen(&[Trigger::ParentGone]);
    std::thread::spawn(|| {
        Gate::pass();
        std::process::exit(99);
    });
    wait_and_leave(shutdown);
}

/// Does not listen before its parent is gone.
fn late_child() {
    say("waiting");
    Gate::pass();
    let shutdown = listen(&[Trigger::ParentGone]);
    let request = shutdown.wait_timeout(PATIENCE);
    say(&format!("request {:?}", request.map(|request| request.trigger())));
}

#[cfg(unix)]
mod unix {
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

    use super::*;

    pub fn find(name: &str) -> Option<fn()> {
        Some(match name {
            "orphan-stdin-replaced" => stdin_replaced,
            "orphan-parent-with-terminal" => parent_with_terminal,
            "orphan-parent-whose-thread-ends" => parent_whose_thread_ends,
            "orphan-fork" => fork,
            "orphan-fork-listens" => fork_listens,
            "orphan-init" => || {
                start_child("orphan-hearing");
                park();
            },
            #[cfg(target_os = "linux")]
            "orphan-leaves-nothing" => linux::leaves_nothing,
            #[cfg(target_os = "linux")]
            "orphan-parent-without-pidfd" => || {
                crate::sandbox::forbid_pidfd();
                start_child("orphan-child");
                park();
            },
            _ => return None,
        })
    }

    /// Puts something else in the place of its standard input.
    fn stdin_replaced() {
        let shutdown = listen(&[Trigger::StdinClosed]);
        let null = std::fs::File::open("/dev/null").expect("it is there");
        // SAFETY: both descriptors are open; whoever uses standard input now finds another file there.
        assert_eq!(unsafe { libc::dup2(null.as_raw_fd(), 0) }, 0);
        wait_and_leave(shutdown);
    }

    /// Closes the terminal that is its child's standard input when the gate opens.
    fn parent_with_terminal() {
        let (mut ours, mut theirs) = (-1, -1);
        let none = std::ptr::null_mut();
        // SAFETY: two places for descriptors; neither name nor settings are asked for. The call gave both, and they are
        // nobody else's.
        let (ours, theirs) = unsafe {
            let opened = libc::openpty(&mut ours, &mut theirs, none, none.cast(), none.cast());
            assert_eq!(opened, 0, "openpty: {}", std::io::Error::last_os_error());
            libc::fcntl(ours, libc::F_SETFD, libc::FD_CLOEXEC);
            (OwnedFd::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs))
        };
        let mut child = child_of_this("orphan-stdin")
            .stdin(theirs)
            .spawn()
            .expect("the child starts");
        Gate::pass();
        drop(ours);
        say(&child.wait().expect("it is our child").to_string());
    }

    /// The thread that starts the child ends when a line comes, and the process goes on.
    fn parent_whose_thread_ends() {
        let starter = std::thread::spawn(|| {
            start_child("orphan-child");
            let _ = std::io::stdin().read_line(&mut String::new());
        });
        starter.join().expect("it ends");
        say("thread ended");
        park();
    }

    /// A child drops what it has of its parent's listener, and another lives on with it.
    fn fork() {
        let shutdown = listen(&[Trigger::StdinClosed, Trigger::ParentGone]);
        // SAFETY: as in the scenario "fork": this process has no other thread but bowout's, which hold no lock while they wait.
        let lives = unsafe {
            let drops = libc::fork();
            if drops == 0 {
                drop(shutdown);
                libc::_exit(0);
            }
            libc::waitpid(drops, &mut 0, 0);
            let lives = libc::fork();
            if lives == 0 {
                // Not for ever, if the test fails.
                libc::alarm(PATIENCE.as_secs() as libc::c_uint);
                loop {
                    libc::pause();
                }
            }
            lives
        };
        shutdown.cleanup("child", move || {
            // SAFETY: the child is ours and not waited for.
            unsafe { libc::kill(lives, libc::SIGKILL) };
        });
        wait_and_leave(shutdown);
    }

    /// The child listens for itself, and its parent is another one than its parent's.
    fn fork_listens() {
        let shutdown = listen(&[Trigger::ParentGone]);
        // SAFETY: as above; the child goes on as an ordinary program, which no thread of the parent's stands in the way of.
        if unsafe { crate::posix::fork_for_a_while() } == 0 {
            child();
        }
        park();
        drop(shutdown);
    }

    #[cfg(target_os = "linux")]
    mod linux {
        use super::*;

        /// Counts its threads and descriptors.
        pub fn leaves_nothing() {
            const BOTH: [Trigger; 2] = [Trigger::StdinClosed, Trigger::ParentGone];
            let before = count();
            let unwanted = BOTH.iter().fold(Builder::new(), |builder, trigger| {
                builder.on(*trigger, Handling::Ignore)
            });
            for unwanted in [Builder::new(), unwanted] {
                let shutdown = unwanted.listen().expect("it listens");
                assert_eq!(since(before), (1, 0));
                drop(shutdown);
                wait_until(before);
            }
            say("nothing unless wanted");
            for wanted in [&BOTH[..1], &BOTH[1..], &BOTH] {
                let shutdown = listen(wanted);
                assert_eq!(since(before), (2, 2 + wanted.len()));
                drop(shutdown);
                wait_until(before);
            }
            say("nothing left behind");
        }

        fn count() -> (usize, usize) {
            let entries = |path| std::fs::read_dir(path).expect("/proc is there").count();
            (entries("/proc/self/task"), entries("/proc/self/fd"))
        }

        fn since(before: (usize, usize)) -> (usize, usize) {
            let (threads, descriptors) = count();
            (threads - before.0, descriptors - before.1)
        }

        /// Threads that were told to end do so in their own time.
        fn wait_until(before: (usize, usize)) {
            let deadline = std::time::Instant::now() + PATIENCE;
            while count() != before {
                assert!(std::time::Instant::now() < deadline, "{:?} and not {before:?}", count());
                std::thread::yield_now();
            }
        }
    }
}
