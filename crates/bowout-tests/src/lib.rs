//! The harness of the behaviour tests: starts the program `actor` in some scenario, reads what it reports line by line,
//! asks it to stop in every way that the system knows, and sees how it ended, as its parent does.
//!
//! Whatever a test starts ends with it: an [`Actor`] kills its process when it is dropped, also while a test panics.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

#[cfg(unix)]
pub mod storm;
#[cfg_attr(unix, path = "sys/unix.rs")]
#[cfg_attr(windows, path = "sys/windows.rs")]
pub mod sys;
#[cfg(target_os = "linux")]
pub mod systemd;

#[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
#[path = "sys/terminal.rs"]
pub mod terminal;

pub use sys::{Ask, Ended};

/// How long a test waits for anything before it fails. Generous: a loaded machine is no failure.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The program `actor`.
pub fn actor_path() -> PathBuf {
    program_path("actor")
}

/// A program of this package, beside the test binary's folder.
fn program_path(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test binary has a path");
    let folder = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/PROFILE/deps/TEST");
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The command that runs `actor` in a scenario; add arguments, environment or a `pre_exec`, then [`Actor::start`] it.
pub fn actor(scenario: &str) -> Command {
    let mut command = Command::new(actor_path());
    command.arg(scenario);
    sys::set_apart(&mut command);
    command
}

/// The command that runs one of bowout's examples.
pub fn example(name: &str) -> Command {
    let mut command = Command::new(program_path(name));
    sys::set_apart(&mut command);
    command
}

/// The command that runs a program with a window, `visible` or `hidden`.
#[cfg(windows)]
pub fn windowed(window: &str) -> Command {
    let mut command = Command::new(program_path("windowed"));
    command.arg(window);
    sys::set_apart(&mut command);
    command
}

/// A running program and what it has said so far.
pub struct Actor {
    child: Child,
    lines: Receiver<String>,
    transcript: Vec<String>,
}

impl Actor {
    /// Starts the command with its standard output read line by line.
    pub fn start(command: &mut Command) -> Actor {
        Actor::start_with(command, Stdio::null())
    }

    /// The same with a standard input.
    pub fn start_with(command: &mut Command, stdin: Stdio) -> Actor {
        let mut child = command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the actor starts");
        let stdout = child.stdout.take().expect("it was piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Actor {
            child,
            lines,
            transcript: Vec::new(),
        }
    }

    /// Starts `actor` in a scenario and waits until it says `ready`.
    pub fn ready(scenario: &str) -> Actor {
        let mut actor = Actor::start(&mut actor(scenario));
        actor.expect("ready");
        actor
    }

    /// The process's number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The child itself.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The next line, or `None` at the end of its output.
    pub fn next_line(&mut self) -> Option<String> {
        match self.line_within(PATIENCE) {
            Ok(line) => line,
            Err(Silent) => panic!("silent for {PATIENCE:?} after {:?}", self.transcript),
        }
    }

    /// The next line, or `None` at the end of its output, for whom silence is an answer too.
    pub fn line_within(&mut self, patience: Duration) -> Result<Option<String>, Silent> {
        match self.lines.recv_timeout(patience) {
            Ok(line) => {
                let line = line.trim_end().to_owned();
                self.transcript.push(line.clone());
                Ok(Some(line))
            }
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => Err(Silent),
        }
    }

    /// The next line must be this one.
    pub fn expect(&mut self, line: &str) {
        let next = self.next_line();
        assert_eq!(next.as_deref(), Some(line), "after {:?}", self.transcript);
    }

    /// The number that the next line tells behind this word.
    pub fn number(&mut self, word: &str) -> u32 {
        let line = self.next_line().expect("a line");
        let number = line.strip_prefix(word).and_then(|rest| rest.trim().parse().ok());
        number.unwrap_or_else(|| panic!("{word} and a number, and not: {line}"))
    }

    /// Every line from here to the end of its output.
    pub fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next_line()).collect()
    }

    /// Asks the process to stop, or sends it some other signal, through the real system.
    pub fn ask(&self, ask: Ask) {
        sys::ask(&self.child, ask).expect("it can be asked");
    }

    /// Puts a console event into the process and keeps an eye on the thread that handles it.
    #[cfg(windows)]
    pub fn ask_and_watch(&self, event: u32) -> sys::Handler {
        sys::console_event(&self.child, event).expect("it can be asked")
    }

    /// Waits for the end and tells how it was, as the parent sees it.
    pub fn ended(&mut self) -> Ended {
        self.ended_within(PATIENCE)
            .unwrap_or_else(|| panic!("still alive; it said {:?}", self.transcript))
    }

    /// The same, for whom it is an answer too that it still runs.
    pub fn ended_within(&mut self, patience: Duration) -> Option<Ended> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                return Some(sys::ended(status));
            }
            if Instant::now() >= deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Whether the process is still there.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_none()
    }
}

/// It said nothing for as long as somebody had patience.
#[derive(Debug)]
pub struct Silent;

impl Drop for Actor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Something that an actor waits for and a test opens: a socket that says nothing until it is closed. (A pipe on standard
/// input would do, if Wine did not end it at once.)
pub struct Gate(TcpListener);

const GATE: &str = "BOWOUT_TEST_GATE";

impl Gate {
    /// A closed gate, which `command` is told of.
    pub fn before(command: &mut Command) -> Gate {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback socket");
        command.env(GATE, listener.local_addr().expect("it is bound").port().to_string());
        Gate(listener)
    }

    /// Lets the actor through.
    pub fn open(self) {
        drop(self.0);
    }

    /// What the actor does: waits until the test opens the gate it was told of, or ends.
    pub fn pass() {
        let port = std::env::var(GATE)
            .ok()
            .and_then(|port| port.parse::<u16>().ok())
            .expect("the test made a gate");
        // A connection that is made in the moment in which the gate opens may never be told (seen on Linux 6.18), so there is a
        // second one after a second. It waits quietly: some tests count how often an actor wakes.
        for patience in [Some(Duration::from_secs(1)), None] {
            let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
                return;
            };
            stream.set_read_timeout(patience).expect("a timeout is not zero");
            let answer = loop {
                match stream.read(&mut [0]) {
                    // By a signal, even under SA_RESTART, where a timeout is set (signal(7)).
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    answer => break answer,
                }
            };
            // The end of the stream and a reset alike.
            if !answer.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)) {
                return;
            }
        }
    }
}

/// What a program and all its descendants hang on: when the test drops it, they exit. For trees, of which the test's own child is
/// only the root.
pub struct Lifeline {
    /// Held for its end.
    _listener: TcpListener,
}

const LIFELINE: &str = "BOWOUT_TEST_LIFELINE";

impl Lifeline {
    /// Has `command`, and whoever comes from it, exit with this.
    pub fn around(command: &mut Command) -> Lifeline {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback socket");
        command.env(LIFELINE, listener.local_addr().expect("it is bound").port().to_string());
        Lifeline { _listener: listener }
    }

    /// What the actor does first.
    pub fn hold() {
        let Some(port) = std::env::var(LIFELINE).ok().and_then(|port| port.parse::<u16>().ok()) else {
            return;
        };
        sys::spawn_deaf(move || {
            if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                let _ = stream.read(&mut [0]);
            }
            std::process::exit(99);
        });
    }
}

/// Says aloud that a test could not run here, and why; fails instead where the machine promises that everything can
/// (`BOWOUT_TEST_NO_SKIP`, as CI sets it).
pub fn skip(why: &str) {
    assert!(
        std::env::var_os("BOWOUT_TEST_NO_SKIP").is_none(),
        "a test was skipped where none may be: {why}"
    );
    eprintln!("SKIPPED: {why}");
}

/// Whether the test runs under Wine, which differs from Windows in places (PLATFORM.md).
pub fn under_wine() -> bool {
    std::env::var_os("BOWOUT_TEST_WINE").is_some()
}
