//! Processes that are not what they seem: zombies, and those that only look like one; and such as no signal gets to at once.

use std::ptr::null_mut;

use bowout::Signal;
use bowout::inspect::{Inspection, State, Verdict, When, inspect};
use bowout::signal::DefaultAction;
use bowout::stop::{OpenError, ProcessId};
use bowout_tests::{Actor, Ended, PATIENCE};

use super::look_at;

/// Looks again until it has come to be so.
fn until(actor: &Actor, is_so: impl Fn(&Inspection) -> bool) -> Inspection {
    let began = std::time::Instant::now();
    loop {
        let found = look_at(actor);
        if is_so(&found) {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{found:?}");
        std::thread::yield_now();
    }
}

#[test]
fn a_zombie_hears_nothing() {
    let mut actor = Actor::ready("sleeper");
    let id = look_at(&actor).id;
    actor.ask(libc::SIGKILL);
    let found = loop {
        // For a moment it is neither: its memory is gone, and its parent has not been told.
        match inspect(id) {
            Ok(found) if found.state == Some(State::Zombie) => break found,
            Ok(_) | Err(OpenError::AlreadyExited { .. }) => std::thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(found.id, id);
    assert!(
        found.requests.iter().all(|request| request.verdict == Verdict::Exited),
        "{found:?}"
    );
    assert_eq!(found.untold, [], "there is nothing to tell");
    actor.ask(libc::SIGTERM);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGKILL));
    assert!(matches!(
        inspect(id),
        Err(OpenError::NoSuchProcess { .. } | OpenError::PidReused { .. })
    ));
}

#[test]
fn one_whose_first_thread_has_left_is_alive() {
    let mut actor = Actor::ready("leader-leaves");
    // The thread that is left comes to rest a moment later.
    let found = until(&actor, |found| {
        let has_left = found.linux.as_ref().is_some_and(|linux| linux.first_thread_has_ended);
        has_left && found.state == Some(State::Sleeping)
    });
    assert_eq!(found.untold, [], "what the first thread has given away, another has");
    let term = found.request(Signal::Term).unwrap();
    assert_eq!(term.verdict, Verdict::Default(DefaultAction::Terminate));
    actor.ask(libc::SIGTERM);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn one_that_waits_in_the_kernel() {
    let mut actor = Actor::ready("waits-for-a-vfork");
    let found = until(&actor, |found| found.state == Some(State::Uninterruptible));
    assert_eq!(found.request(Signal::Term).unwrap().when, When::CallReturned);
    let said = State::Uninterruptible.to_string();
    assert!(
        said.contains("perhaps no signal"),
        "a vfork is one that KILL does interrupt: {said}"
    );
    let child = found.descendants.first().expect("it waits for its child").id.pid();
    actor.ask(libc::SIGKILL);
    bowout_tests::sys::send(child, libc::SIGKILL);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGKILL));
}

fn ptrace(request: libc::c_uint, actor: &Actor, signal: libc::c_int) {
    let signal = signal as usize as *mut libc::c_void;
    // SAFETY: neither request touches memory of ours: ptrace(2).
    let result = unsafe { libc::ptrace(request, actor.pid() as libc::pid_t, null_mut::<libc::c_void>(), signal) };
    assert_eq!(result, 0, "{}", std::io::Error::last_os_error());
}

#[test]
fn one_that_is_debugged() {
    let mut actor = Actor::ready("sleeper");
    ptrace(libc::PTRACE_SEIZE, &actor, 0);
    let found = look_at(&actor);
    assert_eq!(found.linux.as_ref().unwrap().tracer, Some(std::process::id()));
    assert_eq!(found.request(Signal::Term).unwrap().when, When::DebuggerDecided);
    actor.ask(libc::SIGTERM);
    until(&actor, |found| found.state == Some(State::TracingStop));
    ptrace(libc::PTRACE_DETACH, &actor, libc::SIGTERM);
    assert_eq!(actor.ended(), Ended::Signal(libc::SIGTERM));
}

#[test]
fn another_process_has_the_number() {
    let own = ProcessId::own();
    let other: ProcessId = format!("{}:1", own.pid()).parse().unwrap();
    assert!(matches!(inspect(other), Err(OpenError::PidReused { .. })));
}
