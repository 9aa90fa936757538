//! What the judge and the contestants agree on.
//!
//! A contestant is a small program that listens for requests to stop, as a good user of its library would write it. The
//! judge starts it with the arguments `SCENE GRACE DRAIN` (milliseconds) and `PORT` for a service, reads what it says, asks it to stop, and looks at
//! how it ended. All that the programs have in common is a [`Work`]: what they do besides stopping.

mod scene;
#[cfg_attr(unix, path = "sys/unix.rs")]
#[cfg_attr(windows, path = "sys/windows.rs")]
pub mod sys;

use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Arc, Barrier, OnceLock};
use std::time::Duration;

use bowout_tests::Gate;
pub use scene::Scene;

/// The program to start as a child in [`Scene::Spawns`], with its arguments, separated by line breaks.
pub const CHILD: &str = "SCORECARD_CHILD";

/// Blocks this thread for longer than anybody looks.
pub fn sleep_for_ever() -> ! {
    loop {
        std::thread::sleep(Duration::from_secs(3_600));
    }
}

/// Where a service talks to the judge: it has no standard output.
static LINE_TO_THE_JUDGE: OnceLock<TcpStream> = OnceLock::new();

/// Reports a line to the judge.
pub fn say(line: &str) {
    if let Some(mut stream) = LINE_TO_THE_JUDGE.get() {
        let _ = stream.write_all(format!("{line}\n").as_bytes());
        return;
    }
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}");
    let _ = stdout.flush();
}

/// A process whose parent is gone is nobody's to kill, so it sees to that itself when the judge has seen enough.
fn end_with_the_judge() {
    std::thread::spawn(|| {
        Gate::pass();
        std::process::abort();
    });
}

/// What a contestant does besides listening, and what it tells the judge.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    scene: Scene,
    grace: Duration,
    drain: Duration,
}

/// What comes after the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The program waits until it is asked to stop.
    Wait,
    /// The program has done what it was started for: `main` returns.
    Return,
}

impl Work {
    /// What the judge wants, from the arguments. To be called first thing in `main`.
    pub fn begin() -> Work {
        let mut arguments = std::env::args().skip(1);
        let scene = arguments.next().as_deref().and_then(Scene::from_name);
        let mut millis = || arguments.next().and_then(|text| text.parse().ok());
        let (Some(scene), Some(grace), Some(drain)) = (scene, millis(), millis()) else {
            panic!("usage: contestant SCENE GRACE DRAIN");
        };
        match scene {
            Scene::Begins => say("main"),
            Scene::OtherBefore => sys::listen_as_another(),
            Scene::Orphan => end_with_the_judge(),
            Scene::Service => {
                let port = arguments.next().and_then(|port| port.parse().ok());
                let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port.expect("the judge's port")));
                let _ = LINE_TO_THE_JUDGE.set(stream.expect("the judge listens"));
            }
            _ => {}
        }
        Work {
            scene,
            grace: Duration::from_millis(grace),
            drain: Duration::from_millis(drain),
        }
    }

    /// What the judge has in mind, for the few scenes that a program cannot leave to [`Work::run`].
    pub fn scene(self) -> Scene {
        self.scene
    }

    /// How long the program has from the request to its end.
    pub fn grace(self) -> Duration {
        self.grace
    }

    /// Something that is cleaned up when it is dropped, as Rust programs have it.
    pub fn guard(self, name: &'static str) -> Guard {
        Guard { work: self, name }
    }

    /// Cleans up after one thing.
    pub fn clean(self, name: &str) {
        assert!(
            self.scene != Scene::CleanupPanics || name != "second",
            "the second cleanup fails"
        );
        say(&format!("cleaned {name}"));
    }

    /// What the program does until it is asked to stop. It listens already.
    pub fn run(self) -> Next {
        match self.scene {
            Scene::Returns => return Next::Return,
            Scene::Panics => panic!("the work fails"),
            Scene::Exits => std::process::exit(3),
            Scene::Stuck => {
                say("ready");
                sleep_for_ever()
            }
            Scene::Gate => {
                say("ready");
                Gate::pass();
            }
            Scene::Flood => {
                sys::act(self.scene);
                say("ready");
                Gate::pass();
            }
            Scene::Forks | Scene::Spawns | Scene::OtherAfter | Scene::Errno | Scene::TinyStack => {
                sys::act(self.scene);
                say("ready");
            }
            _ => say("ready"),
        }
        Next::Wait
    }

    /// In [`Scene::Stuck`], blocks the workers of a runtime, whose way of starting a task is given.
    pub fn block_workers(self, workers: usize, start: impl Fn(Blocker)) {
        if self.scene != Scene::Stuck {
            return;
        }
        let all = Arc::new(Barrier::new(workers + 1));
        for _ in 0..workers {
            start(Blocker(Arc::clone(&all)));
        }
        all.wait();
        say("ready");
    }

    /// The program was asked to stop: by what, and by which process of which user, if its library tells.
    pub fn asked(self, what: Option<&str>, sender: Option<(u32, u32)>) {
        let what = what.unwrap_or("somehow");
        say(&match sender {
            Some((pid, uid)) => format!("asked {what} by {pid} {uid}"),
            None => format!("asked {what}"),
        });
        assert!(self.scene != Scene::ReactionPanics, "the reaction fails");
    }

    /// How many pieces of work are in flight.
    pub fn pieces(self) -> usize {
        if self.scene == Scene::InFlight { 3 } else { 0 }
    }

    /// How long a piece of work takes that is in flight.
    pub const PIECE: Duration = Duration::from_millis(500);

    /// A piece of work is finished.
    pub fn end_piece(self) {
        say("finished a piece");
    }

    /// Finishes what is in hand, blocking.
    pub fn drain(self) {
        for step in self.begin_drain() {
            std::thread::sleep(step);
        }
        self.end_drain();
    }

    /// Begins to finish what is in hand, in so many steps, each of which takes its time.
    pub fn begin_drain(self) -> [Duration; 10] {
        say("draining");
        [self.drain / 10; 10]
    }

    /// It is finished.
    pub fn end_drain(self) {
        say("drained");
    }

    /// The program listens no longer, and goes on.
    pub fn go_on_deaf(self) -> ! {
        say("ready");
        sleep_for_ever()
    }

    /// What the judge wants cannot be had from this library, and why.
    pub fn cannot(self, why: &str) -> ! {
        say(&format!("cannot: {why}"));
        std::process::exit(0)
    }

    /// What the judge wants makes no sense for this library, and why.
    pub fn makes_no_sense(self, why: &str) -> ! {
        say(&format!("n/a: {why}"));
        std::process::exit(0)
    }
}

/// Blocks a worker of a runtime.
#[derive(Debug)]
pub struct Blocker(Arc<Barrier>);

impl Blocker {
    /// Blocks this thread for good.
    pub fn block(self) -> ! {
        self.0.wait();
        sleep_for_ever()
    }
}

/// Cleans up when it is dropped.
#[derive(Debug)]
pub struct Guard {
    work: Work,
    name: &'static str,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.work.clean(self.name);
    }
}
