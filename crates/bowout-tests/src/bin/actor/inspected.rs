//! Programs that do every thing that can be done about TERM on Linux, and inspectors who are somebody else or elsewhere.

use std::io;
use std::mem::zeroed;
use std::process::{Command, Stdio};
use std::ptr::null_mut;

use bowout::Signal;
use bowout::inspect::{Inspection, inspect};
use bowout::stop::ProcessId;
use bowout_tests::Gate;

use crate::say;
use crate::stoppers::args;
use crate::stoppers::os::linux::{few_numbers, with_few_numbers};
use crate::targets::sleep_for_ever;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "catches-term" => catches_term,
        "blocks-term" => blocks_term,
        "reads-term" => reads_term,
        "waits-for-term" => waits_for_term,
        "blocks-term-in-one-thread" => blocks_term_in_one_thread,
        "waits-for-term-beside-one-that-takes-it" => waits_beside_one_that_takes_it,
        "first-of-a-namespace" => first_of_a_namespace,
        "inspects-the-first" => || with_few_numbers("inspected-by-its-child"),
        "inspected-by-its-child" => inspected_by_its_child,
        "inspects-its-parent" => inspects_its_parent,
        "inspects-itself" => inspects_itself,
        "inspector-as-nobody" => inspector_as_nobody,
        _ => return None,
    })
}

extern "C" fn leave(signal: libc::c_int) {
    // SAFETY: write(2) and _exit(2) may be called in a handler; the text is as long as is said.
    unsafe {
        libc::write(1, b"caught\n".as_ptr().cast(), 7);
        libc::_exit(if signal == libc::SIGTERM { 7 } else { 8 });
    }
}

fn catches_term() {
    // SAFETY: the handler makes async-signal-safe calls only.
    unsafe { libc::signal(libc::SIGTERM, leave as *const () as libc::sighandler_t) };
    say("ready");
    sleep_for_ever();
}

fn only_term() -> libc::sigset_t {
    // SAFETY: sigset_t is plain data, which sigemptyset fills in.
    unsafe {
        let mut set: libc::sigset_t = zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, libc::SIGTERM);
        set
    }
}

fn mask(how: libc::c_int) {
    // SAFETY: the set is read, and the old one is not wanted.
    unsafe { libc::pthread_sigmask(how, &only_term(), null_mut()) };
}

/// Lets TERM in when the gate opens.
fn blocks_term() {
    mask(libc::SIG_BLOCK);
    say("ready");
    Gate::pass();
    mask(libc::SIG_UNBLOCK);
    sleep_for_ever();
}

fn reads_term() {
    mask(libc::SIG_BLOCK);
    // SAFETY: the set is read; the place is as large as what is read into it.
    unsafe {
        let fd = libc::signalfd(-1, &only_term(), libc::SFD_CLOEXEC);
        say("ready");
        let mut info: libc::signalfd_siginfo = zeroed();
        libc::read(fd, (&raw mut info).cast(), size_of_val(&info));
        say(&format!("read {}", info.ssi_signo));
    }
    std::process::exit(7);
}

fn wait_for_term() {
    // SAFETY: the set is read, and who has sent it is not asked.
    let signal = unsafe { libc::sigwaitinfo(&only_term(), null_mut()) };
    say(&format!("took {signal}"));
    std::process::exit(7);
}

/// Another thread waits, and this one keeps out of its way.
fn waits_for_term() {
    mask(libc::SIG_BLOCK);
    std::thread::spawn(wait_for_term);
    say("ready");
    sleep_for_ever();
}

fn blocks_term_in_one_thread() {
    std::thread::spawn(sleep_for_ever);
    mask(libc::SIG_BLOCK);
    say("ready");
    sleep_for_ever();
}

/// The waiting thread will not get it.
fn waits_beside_one_that_takes_it() {
    std::thread::spawn(|| {
        mask(libc::SIG_BLOCK);
        wait_for_term();
    });
    say("ready");
    sleep_for_ever();
}

/// `first-of-a-namespace SCENARIO`: tells the number of a child that is PID 1 to itself, and how it ended.
fn first_of_a_namespace() {
    let mut child = Command::new(std::env::current_exe().expect("a path"));
    child.args(args());
    // SAFETY: unshare(2) takes flags; there is no other thread.
    let result = unsafe { libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWPID) };
    if result != 0 {
        return say(&format!("cannot: unshare: {}", io::Error::last_os_error()));
    }
    let mut child = child.stdin(Stdio::null()).spawn().expect("it starts");
    say(&format!("child {}", child.id()));
    let status = child.wait().expect("it is our child");
    say(&format!("child left: {status}"));
}

/// PID 1 of a namespace with a `/proc` of its own.
fn inspected_by_its_child() {
    if let Err(why) = few_numbers() {
        return say(&why);
    }
    let inspector = Command::new(std::env::current_exe().expect("a path"))
        .arg("inspects-its-parent")
        .status();
    say(&format!("still here: {}", inspector.expect("it starts").success()));
}

/// Foretells what TERM and KILL would do to the parent, and sends both.
fn inspects_its_parent() {
    let parent = ProcessId::new(std::os::unix::process::parent_id()).expect("not 0");
    let found = std::iter::repeat_with(|| inspect(parent).expect("it is there"))
        // While it starts a child, the C library has every signal blocked; that is over when it waits.
        .find(|found| found.signals.as_ref().is_some_and(|signals| signals.blocked.is_empty()))
        .expect("it has no end");
    tell(&found);
    for signal in [libc::SIGTERM, libc::SIGKILL] {
        bowout_tests::sys::send(found.id.pid(), signal);
    }
}

/// Tells what it knows of itself.
fn inspects_itself() {
    let found = inspect(ProcessId::own()).expect("it is there");
    say(&format!("name {:?} command line {:?}", found.name, found.command_line));
    tell(&found);
}

/// `inspector-as-nobody PID`
fn inspector_as_nobody() {
    const NOBODY: u32 = 65_534;
    // SAFETY: setuid(2) takes a number.
    if unsafe { libc::setuid(NOBODY) } != 0 {
        return say(&format!("cannot: setuid: {}", io::Error::last_os_error()));
    }
    let id = args().next().and_then(|id| id.parse().ok()).expect("an id");
    tell(&inspect(id).expect("it is there"));
}

fn tell(found: &Inspection) {
    for signal in [Signal::Term, Signal::Kill] {
        let request = found.request(signal).expect("it is a request to stop");
        let route = request.attempts.first().expect("one route");
        let route = route.result.as_ref().map(|_| "open");
        say(&format!("{signal} {:?} {route:?}", request.verdict));
    }
    for untold in &found.untold {
        say(&format!("untold {}", untold.what));
    }
    say("told");
}
