//! Targets that do something about signals.

use std::sync::atomic::{AtomicI32, Ordering};

use super::{LIFETIME, sleep_for_ever};
use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "ignores-term" => ignores_term,
        "exits-on-term" => exits_on_term,
        "stops-itself" => stops_itself,
        "reaps-at-once" => reaps_at_once,
        #[cfg(target_os = "linux")]
        "leader-leaves" => leader_leaves,
        _ => return None,
    })
}

/// Only force ends it.
fn ignores_term() {
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP] {
        handle(signal, libc::SIG_IGN);
    }
    say("ready");
    sleep_for_ever();
}

/// Hears no TERM, fetches the exit status of each child as soon as it has ended, and leaves behind the last.
fn reaps_at_once() {
    handle(libc::SIGTERM, libc::SIG_IGN);
    say("ready");
    while rustix::process::wait(rustix::process::WaitOptions::empty()).is_ok() {}
}

/// Reports the first TERM or INT, and leaves with code 7.
fn exits_on_term() {
    listen();
    say("ready");
    let signal = heard();
    say(&format!("heard {signal}"));
    std::process::exit(7);
}

/// Like `exits-on-term`, but pauses first, as with Ctrl-Z.
fn stops_itself() {
    listen();
    say("ready");
    // SAFETY: raise(3) takes an integer.
    unsafe { libc::raise(libc::SIGSTOP) };
    let signal = heard();
    say(&format!("heard {signal}"));
    std::process::exit(7);
}

/// The first thread ends and another lives on: `/proc/PID/stat` calls such a process a zombie.
#[cfg(target_os = "linux")]
fn leader_leaves() {
    let other = std::thread::spawn(|| {
        say("ready");
        sleep_for_ever();
        std::process::exit(0);
    });
    std::mem::forget(other);
    // SAFETY: exit(2) ends this thread alone; nothing on its stack is borrowed by another.
    unsafe { libc::syscall(libc::SYS_exit, 0) };
}

static HEARD: AtomicI32 = AtomicI32::new(0);

extern "C" fn note(signal: libc::c_int) {
    HEARD.store(signal, Ordering::SeqCst);
}

/// The signals stay blocked until `heard` lets one in, so that none is lost before it sleeps.
fn listen() {
    for signal in [libc::SIGTERM, libc::SIGINT] {
        block(signal);
        handle(signal, note as *const () as libc::sighandler_t);
    }
}

fn heard() -> i32 {
    // SAFETY: alarm(2) takes a number; its signal ends the process by default.
    unsafe { libc::alarm(LIFETIME.as_secs() as libc::c_uint) };
    // SAFETY: sigset_t is plain data, which sigemptyset fills in; sigsuspend(2) reads it.
    unsafe {
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut none);
        while HEARD.load(Ordering::SeqCst) == 0 {
            libc::sigsuspend(&none);
        }
    }
    HEARD.load(Ordering::SeqCst)
}

fn block(signal: i32) {
    // SAFETY: sigset_t is plain data, which sigemptyset fills in; the other calls read it.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, signal);
        libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
    }
}

fn handle(signal: i32, handler: libc::sighandler_t) {
    // SAFETY: the handler is SIG_IGN or a function that stores to an atomic and does nothing else.
    unsafe { libc::signal(signal, handler) };
}
