//! What only Unix has: forks, masks, pid namespaces, chains of handlers.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use bowout::listen::{Builder, SecondRequest};

use bowout_tests::Gate;

use crate::listeners::listen;
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "fork" => fork,
        "fork-listens" => fork_listens,
        "fork-after-a-request" => fork_after_a_request,
        "exit-from-a-thread" => exit_from_a_thread,
        "fork-deadline" => fork_deadline,
        "child-of-main" => child_of_main,
        "child-of-cleanup" => child_of_cleanup,
        "report-signals" => report_signals,
        "coexist" => coexist,
        "as-pid-1" => as_pid_1,
        "blocks-and-becomes" => blocks_and_becomes,
        #[cfg(target_os = "linux")]
        "adopts-nobody-and-becomes" => {
            crate::sandbox::forbid_to_adopt();
            become_the_rest()
        }
        "orphan-maker" => orphan_maker,
        "unblocks" => unblocks,
        _ => return bowout_tests::storm::play(name),
    })
}

fn argument(number: usize) -> String {
    std::env::args().nth(number).unwrap_or_default()
}

/// fork(2), of which the child does not outlive a test that fails for long.
///
/// # Safety
/// As fork(2): the child does nothing that another thread of the parent may stand in the way of.
pub unsafe fn fork_for_a_while() -> libc::pid_t {
    // SAFETY: the caller vouches for the child; alarm(2) takes a number.
    unsafe {
        let child = libc::fork();
        if child == 0 {
            libc::alarm(60);
        }
        child
    }
}

/// Forks a child that only waits, which gets a SIGTERM, and one that leaves by exit(3).
fn fork() {
    let shutdown = listen();
    shutdown.cleanup("tidy", || say("cleaned"));
    // SAFETY: the children make async-signal-safe calls only, but for exit(3), which is what is tried out: this process has
    // no other thread that could hold a lock, save bowout's, which holds none while it waits.
    unsafe {
        let waits = fork_for_a_while();
        if waits == 0 {
            loop {
                libc::pause();
            }
        }
        libc::kill(waits, libc::SIGTERM);
        let mut status = 0;
        libc::waitpid(waits, &mut status, 0);
        say(&format!("child killed by {}", libc::WTERMSIG(status)));
        let exits = fork_for_a_while();
        if exits == 0 {
            libc::exit(0);
        }
        libc::waitpid(exits, &mut status, 0);
        say(&format!("child exited {}", libc::WEXITSTATUS(status)));
    }
    say(&format!("parent requested {}", shutdown.is_requested()));
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// Forks a child that listens for itself.
fn fork_listens() {
    let shutdown = listen();
    shutdown.cleanup("tidy", || say("parent cleaned"));
    // SAFETY: as above; the child goes on as an ordinary program, which no thread of the parent's stands in the way of.
    let child = unsafe { fork_for_a_while() };
    if child == 0 {
        let own = listen();
        own.cleanup("tidy", || say("child cleaned"));
        // SAFETY: kill(2) takes two numbers.
        unsafe { libc::kill(libc::getpid(), libc::SIGTERM) };
        say(&format!("child request {}", own.wait().trigger()));
        drop(shutdown);
        own.leave();
    }
    let mut status = 0;
    // SAFETY: the child is ours, the place too.
    unsafe { libc::waitpid(child, &mut status, 0) };
    say(&format!("child killed by {}", libc::WTERMSIG(status)));
    say(&format!("parent requested {}", shutdown.is_requested()));
}

/// Forks right after a request, which the thread that watches has often not taken in yet, and the child listens.
fn fork_after_a_request() {
    let shutdown = Builder::new()
        .second_request(SecondRequest::Note)
        .grace(Duration::MAX)
        .listen()
        .expect("it listens");
    let mut inherited = 0;
    for _ in 0..50 {
        // SAFETY: raise(3) takes a number; for the child see above.
        let child = unsafe {
            libc::raise(libc::SIGTERM);
            fork_for_a_while()
        };
        if child == 0 {
            std::process::exit(i32::from(listen().is_requested()));
        }
        let mut status = 0;
        // SAFETY: the child is ours, the place too.
        unsafe { libc::waitpid(child, &mut status, 0) };
        inherited += i32::from(status != 0);
    }
    say(&format!("{inherited} children have inherited a request"));
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// Another thread leaves by `exit`, while main sleeps and takes the signals.
fn exit_from_a_thread() {
    let shutdown = listen();
    shutdown.cleanup("slow", || {
        say("cleaning");
        Gate::pass();
        say("cleaned");
    });
    std::thread::spawn(|| std::process::exit(3));
    loop {
        std::thread::park();
    }
}

/// Forks in the middle of work that has a callback, and in the child does work of its own.
fn fork_deadline() {
    use bowout::deadline;
    use std::sync::mpsc::channel;
    use std::time::Duration;
    let outcome = deadline::within(Duration::from_secs(1), |scope| {
        let (wake, woken) = channel();
        scope
            .on_elapsed(move || wake.send("parent: broken").expect("the work waits"))
            .expect("a thread");
        // SAFETY: the child goes on as an ordinary program: the parent's only other thread is the timer, whose lock no fork
        // finds taken.
        let child = unsafe { fork_for_a_while() };
        if child == 0 {
            let inner = deadline::within(Duration::from_millis(20), |scope| {
                let (wake, woken) = channel();
                scope
                    .on_elapsed(move || wake.send("child: broken").expect("the work waits"))
                    .expect("a thread");
                say(woken.recv().expect("the callback runs"));
            });
            say(&format!("child: {}", inner.expect_err("it waits for its end")));
            let outer = scope.sleep(Duration::MAX);
            say(&format!("child: {}", outer.expect_err("its end is the parent's")));
        } else {
            let mut status = 0;
            // SAFETY: the child is ours, the place too.
            unsafe { libc::waitpid(child, &mut status, 0) };
            say(woken.recv().expect("the callback runs"));
        }
        child
    });
    // Both come here, and neither waits for a callback that is not its own.
    say(&outcome.expect_err("the time is over").to_string());
}

fn report_of_a_child() {
    let myself = std::env::current_exe().expect("it has a path");
    Command::new(myself)
        .arg("report-signals")
        .status()
        .expect("the child runs");
}

fn child_of_main() {
    let shutdown = listen();
    say("ready");
    shutdown.wait();
    report_of_a_child();
    shutdown.leave();
}

/// Main never leaves, so it is a thread of bowout's that runs the cleanup.
fn child_of_cleanup() {
    let grace = std::time::Duration::from_secs(4);
    let shutdown = bowout::listen::Builder::new()
        .grace(grace)
        .listen()
        .expect("it listens");
    shutdown.cleanup("child", report_of_a_child);
    say("ready");
    loop {
        std::thread::park();
    }
}

fn report_signals() {
    for (name, signal) in [
        ("INT", libc::SIGINT),
        ("TERM", libc::SIGTERM),
        ("HUP", libc::SIGHUP),
        ("QUIT", libc::SIGQUIT),
    ] {
        // SAFETY: only asks; zeroes are a valid sigaction.
        let found = unsafe {
            let mut found: libc::sigaction = std::mem::zeroed();
            libc::sigaction(signal, std::ptr::null(), &mut found);
            found.sa_sigaction
        };
        let what = match found {
            libc::SIG_DFL => "default",
            libc::SIG_IGN => "ignored",
            _ => "caught",
        };
        say(&format!("{name} {what}"));
    }
    // SAFETY: only asks; the set is filled in by the call.
    let blocked = unsafe {
        let mut set = std::mem::zeroed();
        libc::pthread_sigmask(libc::SIG_SETMASK, std::ptr::null(), &mut set);
        (1..32)
            .filter(|signal| libc::sigismember(&set, *signal) == 1)
            .collect::<Vec<i32>>()
    };
    say(&if blocked.is_empty() {
        "nothing blocked".to_owned()
    } else {
        format!("blocked {blocked:?}")
    });
}

/// Listens with bowout and with a peer, in either order, for SIGINT.
fn coexist() {
    let (peer, order) = (argument(2), argument(3));
    if order == "before" {
        start_peer(&peer);
    }
    let mut shutdown = listen();
    if order != "before" {
        start_peer(&peer);
    }
    if order == "twice" {
        drop(shutdown);
        shutdown = listen();
    }
    // A wait that is over at once, and in which whoever came later is noticed.
    assert!(shutdown.sleep(std::time::Duration::ZERO).is_ok());
    say("ready");
    shutdown.wait();
    say("bowout heard");
    HEARD.wait();
    shutdown.leave();
}

/// Both the peer's thread and main have heard.
static HEARD: std::sync::LazyLock<std::sync::Barrier> = std::sync::LazyLock::new(|| std::sync::Barrier::new(2));

fn start_peer(peer: &str) {
    fn heard(peer: &str) {
        say(&format!("{peer} heard"));
        HEARD.wait();
    }
    match peer {
        "ctrlc" => ctrlc::set_handler(|| heard("ctrlc")).expect("ctrlc listens"),
        "signal-hook" => {
            let mut signals = signal_hook::iterator::Signals::new([libc::SIGINT]).expect("signal-hook listens");
            std::thread::spawn(move || {
                if signals.forever().next().is_some() {
                    heard("signal-hook");
                }
            });
        }
        "tokio" => {
            let (started, wait) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async {
                    let kind = tokio::signal::unix::SignalKind::interrupt();
                    let mut signal = tokio::signal::unix::signal(kind).expect("tokio listens");
                    let _ = started.send(());
                    signal.recv().await;
                    heard("tokio");
                });
            });
            let _ = wait.recv();
        }
        other => panic!("no peer {other:?}"),
    }
}

/// Runs another scenario as PID 1 of a pid namespace, signals it once it is ready, and tells how it ended.
fn as_pid_1() {
    let signal: i32 = argument(2).parse().expect("a number");
    let mut init = Command::new(std::env::current_exe().expect("it has a path"));
    if let Err(error) = bowout_tests::sys::as_pid_1(init.arg(argument(3)), signal, say) {
        say(&format!("cannot: {error}"));
    }
}

/// Blocks SIGTERM, sends it to itself, and becomes another program, for which it waits then.
fn blocks_and_becomes() {
    // SAFETY: sigset_t is plain data, which sigemptyset fills in; the calls take numbers besides.
    unsafe {
        let mut term: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut term);
        libc::sigaddset(&mut term, libc::SIGTERM);
        libc::sigprocmask(libc::SIG_BLOCK, &term, std::ptr::null_mut());
        libc::raise(libc::SIGTERM);
    }
    become_the_rest();
}

/// The program that the further arguments name.
fn become_the_rest() -> ! {
    let error = Command::new(argument(2)).args(std::env::args().skip(3)).exec();
    panic!("{error}");
}

/// Makes orphans that end at once, one after the other, and then waits until nobody but itself and process 1 is left.
fn orphan_maker() {
    let count: u32 = argument(2).parse().expect("a number");
    for made in 0..count {
        // A test has patience for so many.
        if made % 1_000 == 0 {
            say(&format!("made {made}"));
        }
        // SAFETY: the children make async-signal-safe calls only; this process has one thread.
        unsafe {
            let parent = libc::fork();
            if parent == 0 {
                // The orphan, which has nothing to do, and nobody who waits for it.
                libc::fork();
                libc::_exit(0);
            }
            assert!(parent > 0, "{}", std::io::Error::last_os_error());
            libc::waitpid(parent, std::ptr::null_mut(), 0);
        }
    }
    say(&format!("made {count}"));
    let own = std::process::id();
    let left = || {
        let entries = std::fs::read_dir("/proc").expect("there is a /proc");
        let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        pids.filter(|pid| *pid != 1 && *pid != own).count()
    };
    let deadline = std::time::Instant::now() + bowout_tests::PATIENCE;
    while left() > 0 && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    say(&format!("left {}", left()));
}

/// Lets through whatever was blocked when it began, and waits.
fn unblocks() {
    // SAFETY: sigset_t is plain data, which sigemptyset fills in; alarm(2) takes a number, and pause(2) nothing.
    unsafe {
        libc::alarm(60);
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut());
        libc::pause();
    }
}
