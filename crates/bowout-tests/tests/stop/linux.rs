//! What is particular to Linux: threads with numbers of their own, kernel threads, sandboxes without pidfds, and numbers that
//! come round.

use std::time::Duration;

use bowout::stop::{self, OpenError, Outcome, ProcessId, Protection, Target};
use bowout_tests::{Actor, Ended, Lifeline, actor, skip};

use super::{killed, open, plan, stopper};

#[test]
fn a_thread_is_no_process() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        sender
            .send(rustix::thread::gettid().as_raw_nonzero().get() as u32)
            .unwrap();
        let _ = wait.recv();
    });
    let refused = Target::open(ProcessId::new(receiver.recv().unwrap()).unwrap()).unwrap_err();
    assert!(
        matches!(refused, OpenError::Thread { of, .. } if of == std::process::id()),
        "{refused:?}"
    );
    drop(done);
    thread.join().unwrap();
}

#[test]
fn a_process_whose_first_thread_has_left_is_alive() {
    let mut actor = Actor::ready("leader-leaves");
    // The thread says `ready` before the first one leaves; until then there is nothing to see.
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", actor.pid())).unwrap();
    while !state().contains(") Z ") {
        std::thread::yield_now();
    }
    let report = stop::stop(open(&mut actor), &plan("KILL/30s")).unwrap();
    assert_eq!(report.outcome, Outcome::Stopped);
    assert!(report.was_forced());
    assert_eq!(actor.ended(), killed());
}

#[test]
fn a_thread_of_the_kernel_is_left_alone() {
    let kthreadd = std::fs::read_to_string("/proc/2/comm").unwrap_or_default();
    if kthreadd.trim() != "kthreadd" {
        return skip("the kernel's threads are not to be seen from here");
    }
    let refused = Target::open(ProcessId::new(2).unwrap()).unwrap_err();
    assert!(
        matches!(
            refused,
            OpenError::Protected {
                why: Protection::KernelThread,
                ..
            }
        ),
        "{refused:?}"
    );
}

#[test]
fn without_pidfds_it_works_by_number_and_start_time() {
    let mut listens = Actor::ready("exits-on-term");
    let mut ignores = Actor::ready("ignores-term");
    let (quick, slow) = (listens.pid(), ignores.pid());
    let mut stopper_of_both = stopper("stopper-without-pidfd", "TERM/200ms/KILL", &[quick, slow]);
    for line in [
        format!("step {quick} TERM Signal"),
        format!("step {slow} TERM Signal"),
        format!("ended {quick} Stopped exit code 7"),
        format!("step {slow} KILL Signal"),
        format!("ended {slow} Stopped ended by KILL forced"),
        "done".to_owned(),
    ] {
        stopper_of_both.expect(&line);
    }
    // Neither has been waited for: they are zombies.
    stopper("stopper-without-pidfd", "TERM", &[quick]).expect(&format!("refused {quick} AlreadyExited"));
    assert_eq!((listens.ended(), ignores.ended()), (Ended::Code(7), killed()));
    let own = std::process::id();
    stopper("stopper-without-pidfd", "TERM", &[own]).expect(&format!("refused {own} Ancestor"));
}

#[test]
fn without_signals_by_pidfd_they_go_by_number() {
    let mut listens = Actor::ready("exits-on-term");
    let pid = listens.pid();
    let mut stopper = stopper("stopper-without-signals-by-pidfd", "TERM/30s", &[pid]);
    stopper.expect(&format!("step {pid} TERM Signal"));
    stopper.expect(&format!("ended {pid} Stopped exit code 7"));
    assert_eq!(listens.ended(), Ended::Code(7));
}

#[test]
fn an_ancestor_is_left_alone_though_descriptors_run_out() {
    let own = std::process::id();
    let mut command = actor("family");
    command.args(["sleeper", &format!("previewer-with-one-descriptor+TERM+{own}")]);
    let _lifeline = Lifeline::around(&mut command);
    let mut parent = Actor::start(&mut command);
    let told = std::iter::from_fn(|| parent.next_line())
        .find(|line| line != "ready" && !line.starts_with("child"))
        .expect("it says something");
    assert_eq!(told, format!("refused {own} Io"));
}

#[test]
fn exits_are_seen_though_there_are_more_processes_than_descriptors() {
    let stubborn: Vec<Actor> = (0..16).map(|_| Actor::ready("ignores-term")).collect();
    let listens = Actor::ready("exits-on-term");
    let pids: Vec<u32> = stubborn.iter().chain([&listens]).map(Actor::pid).collect();
    let mut stopper = stopper("stopper-with-few-descriptors", "TERM/100s", &pids);
    for pid in &pids {
        stopper.expect(&format!("step {pid} TERM Signal"));
    }
    stopper.expect(&format!("ended {} Stopped exit code 7", listens.pid()));
}

#[test]
fn a_number_that_came_round_is_never_mistaken() {
    // By default what takes a few seconds.
    let cycles = std::env::var("BOWOUT_TEST_CYCLES").unwrap_or_else(|_| "2000".to_owned());
    let mut reuse = Actor::start(actor("reuse").arg(cycles));
    // A hundred thousand take longer than the others have patience.
    let said = reuse.line_within(Duration::from_secs(900)).expect("it is silent");
    let told = said.unwrap_or_default();
    if told.starts_with("cannot") {
        return skip(&told);
    }
    let count = |word: &str| -> u32 {
        let mut words = told.split_ascii_whitespace().skip_while(|w| *w != word).skip(1);
        words.next().and_then(|number| number.parse().ok()).expect(&told)
    };
    eprintln!("{told}");
    assert_eq!(count("wrong"), 0, "{told}");
    assert!(count("reused") > 0, "{told}");
    assert_eq!(count("reused") + count("same-tick"), count("cycles"), "{told}");
}
