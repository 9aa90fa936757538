//! Asking on Unix: signals to a child that was not reaped yet, so its number cannot be anybody else's.

use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};

/// A signal, by number.
pub type Ask = i32;

/// The polite request.
pub const TERMINATE: Ask = libc::SIGTERM;
/// Ctrl-C.
pub const INTERRUPT: Ask = libc::SIGINT;
/// What makes a daemon read its configuration anew: the signal's name, and how to send it.
pub const RELOAD: (&str, Ask) = ("HUP", libc::SIGHUP);

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It chose this status.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// How a process ends that leaves because of the request.
pub fn ends_by(ask: Ask) -> Ended {
    Ended::Signal(ask)
}

/// The signals' default dispositions, whatever the test runner inherited: a shell's background job has SIGINT ignored.
pub fn set_apart(command: &mut Command) {
    // SAFETY: between fork and exec nothing is called but signal(2), which is async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            for signal in [libc::SIGINT, libc::SIGQUIT, libc::SIGHUP, libc::SIGTERM] {
                libc::signal(signal, libc::SIG_DFL);
            }
            Ok(())
        });
    }
}

/// Only Wine needs that.
pub fn without_console(_: &mut Command) {}

/// Sends a signal to a process that nobody has reaped.
///
/// # Errors
/// What kill(2) refused.
pub fn ask(child: &Child, ask: Ask) -> std::io::Result<()> {
    // SAFETY: kill(2) takes two numbers; a child that was not reaped keeps its own.
    match unsafe { libc::kill(child.id() as i32, ask) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// Sends a signal to a process that the test started and nobody has reaped.
pub fn send(pid: u32, signal: i32) {
    // SAFETY: kill(2) takes two numbers; the caller vouches for the process.
    let result = unsafe { libc::kill(pid as i32, signal) };
    assert_eq!(result, 0, "kill({pid}, {signal}): {}", std::io::Error::last_os_error());
}

/// Waits until a signal has stopped the child.
pub fn wait_until_stopped(child: &Child) {
    let mut status = 0;
    // SAFETY: the place is ours, and the child has not been reaped: with WUNTRACED the call tells of its stop, and of its end.
    let pid = unsafe { libc::waitpid(child.id() as i32, &mut status, libc::WUNTRACED) };
    assert_eq!(pid, child.id() as i32);
    assert!(libc::WIFSTOPPED(status), "it ended instead: {status:#x}");
}

pub(crate) fn ended(status: ExitStatus) -> Ended {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ended::Code(code),
        (None, Some(signal)) => Ended::Signal(signal),
        (None, None) => panic!("neither code nor signal: {status:?}"),
    }
}

/// Runs a program as PID 1 of a pid namespace, signals it once it says `ready`, and reports its lines and how it ended. The
/// calling process is spent: whatever it starts next is in that namespace too.
///
/// # Errors
/// Where there are no pid namespaces, or this process may not make one.
pub fn as_pid_1(init: &mut Command, signal: i32, say: fn(&str)) -> std::io::Result<()> {
    own_pid_namespace()?;
    die_with_the_parent(init);
    let mut init = init.stdout(Stdio::piped()).spawn()?;
    let output = init.stdout.take().map(BufReader::new);
    for line in output.into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
        say(&format!("init: {line}"));
        if line == "ready" {
            ask(&init, signal)?;
        }
    }
    match ended(init.wait()?) {
        Ended::Code(code) => say(&format!("init exited {code}")),
        Ended::Signal(signal) => say(&format!("init was ended by signal {signal}")),
    }
    Ok(())
}

/// A test that gives up kills this process, and knows nothing of that one.
#[cfg(target_os = "linux")]
fn die_with_the_parent(command: &mut Command) {
    // SAFETY: prctl(2) is async-signal-safe and touches no memory.
    unsafe {
        command.pre_exec(|| match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        })
    };
}

#[cfg(not(target_os = "linux"))]
fn die_with_the_parent(_: &mut Command) {}

/// The children of this process start a pid namespace of their own.
#[cfg(target_os = "linux")]
fn own_pid_namespace() -> std::io::Result<()> {
    // SAFETY: unshare(2) takes flags.
    match unsafe { libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWPID) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

#[cfg(not(target_os = "linux"))]
fn own_pid_namespace() -> std::io::Result<()> {
    Err(std::io::Error::other("only Linux has pid namespaces"))
}

/// Starts a thread that takes no signals from the others.
pub fn spawn_deaf(work: impl FnOnce() + Send + 'static) {
    // SAFETY: sigset_t is plain data, which sigfillset fills in; the mask is put back as it was. The new thread inherits it.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        let mut before: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut before);
        std::thread::spawn(work);
        libc::pthread_sigmask(libc::SIG_SETMASK, &before, std::ptr::null_mut());
    }
}

/// A child that is held right before its end, as a debugger holds one, even if it is killed (`PTRACE_O_TRACEEXIT` of
/// [ptrace(2)](https://man7.org/linux/man-pages/man2/ptrace.2.html)). The thread that holds it lets it go when it ends itself, so
/// nobody is left if the test fails.
#[cfg(target_os = "linux")]
pub struct HeldAtItsEnd(rustix::process::Pid);

#[cfg(target_os = "linux")]
impl HeldAtItsEnd {
    pub fn new(child: &Child) -> HeldAtItsEnd {
        let child = rustix::process::Pid::from_child(child);
        ptrace(libc::PTRACE_SEIZE, child, libc::PTRACE_O_TRACEEXIT);
        HeldAtItsEnd(child)
    }

    /// Waits until it is about to end, and lets it.
    pub fn let_go(self) {
        let stopped = rustix::process::waitpid(Some(self.0), rustix::process::WaitOptions::empty());
        let (_, status) = stopped.expect("it is our child").expect("it was waited for");
        assert!(status.stopped(), "{status:?}");
        ptrace(libc::PTRACE_DETACH, self.0, 0);
    }
}

#[cfg(target_os = "linux")]
fn ptrace(request: libc::c_uint, child: rustix::process::Pid, data: libc::c_int) {
    let data = data as usize as *mut libc::c_void;
    let none = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: neither request touches memory of ours: ptrace(2).
    let result = unsafe { libc::ptrace(request, child.as_raw_nonzero().get(), none, data) };
    assert_eq!(result, 0, "{}", std::io::Error::last_os_error());
}
