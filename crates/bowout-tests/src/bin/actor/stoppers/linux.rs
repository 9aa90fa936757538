//! Stoppers in the odd places of Linux: a sandbox without pidfds, and a namespace with so few process numbers that they come
//! round within milliseconds.

use std::fs;
use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bowout::Signal;
use bowout::stop::{self, NotSent, OpenError, Outcome, Plan, ProcessId, SignalError, Target};

use super::stopper;
use crate::say;
use crate::stoppers::previewer;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    match name {
        "stopper-without-pidfd" => Some(stopper_without_pidfd),
        "stopper-without-signals-by-pidfd" => Some(stopper_without_signals_by_pidfd),
        "stopper-with-few-descriptors" => Some(stopper_with_few_descriptors),
        "previewer-with-one-descriptor" => Some(previewer_with_one_descriptor),
        "reuse" => Some(reuse),
        "reuse-inside" => Some(reuse_inside),
        _ => None,
    }
}

fn stopper_without_pidfd() {
    crate::sandbox::forbid_pidfd();
    stopper();
}

fn stopper_without_signals_by_pidfd() {
    crate::sandbox::forbid_signals_by_pidfd();
    stopper();
}

fn stopper_with_few_descriptors() {
    limit_descriptors(24);
    stopper();
}

fn previewer_with_one_descriptor() {
    limit_descriptors(64);
    let mut used_up = use_up_descriptors();
    used_up.pop();
    previewer();
}

/// No more than this may be open at once.
pub fn limit_descriptors(most: u64) {
    let limit = libc::rlimit {
        rlim_cur: most,
        rlim_max: most,
    };
    // SAFETY: setrlimit(2) reads the struct.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
}

/// Every descriptor that is left.
pub fn use_up_descriptors() -> Vec<fs::File> {
    std::iter::from_fn(|| fs::File::open("/dev/null").ok()).collect()
}

fn reuse() {
    with_few_numbers("reuse-inside");
}

/// Goes into namespaces of its own, where it may choose how many process numbers there are, and plays a scenario there, which
/// begins with `few_numbers`.
pub fn with_few_numbers(scenario: &str) {
    let (uid, gid) = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    // SAFETY: unshare(2) takes a number; this program has one thread.
    let result = unsafe { libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWPID | libc::CLONE_NEWNS) };
    if result != 0 {
        return say(&format!("cannot: unshare: {}", io::Error::last_os_error()));
    }
    let map = |file, line: String| fs::write(format!("/proc/self/{file}"), line);
    let mapped = map("setgroups", "deny".into())
        .and_then(|()| map("uid_map", format!("0 {uid} 1")))
        .and_then(|()| map("gid_map", format!("0 {gid} 1")));
    if let Err(error) = mapped {
        return say(&format!("cannot: map users: {error}"));
    }
    // The first child becomes the namespace's process 1.
    let status = Command::new(std::env::current_exe().expect("a path"))
        .arg(scenario)
        .args(super::args())
        .status()
        .expect("it starts");
    assert!(status.success(), "{status}");
}

/// So few numbers that they come round quickly, and as few as the kernel allows beside the 300 that it keeps.
const PID_MAX: &str = "400";

/// Where the numbers begin again (RESERVED_PIDS of kernel/pid.c).
const RESERVED_PIDS: u32 = 300;

/// `reuse-inside CYCLES`: lets processes exit and others take their numbers, while several threads keep on killing whoever they
/// take for the first. They must hit the wrong one never.
fn reuse_inside() {
    let cycles: u32 = super::args()
        .next()
        .and_then(|text| text.parse().ok())
        .expect("a number");
    if let Err(why) = few_numbers() {
        return say(&why);
    }
    let stoppers = Stoppers::start();
    let mut tally = Tally::default();
    for round in 0..cycles {
        // Most get the number straight back, which the kernel can be told to do; some wait until it has come round.
        let comes_round = round % 100 == 0;
        cycle(&mut tally, &stoppers, if comes_round { None } else { Some(LAST_PID) });
    }
    say(&format!(
        "cycles {cycles} wrong {} reused {} same-tick {}",
        tally.wrong, tally.reused, tally.same_tick
    ));
}

/// What is written there is the number before the next one.
pub const LAST_PID: &str = "/proc/sys/kernel/ns_last_pid";

/// Makes numbers come round quickly.
pub fn few_numbers() -> Result<(), String> {
    let none = std::ptr::null();
    // SAFETY: prctl(2) takes numbers here. When the test ends `reuse` it ends this process too, and the namespace with it.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    // SAFETY: the strings end in NUL, and no data is passed: mount(2).
    let result = unsafe {
        let flags = libc::MS_REC | libc::MS_PRIVATE;
        libc::mount(none, c"/".as_ptr(), none, flags, none.cast());
        libc::mount(c"proc".as_ptr(), c"/proc".as_ptr(), c"proc".as_ptr(), 0, none.cast())
    };
    if result != 0 {
        return Err(format!("cannot: mount /proc: {}", io::Error::last_os_error()));
    }
    fs::write("/proc/sys/kernel/pid_max", PID_MAX).map_err(|error| format!("cannot: pid_max: {error}"))?;
    // The numbers below 300 are given out once and never again.
    while end(fork_sleeper()) < RESERVED_PIDS {}
    Ok(())
}

#[derive(Default)]
struct Tally {
    wrong: u32,
    reused: u32,
    same_tick: u32,
}

/// A process is opened, exits, and somebody else gets its number. Whatever is done with the target and with the old
/// `PID:START` must leave that one alone.
fn cycle(tally: &mut Tally, stoppers: &Stoppers, last_pid: Option<&str>) {
    let victim = fork_sleeper();
    let target = Arc::new(Target::open(ProcessId::new(victim).expect("not 0")).expect("it runs"));
    let other = Target::open(target.id()).expect("it runs");
    // They hit it, or find it gone; from here on there is nobody else whom they may hit.
    stoppers.aim(Some(Arc::clone(&target)));
    end(victim);
    if let Some(file) = last_pid {
        fs::write(file, (victim - 1).to_string()).expect("it is our namespace");
    }
    let bystander = loop {
        let child = fork_sleeper();
        if child == victim {
            break child;
        }
        end(child);
    };
    stoppers.wait_for_a_shot_each();
    let refused = stop::signal(&target, Signal::Kill);
    let gone =
        matches!(&refused, Err(SignalError::NotSent { attempts, .. }) if attempts[0].result == Err(NotSent::Exited));
    let report = stop::stop(other, &"KILL/0s".parse::<Plan>().expect("a plan")).expect("it can wait");
    let by_name = Target::open(target.id());
    match by_name {
        Err(OpenError::PidReused { .. }) => tally.reused += 1,
        // Clock ticks are 10 ms; within one of them the start time tells no difference. The handle does.
        Ok(_) => tally.same_tick += 1,
        Err(error) => panic!("{error}"),
    }
    let alive = rustix::process::test_kill_process(raw(bystander)).is_ok() && !has_exited(bystander);
    if !alive || !gone || report.outcome != Outcome::AlreadyGone {
        tally.wrong += 1;
    }
    stoppers.aim(None);
    end(bystander);
}

/// Threads that do nothing but kill one target after the other, again and again.
struct Stoppers {
    target: Arc<Mutex<Option<Arc<Target>>>>,
    shots: Vec<Arc<AtomicU64>>,
}

impl Stoppers {
    fn start() -> Stoppers {
        let target: Arc<Mutex<Option<Arc<Target>>>> = Arc::default();
        let start = |_| {
            let (target, shots) = (Arc::clone(&target), Arc::new(AtomicU64::new(0)));
            let counted = Arc::clone(&shots);
            std::thread::spawn(move || {
                loop {
                    let aimed_at = target.lock().expect("nobody panics").clone();
                    if let Some(target) = aimed_at {
                        let _ = stop::signal(&target, Signal::Kill);
                    }
                    counted.fetch_add(1, Ordering::SeqCst);
                    // There are more of us than processors.
                    std::thread::yield_now();
                }
            });
            shots
        };
        let shots = (0..3).map(start).collect();
        Stoppers { target, shots }
    }

    fn aim(&self, target: Option<Arc<Target>>) {
        *self.target.lock().expect("nobody panics") = target;
    }

    /// Whoever shoots twice from here on has shot once in between.
    fn wait_for_a_shot_each(&self) {
        for shots in &self.shots {
            let before = shots.load(Ordering::SeqCst);
            while shots.load(Ordering::SeqCst) < before + 2 {
                std::thread::yield_now();
            }
        }
    }
}

/// A child that does nothing. `fork` alone is quick enough for numbers to come round in milliseconds.
pub fn fork_sleeper() -> u32 {
    // SAFETY: the child does nothing but sleep: prctl(2), pause(2) and _exit(2) may be called there, whatever the other threads do.
    unsafe {
        match libc::fork() {
            -1 => panic!("fork: {}", io::Error::last_os_error()),
            0 => {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                libc::pause();
                libc::_exit(0);
            }
            child => child.unsigned_abs(),
        }
    }
}

pub fn end(child: u32) -> u32 {
    let _ = rustix::process::kill_process(raw(child), rustix::process::Signal::KILL);
    rustix::process::waitpid(Some(raw(child)), rustix::process::WaitOptions::empty()).expect("it is our child");
    child
}

pub fn has_exited(child: u32) -> bool {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(raw(child)), options)
        .expect("it is our child")
        .is_some()
}

pub fn raw(pid: u32) -> rustix::process::Pid {
    rustix::process::Pid::from_raw(pid as i32).expect("not 0")
}
