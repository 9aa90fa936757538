//! Each verdict, and what the process does when the signal comes.

use std::process::Command;

use bowout::Signal;
use bowout::inspect::{Inspection, Verdict, Waits, When};
use bowout::signal::DefaultAction;
use bowout_tests::sys::wait_until_stopped;
use bowout_tests::{Actor, Ended, Gate, actor, actor_path};

use super::look_at;

fn verdict(found: &Inspection, signal: Signal) -> Verdict {
    found.request(signal).expect("a request to stop").verdict
}

/// Looks again until it has come to be so: a program says `ready` before it waits.
fn until(actor: &Actor, signal: Signal, expected: Verdict) -> Inspection {
    let began = std::time::Instant::now();
    loop {
        let found = look_at(actor);
        if verdict(&found, signal) == expected {
            return found;
        }
        assert!(began.elapsed() < bowout_tests::PATIENCE, "{found:?}");
        std::thread::yield_now();
    }
}

fn is_pending(actor: &Actor) -> bool {
    look_at(actor)
        .signals
        .expect("Linux tells")
        .pending
        .contains(Signal::Term)
}

const ENDS: Verdict = Verdict::Default(DefaultAction::Terminate);

#[test]
fn a_handler_of_its_own() {
    let mut actor = Actor::ready("catches-term");
    let found = look_at(&actor);
    assert_eq!(verdict(&found, Signal::Term), Verdict::Caught);
    assert!(found.signals.unwrap().caught.contains(Signal::Term), "{found:?}");
    assert_eq!(found.request(Signal::Term).unwrap().when, When::AtOnce);
    actor.ask(libc::SIGTERM);
    actor.expect("caught");
    assert_eq!(actor.ended(), Ended::Code(7));
}

#[test]
fn none_at_all() {
    for (signal, number) in [
        (Signal::Term, libc::SIGTERM),
        (Signal::Int, libc::SIGINT),
        (Signal::Hup, libc::SIGHUP),
        (Signal::Kill, libc::SIGKILL),
    ] {
        let mut actor = Actor::ready("sleeper");
        assert_eq!(verdict(&look_at(&actor), signal), ENDS, "{signal}");
        actor.ask(number);
        assert_eq!(actor.ended(), Ended::Signal(number));
    }
    let mut actor = Actor::ready("sleeper");
    let quit = verdict(&look_at(&actor), Signal::Quit);
    assert_eq!(quit, Verdict::Default(DefaultAction::CoreDump));
    actor.ask(libc::SIGQUIT);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGQUIT));
}

#[test]
fn ignored() {
    let mut actor = Actor::ready("ignores-term");
    let found = look_at(&actor);
    assert_eq!(verdict(&found, Signal::Term), Verdict::Ignored);
    assert!(found.signals.unwrap().ignored.contains(Signal::Int), "{found:?}");
    actor.ask(libc::SIGTERM);
    // What is ignored is thrown away while it is sent.
    assert!(!is_pending(&actor) && actor.is_alive());
    actor.ask(libc::SIGKILL);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGKILL));
}

#[test]
fn ignored_because_of_nohup() {
    let mut actor = Actor::start(Command::new("nohup").arg(actor_path()).arg("sleeper"));
    actor.expect("ready");
    let found = look_at(&actor);
    assert_eq!(verdict(&found, Signal::Hup), Verdict::Ignored);
    assert_eq!(verdict(&found, Signal::Term), ENDS);
    actor.ask(libc::SIGHUP);
    assert!(actor.is_alive());
    actor.ask(libc::SIGTERM);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn blocked_and_then_let_in() {
    let mut command = actor("blocks-term");
    let gate = Gate::before(&mut command);
    let mut actor = Actor::start(&mut command);
    actor.expect("ready");
    let found = look_at(&actor);
    assert_eq!(verdict(&found, Signal::Term), Verdict::Blocked);
    assert!(found.signals.unwrap().pending.is_empty(), "{found:?}");
    actor.ask(libc::SIGTERM);
    assert!(is_pending(&actor) && actor.is_alive());
    gate.open();
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn read_from_a_signalfd() {
    let mut actor = Actor::ready("reads-term");
    let found = look_at(&actor);
    assert_eq!(
        verdict(&found, Signal::Term),
        Verdict::Awaited(Waits::SignalFd),
        "{found:?}"
    );
    actor.ask(libc::SIGTERM);
    actor.expect("read 15");
    assert_eq!(actor.ended(), Ended::Code(7));
}

/// While a thread waits, the kernel takes the signal out of its mask: it must not be taken for one that TERM kills.
#[test]
fn waited_for_by_a_thread() {
    let mut actor = Actor::ready("waits-for-term");
    let found = until(&actor, Signal::Term, Verdict::Awaited(Waits::SigWait));
    let signals = found.signals.unwrap();
    assert!(signals.blocked.contains(Signal::Term), "{found:?}");
    assert!(!signals.sigwait.unwrap().contains(Signal::Int), "{found:?}");
    actor.ask(libc::SIGTERM);
    actor.expect("took 15");
    assert_eq!(actor.ended(), Ended::Code(7));
}

#[test]
fn blocked_by_one_thread_and_not_by_another() {
    let mut actor = Actor::ready("blocks-term-in-one-thread");
    // A thread is born with everything blocked, for a moment.
    let found = until(&actor, Signal::Term, ENDS);
    assert_eq!(found.linux.unwrap().threads, 2);
    actor.ask(libc::SIGTERM);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn waited_for_in_vain() {
    let mut actor = Actor::ready("waits-for-term-beside-one-that-takes-it");
    while look_at(&actor)
        .signals
        .unwrap()
        .sigwait
        .is_none_or(|set| set.is_empty())
    {
        std::thread::yield_now();
    }
    assert_eq!(verdict(&look_at(&actor), Signal::Term), ENDS);
    actor.ask(libc::SIGTERM);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn stopped_and_then_continued() {
    let mut actor = Actor::ready("sleeper");
    actor.ask(libc::SIGSTOP);
    wait_until_stopped(actor.child());
    let found = look_at(&actor);
    let term = found.request(Signal::Term).unwrap();
    assert_eq!((term.verdict, term.when), (ENDS, When::Continued));
    assert_eq!(found.request(Signal::Kill).unwrap().when, When::AtOnce);
    actor.ask(libc::SIGTERM);
    assert!(is_pending(&actor) && actor.is_alive());
    actor.ask(libc::SIGCONT);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn stopped_and_killed() {
    let mut actor = Actor::ready("sleeper");
    actor.ask(libc::SIGSTOP);
    wait_until_stopped(actor.child());
    actor.ask(libc::SIGKILL);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGKILL));
}
