//! What only Unix has: storms, forks, masks, dispositions.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bowout::listen::{Shutdown, Subscription};

use crate::say;

use super::{listen, say_when_heard, signal};

pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "subscribe-storm" => storm,
        "subscribe-churn" => churn,
        "subscribe-listen-churn" => listen_churn,
        "subscribe-fork" => fork,
        "subscribe-child" => child_of_action,
        "subscribe-coexist" => coexist,
        "restores" => restores,
        "stays-covered" => stays_covered,
        _ => return None,
    })
}

fn number() -> i32 {
    signal().number().expect("it is of this system")
}

fn send(pid: i32, signal: i32) {
    // SAFETY: kill(2) takes two numbers; the process is this one or its child.
    unsafe { libc::kill(pid, signal) };
}

fn me() -> i32 {
    std::process::id() as i32
}

/// `subscribe-storm SIGNAL`: four senders count before they send, and the action looks at the count.
fn storm() {
    const SENDERS: u32 = 4;
    const EACH: u32 = 50_000;
    static SENT: AtomicU32 = AtomicU32::new(0);
    static SEEN: AtomicU32 = AtomicU32::new(0);
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let shutdown = listen();
    let action = || {
        RUNS.fetch_add(1, Ordering::Relaxed);
        SEEN.store(SENT.load(Ordering::SeqCst), Ordering::SeqCst);
    };
    shutdown.on_signal(signal(), action).expect("it subscribes");
    say("ready");
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    SENT.fetch_add(1, Ordering::SeqCst);
                    send(me(), number());
                }
            });
        }
    });
    // No more signals from here on: what the last one told must get there by itself.
    while SEEN.load(Ordering::SeqCst) < SENDERS * EACH {
        std::thread::sleep(Duration::from_millis(1));
    }
    say("the last was seen");
    let runs = RUNS.load(Ordering::Relaxed);
    assert!((1..=SENDERS * EACH).contains(&runs), "{runs} runs");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// Ends the program in the middle of whatever main does.
fn leave_on_signal(shutdown: &Shutdown) -> Subscription {
    let heard = || {
        // SAFETY: _exit(2) takes a number and does not return.
        unsafe { libc::_exit(0) }
    };
    shutdown.on_signal(signal(), heard).expect("it subscribes")
}

/// `subscribe-churn SIGNAL`: subscribes and takes back, without end.
fn churn() {
    let shutdown = listen();
    say("ready");
    while !shutdown.is_requested() {
        assert!(leave_on_signal(&shutdown).remove());
    }
    shutdown.leave();
}

/// `subscribe-listen-churn SIGNAL`: listens, subscribes, and ends it, without end.
fn listen_churn() {
    let _ = leave_on_signal(&listen());
    say("ready");
    loop {
        let _ = leave_on_signal(&listen());
    }
}

/// Runs `child` in a child that was forked without exec, and tells how it ended.
fn in_forked_child(child: impl FnOnce()) {
    // SAFETY: the child goes on as an ordinary program; no other thread of this one holds a lock that it needs.
    let pid = unsafe { crate::posix::fork_for_a_while() };
    if pid == 0 {
        child();
        std::process::exit(0);
    }
    let mut status = 0;
    // SAFETY: the child is ours, the place too.
    unsafe { libc::waitpid(pid, &mut status, 0) };
    if libc::WIFSIGNALED(status) {
        say(&format!("child killed by {}", libc::WTERMSIG(status)));
    } else {
        say(&format!("child exited {}", libc::WEXITSTATUS(status)));
    }
}

/// `subscribe-fork SIGNAL`
fn fork() {
    let shutdown = listen();
    let subscription = say_when_heard(&shutdown, signal());
    say_when_heard(&shutdown, bowout::Signal::Pipe);
    in_forked_child(|| {
        // Rust's programs ignore it, and so did this one before it subscribed.
        send(me(), libc::SIGPIPE);
        say("SIGPIPE is ignored");
        send(me(), number());
    });
    in_forked_child(|| {
        let error = shutdown.on_signal(signal(), || ()).expect_err("it is the parent's");
        say(&error.to_string());
        assert!(!subscription.clone().remove());
        let own = listen();
        let (told, heard) = std::sync::mpsc::channel();
        let action = move || told.send(()).expect("main waits");
        own.on_signal(bowout::Signal::Usr2, action).expect("it subscribes");
        send(me(), libc::SIGUSR2);
        heard.recv().expect("it is told");
        say("child heard USR2");
        send(me(), number());
    });
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// `subscribe-child SIGNAL`: the action starts a child, and main has everything blocked.
fn child_of_action() {
    let shutdown = listen();
    shutdown
        .on_signal(signal(), || {
            let myself = std::env::current_exe().expect("it has a path");
            let status = std::process::Command::new(myself).arg("report-signals").status();
            status.expect("the child runs");
        })
        .expect("it subscribes");
    say("ready");
    shutdown.wait();
    shutdown.leave();
}

/// `subscribe-coexist SIGNAL before|after`: signal-hook listens to the same one.
fn coexist() {
    let peer = || {
        let mut signals = signal_hook::iterator::Signals::new([number()]).expect("signal-hook listens");
        std::thread::spawn(move || signals.forever().for_each(|_| say("signal-hook heard")));
    };
    let order = std::env::args().nth(3).unwrap_or_default();
    if order == "before" {
        peer();
    }
    let shutdown = listen();
    let subscription = shutdown
        .on_signal(signal(), || say("bowout heard"))
        .expect("it subscribes");
    if order == "after" {
        peer();
    }
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    // The peer's handler stays where it is.
    assert!(subscription.remove());
    say("removed");
    drop(shutdown);
    loop {
        std::thread::park();
    }
}

extern "C" fn theirs(signal: i32) {
    // SAFETY: write(2) from a static; async-signal-safe.
    unsafe { libc::write(1, b"theirs\n".as_ptr().cast(), 7) };
    let previous = BELOW.load(Ordering::Relaxed);
    if previous > 1 {
        // SAFETY: what sigaction(2) reported as the handler in place. Ours takes three arguments, of which it uses the first
        // only while it passes on to nobody.
        let previous: extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void) =
            unsafe { std::mem::transmute(previous) };
        previous(signal, std::ptr::null_mut(), std::ptr::null_mut());
    }
}

/// The handler that `theirs` found in its place.
static BELOW: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// A disposition that is told apart from every other: its handler, its flags, and its mask.
fn disposition(signal: i32) -> (usize, i32, Vec<bool>) {
    // SAFETY: only asks; zeroes are a valid sigaction, and the mask is a whole set.
    unsafe {
        let mut found: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &mut found);
        let masked = (1..32).map(|other| libc::sigismember(&found.sa_mask, other) == 1);
        (found.sa_sigaction, found.sa_flags, masked.collect())
    }
}

fn set_disposition(signal: i32, handler: usize) {
    // SAFETY: zeroes are a valid sigaction; the handler is a function of this program, or one of the two dispositions
    // without.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = handler;
        new.sa_flags = libc::SA_NODEFER;
        libc::sigaddset(&mut new.sa_mask, libc::SIGWINCH);
        let mut old: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, &new, &mut old);
        BELOW.store(old.sa_sigaction, Ordering::Relaxed);
    }
}

/// `restores SIGNAL handler|ignore|default`: what was found is put back, for a trigger and for what was subscribed to.
fn restores() {
    let found = match std::env::args().nth(3).as_deref() {
        Some("handler") => theirs as *const () as usize,
        Some("ignore") => libc::SIG_IGN,
        _ => libc::SIG_DFL,
    };
    let both = [libc::SIGTERM, number()];
    both.iter().for_each(|signal| set_disposition(*signal, found));
    let before = both.map(disposition);
    let shutdown = listen();
    let subscription = say_when_heard(&shutdown, signal());
    assert_ne!(disposition(number()), before[1], "it is taken");
    assert!(subscription.remove());
    say(&format!("removed: {}", disposition(number()) == before[1]));
    say_when_heard(&shutdown, signal());
    drop(shutdown);
    say(&format!("dropped: {}", both.map(disposition) == before));
}

/// `stays-covered SIGNAL`: somebody goes on top, and stays there.
fn stays_covered() {
    let shutdown = listen();
    let subscription = say_when_heard(&shutdown, signal());
    set_disposition(number(), theirs as *const () as usize);
    assert!(subscription.remove());
    drop(shutdown);
    say(&format!(
        "theirs stays: {}",
        disposition(number()).0 == theirs as *const () as usize
    ));
    // Ours is still called by theirs, and does nothing.
    send(me(), number());
    say("alive");
}
