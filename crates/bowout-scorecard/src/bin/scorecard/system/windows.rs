//! What is asked of a contestant on Windows only, and how.

#[path = "windows/service.rs"]
mod service;
#[path = "windows/triggers.rs"]
mod triggers;
#[path = "windows/windowed.rs"]
mod windowed;

use std::io;
use std::os::windows::io::AsHandle;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bowout_scorecard::Scene;
use bowout_tests::sys::Handler;
use bowout_tests::{Actor, Ask, Ended};

use crate::play::Play;
use crate::rows::{Row, STAYS, hearing::Starts};
use crate::verdict::no;

const CTRL_C: Ask = Ask::Console(0);
const CTRL_BREAK: Ask = Ask::Console(1);
const CTRL_CLOSE: Ask = Ask::Console(2);
const CTRL_LOGOFF: Ask = Ask::Console(5);
const CTRL_SHUTDOWN: Ask = Ask::Console(6);

/// The request that every contestant knows.
pub(crate) const REQUEST: Ask = CTRL_C;

pub(crate) const TWO_REQUESTS: [(Ask, &str); 2] = [(CTRL_C, "interrupt"), (CTRL_BREAK, "break")];

/// Those that do not tell the two apart, by their documentation, or hear one only.
pub(crate) const TELL_NOT_WHICH: &[&str] = &["ctrlc", "async-signal", "tokio-graceful-shutdown", "safe-exit"];

pub(crate) const STARTS: Starts = Starts {
    asks: "Twenty programs are asked by Ctrl-C, each in another moment of the first two milliseconds of its `main`. Each ends: \
           before it listens by the event, after that by itself.",
    rounds: 20,
    step: Duration::from_micros(100),
};

pub(crate) fn triggers() -> Vec<Row> {
    let groups = [triggers::rows(), windowed::rows(), service::rows()];
    groups.into_iter().flatten().collect()
}

/// What the system does after a close, a logoff and a shutdown: it ends the process as soon as it was answered, by the handlers
/// that return ([HandlerRoutine](https://learn.microsoft.com/en-us/windows/console/handlerroutine)) or by the window
/// ([WM_ENDSESSION](https://learn.microsoft.com/en-us/windows/win32/shutdown/wm-endsession)), and after five seconds at the
/// latest. The judge stands for the system.
pub(crate) struct Limit {
    answer: Answer,
    since: Instant,
}

enum Answer {
    /// The thread that the judge puts into the process, as the console does.
    OfHandlers(Handler),
    /// The thread of the judge's that waits for the window.
    OfWindow(JoinHandle<()>),
}

impl Limit {
    const LIFETIME: Duration = Duration::from_secs(5);
    /// For a process that is about to end: whoever was asked ends with it.
    const TO_END: Duration = Duration::from_millis(100);

    fn new(answer: Answer) -> Limit {
        Limit {
            answer,
            since: Instant::now(),
        }
    }

    pub(crate) fn has_passed(&self) -> bool {
        if self.since.elapsed() > Self::LIFETIME {
            return true;
        }
        let is_answered = match &self.answer {
            Answer::OfHandlers(handler) => handler.has_returned(),
            Answer::OfWindow(thread) => thread.is_finished(),
        };
        if is_answered {
            std::thread::sleep(Self::TO_END);
        }
        is_answered
    }
}

pub(crate) fn ask(actor: &mut Actor, ask: Ask) -> io::Result<Option<Limit>> {
    let Ask::Console(event) = ask else {
        let asked = bowout_tests::sys::ask(actor.child(), ask);
        return match asked {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(io::Error::other("it has no such event")),
            asked => asked.map(|()| None),
        };
    };
    let handler = console_event(actor, event)?;
    let is_limited = matches!(ask, CTRL_CLOSE | CTRL_LOGOFF | CTRL_SHUTDOWN);
    Ok(is_limited.then(|| Limit::new(Answer::OfHandlers(handler))))
}

/// By a thread of its own: under Wine the call does not return for a process that is about to end.
fn console_event(actor: &mut Actor, event: u32) -> io::Result<Handler> {
    let process = actor.child().as_handle().try_clone_to_owned()?;
    let (done, made) = channel();
    std::thread::spawn(move || {
        // Nobody listens any more if it took too long.
        let _ = done.send(bowout_tests::sys::console_event(&process, event));
    });
    made.recv_timeout(Duration::from_secs(2))
        .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut)))
}

pub(crate) fn in_words(ended: Ended) -> String {
    let Ended::Code(code) = ended;
    match code {
        0..256 => format!("it ended with exit code {code}"),
        _ => format!("it ended with exit code {code:#X}"),
    }
}

pub(crate) fn leaving() -> Vec<Row> {
    vec![
        Row::new(
            "the parent sees that it was asked to end",
            "Ctrl-C comes. The cleanups run, and then the exit code is 0xC000013A (`STATUS_CONTROL_C_EXIT`).",
            "It is what the system leaves of a program that does not listen, and what shells look at.",
            |contestant| {
                let mut play = Play::start(contestant, Scene::Plain)?;
                play.ready()?;
                play.ask(CTRL_C)?;
                let end = play.end()?;
                end.cleaned_up()?;
                if end.ended == bowout_tests::sys::ends_by(CTRL_C) {
                    Ok(())
                } else {
                    Err(no(end.how()))
                }
            },
        )
        .note(
            &[
                "ctrlc",
                "signal-hook",
                "tokio",
                "async-signal",
                "tokio-graceful-shutdown",
            ],
            "`std::process::exit` with that number is for its user to write",
        )
        .not_offered_by(&["ctrlc", "tokio", "tokio-graceful-shutdown"]),
    ]
}

pub(crate) fn neighbours() -> Vec<Row> {
    vec![
        Row::new(
            "gives Ctrl-C back",
            "The program listens, and then no longer, in the way its library has for that. Ctrl-C comes. It does what it does to \
             any program: it ends it.",
            "Code that listens for a while (a prompt, a test, a plug-in) must not leave a program behind that Ctrl-C does not stop.",
            |contestant| {
                let mut play = Play::start(contestant, Scene::Drops)?;
                play.ready()?;
                play.ask(CTRL_C)?;
                play.end().map(drop)
            },
        )
        .note(&["ctrlc", "async-signal", "tokio-graceful-shutdown"], STAYS)
        .not_offered_by(&["ctrlc", "tokio", "async-signal", "tokio-graceful-shutdown"]),
        Row::new(
            "can listen again",
            "The program listens, no longer, and again. Ctrl-C comes. The cleanups run, and the program ends.",
            "The same code, called twice.",
            |contestant| {
                let mut play = Play::start(contestant, Scene::ListensAgain)?;
                play.ready()?;
                play.ask(CTRL_C)?;
                play.end()?.cleaned_up()
            },
        )
        .not_offered_by(&["ctrlc"]),
        Row::new(
            "a handler that comes later hears too",
            "When the program listens, another part of it adds a console handler, which passes on what it hears. Ctrl-C comes. \
             Both hear it. (The other way round nobody can pass: the system asks the newest handler first, and stops at the one \
             that keeps the program alive.)",
            "Plug-ins and embedded runtimes have handlers too.",
            |contestant| {
                let mut play = Play::start(contestant, Scene::OtherAfter)?;
                play.ready()?;
                play.ask(CTRL_C)?;
                let end = play.end()?;
                if !end.said("another heard") {
                    return Err(no("the other one did not hear"));
                }
                end.cleaned_up()
            },
        ),
    ]
}

/// There is no PID 1 on Windows.
pub(crate) fn run_as_pid_1(_: &[String]) {}

/// The wrappers that people know run on Unix only.
pub(crate) fn facts(_: Option<&str>) -> Vec<crate::facts::Facts> {
    Vec::new()
}

/// Nobody runs a family.
pub(crate) fn be_member(_: &[&str]) -> std::io::Result<()> {
    Ok(())
}
