//! What contestants on Unix do besides listening, and what that does to the signals.

use std::io::Read;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;
use std::os::raw::c_int;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{CHILD, Scene, say};

/// Does what the scene is about.
pub(crate) fn act(scene: Scene) {
    match scene {
        Scene::Forks => say(fork()),
        Scene::Spawns => spawn(),
        Scene::OtherAfter => listen_as_another(),
        Scene::Flood => flood(),
        Scene::Errno => say(&errno()),
        Scene::TinyStack => on_a_tiny_stack(),
        _ => {}
    }
}

/// Forks a child that only waits, sends it a SIGTERM, and tells what became of it.
fn fork() -> &'static str {
    let (mut waiting, waits) = UnixStream::pair().expect("a socket pair");
    // SAFETY: the child makes async-signal-safe calls only. It ends by its alarm, should nothing else end it.
    let child = unsafe {
        match libc::fork() {
            0 => {
                libc::alarm(20);
                libc::write(waits.as_raw_fd(), b".".as_ptr().cast(), 1);
                loop {
                    libc::pause();
                }
            }
            child => child,
        }
    };
    waiting.read_exact(&mut [0]).expect("the child waits");
    // SAFETY: the child is ours and not reaped, so its number is nobody else's.
    unsafe { libc::kill(child, libc::SIGTERM) };
    let until = Instant::now() + Duration::from_secs(2);
    let mut status = 0;
    // SAFETY: the child is ours, the place too.
    while unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) } == 0 {
        if Instant::now() > until {
            // SAFETY: as above: not reaped yet.
            unsafe {
                libc::kill(child, libc::SIGKILL);
                libc::waitpid(child, &mut status, 0);
            }
            return "the child survived";
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    "the child ended"
}

/// Starts the child that the judge wants, and waits for it.
fn spawn() {
    let command = std::env::var(CHILD).expect("the judge says what to start");
    let mut words = command.lines();
    let status = Command::new(words.next().unwrap_or_default()).args(words).status();
    assert!(status.is_ok_and(|status| status.success()), "the child runs");
}

/// Raised here rather than sent from outside, so that each is handled before the next comes.
fn flood() {
    for _ in 0..5_000 {
        // SAFETY: raise(3) takes a number.
        unsafe { libc::raise(libc::SIGWINCH) };
    }
}

/// Takes SIGTERM, as a C library would that knows of nobody else.
pub(crate) fn listen_as_another() {
    extern "C" fn heard(_: c_int) {
        let line = b"another heard\n";
        // SAFETY: write(2) is async-signal-safe; the line is whole.
        unsafe { libc::write(1, line.as_ptr().cast(), line.len()) };
    }
    // SAFETY: zeroes are a valid sigaction, and the handler makes async-signal-safe calls only.
    unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = heard as extern "C" fn(c_int) as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(libc::SIGTERM, &action, std::ptr::null_mut());
    }
}

/// A call fails, a SIGTERM comes, and only then somebody reads why the call failed.
fn errno() -> String {
    // SAFETY: no file has this number; raise(3) takes a number, and returns when the handler has run.
    unsafe {
        libc::close(-1);
        libc::raise(libc::SIGTERM);
    }
    match std::io::Error::last_os_error().raw_os_error() {
        Some(libc::EBADF) => "errno kept".to_owned(),
        _ => "errno lost".to_owned(),
    }
}

/// What a runtime does that gives its threads small stacks, as Go's: a signal must go to the alternate one. That Rust gives
/// its threads one comes in handy.
fn on_a_tiny_stack() {
    let thread = std::thread::Builder::new().stack_size(64 * 1024).spawn(|| {
        raise_near(end_of_the_stack());
    });
    thread.expect("a thread").join().expect("it returns");
}

/// Where the stack of this thread ends, below which there is nothing.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn end_of_the_stack() -> usize {
    let mut attributes = MaybeUninit::zeroed();
    let (mut start, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the attributes are this thread's own, initialised by the first call and destroyed by the last.
    unsafe {
        libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr());
        libc::pthread_attr_getstack(attributes.as_ptr(), &mut start, &mut size);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
    }
    start as usize
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn end_of_the_stack() -> usize {
    say("n/a: only Linux tells a thread where its stack ends");
    std::process::exit(0)
}

/// Goes down until there is room for a few calls, and for no signal frame: the smallest is more than a kilobyte.
#[inline(never)]
fn raise_near(end: usize) {
    let here = [0_u8; 64];
    if std::hint::black_box(&here).as_ptr() as usize - end > 1_024 {
        raise_near(end);
        std::hint::black_box(&here);
    } else {
        // SAFETY: raise(3) takes a number.
        unsafe { libc::raise(libc::SIGTERM) };
    }
}

/// The child of [`Scene::Spawns`]: tells whether a SIGTERM would end it.
pub fn report_as_child() {
    // SAFETY: only asks; zeroes are a valid sigaction and a valid set, which the calls fill in.
    let (ignored, blocked) = unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        libc::sigaction(libc::SIGTERM, std::ptr::null(), &mut action);
        let mut mask: libc::sigset_t = MaybeUninit::zeroed().assume_init();
        libc::pthread_sigmask(libc::SIG_SETMASK, std::ptr::null(), &mut mask);
        (
            action.sa_sigaction == libc::SIG_IGN,
            libc::sigismember(&mask, libc::SIGTERM) == 1,
        )
    };
    say(match (ignored, blocked) {
        (false, false) => "the child can be stopped",
        (true, _) => "the child ignores SIGTERM",
        (_, true) => "the child has SIGTERM blocked",
    });
}

/// Lets a program start with a signal ignored, as `nohup` does.
pub fn start_ignoring(command: &mut Command, signal: c_int) {
    // SAFETY: signal(2) is async-signal-safe and touches no memory of the parent's.
    unsafe {
        command.pre_exec(move || {
            libc::signal(signal, libc::SIG_IGN);
            Ok(())
        })
    };
}

/// Lets a program start with a signal blocked, as a parent does that waits for its own signals that way and forgets its
/// children.
pub fn start_blocking(command: &mut Command, signal: c_int) {
    // SAFETY: the set is initialised before it is used; the calls are async-signal-safe.
    unsafe {
        command.pre_exec(move || {
            let mut set: libc::sigset_t = MaybeUninit::zeroed().assume_init();
            libc::sigemptyset(&mut set);
            libc::sigaddset(&mut set, signal);
            libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
            Ok(())
        })
    };
}

/// From here on this process and its children leave no core behind, whatever signal ends them.
pub fn leave_no_cores() {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a whole rlimit.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
}

/// Whose processes this one's are.
pub fn user() -> u32 {
    // SAFETY: getuid(2) always succeeds.
    unsafe { libc::getuid() }
}
