//! The helper, which is this same program started again, or an installed `bowout`: it goes to another console, and looks for
//! windows, neither of which a process can do without losing something.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::windows::io::AsHandle;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_GEN_FAILURE, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_PIPE_NOT_CONNECTED,
};
use windows_sys::Win32::System::Threading::WaitForSingleObject;

use crate::stop::route::{NotSent, Route};

use super::super::{Manner, OpenFailure};
use super::process::Opened;
use super::seen::Seen;
use super::window::{self, Which};
use super::{console, is, raw};

/// The first argument of a helper: long, so that no program takes it for its own.
pub(super) const FLAG: &str = "--bowout-stop-helper-for-consoles-and-windows";

/// How long the helper stays on the console at most. The event is handed round by the console host, and the sender must not
/// be gone before.
const LINGER_MS: u32 = 1_000;

/// The program that can be started as the helper.
static HELPER: Mutex<Option<PathBuf>> = Mutex::new(None);

/// It, if there is one.
pub(super) fn program() -> Option<PathBuf> {
    HELPER.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// See [`set_helper`](crate::stop::set_helper).
pub(in crate::stop) fn set_helper(path: &Path) {
    console::guard_beneath_all();
    *HELPER.lock().unwrap_or_else(PoisonError::into_inner) = Some(path.to_owned());
}

/// What the helper is to do: try these routes in order, until one is open; in a preview all of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) manner: Manner,
    pub(super) pid: u32,
    pub(super) created: u64,
    pub(super) routes: Vec<Route>,
    /// Who must not hear a Ctrl-C.
    pub(super) spare: Vec<u32>,
}

/// The helper's routes, as they stand among its arguments.
const ROUTES: [(&str, Route); 4] = [
    ("break", Route::GroupCtrlBreak),
    ("close", Route::WindowClose),
    ("ctrl-c", Route::ConsoleCtrlC),
    ("close-hidden", Route::HiddenWindowClose),
];

/// Whether the route needs a helper.
pub(super) fn carries(route: Route) -> bool {
    ROUTES.iter().any(|(_, carried)| *carried == route)
}

impl Job {
    pub(super) fn to_args(&self) -> Vec<String> {
        let verb = if self.manner == Manner::Preview { "look" } else { "send" };
        let numbers = [self.pid.to_string(), self.created.to_string()];
        let routes = ROUTES.iter().filter(|(_, route)| self.routes.contains(route));
        let routes = routes.map(|(word, _)| (*word).to_owned());
        let spare = self.spare.iter().map(u32::to_string);
        let head = [FLAG.to_owned(), verb.to_owned()].into_iter().chain(numbers);
        head.chain(routes).chain(spare).collect()
    }

    /// From the arguments behind the flag.
    fn parse(mut args: impl Iterator<Item = OsString>) -> Option<Job> {
        let mut next = || args.next()?.into_string().ok();
        let manner = match next()?.as_str() {
            "look" => Manner::Preview,
            "send" => Manner::Plain,
            _ => return None,
        };
        let mut job = Job {
            manner,
            pid: next()?.parse().ok()?,
            created: next()?.parse().ok()?,
            routes: Vec::new(),
            spare: Vec::new(),
        };
        for word in std::iter::from_fn(next) {
            match ROUTES.iter().find(|(known, _)| *known == word) {
                Some((_, route)) => job.routes.push(*route),
                None => job.spare.push(word.parse().ok()?),
            }
        }
        Some(job)
    }
}

/// What came of one route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The request was sent, or could be, and these hear it besides the target.
    Sent {
        others: Vec<u32>,
    },
    /// This one must not hear it.
    Shared {
        with: u32,
    },
    Closed(NotSent),
}

/// Why a route of the helper's is closed, as it stands in its answer.
const CLOSED: [(&str, NotSent); 6] = [
    ("exited", NotSent::Exited),
    ("denied", NotSent::PermissionDenied),
    ("no-console", NotSent::NoConsole),
    ("no-window", NotSent::NoWindow),
    ("not-visible", NotSent::NoVisibleWindow),
    ("integrity", NotSent::HigherIntegrityLevel),
];

impl Answer {
    fn to_words(&self) -> String {
        match self {
            Answer::Sent { others } => {
                let others: String = others.iter().map(|pid| format!(" {pid}")).collect();
                format!("sent{others}")
            }
            Answer::Shared { with } => format!("shared {with}"),
            Answer::Closed(NotSent::System(code)) => format!("system {code}"),
            Answer::Closed(why) => match CLOSED.iter().find(|(_, known)| known == why) {
                Some((word, _)) => (*word).to_owned(),
                // The helper gives no other answer.
                None => "failed".to_owned(),
            },
        }
    }

    fn parse(text: &str) -> Option<Answer> {
        let mut words = text.split_ascii_whitespace();
        let word = words.next()?;
        if let Some((_, why)) = CLOSED.iter().find(|(known, _)| *known == word) {
            return Some(Answer::Closed(*why));
        }
        Some(match word {
            "sent" => Answer::Sent {
                others: words.map(|pid| pid.parse().ok()).collect::<Option<_>>()?,
            },
            "shared" => Answer::Shared {
                with: words.next()?.parse().ok()?,
            },
            "system" => Answer::Closed(NotSent::System(words.next()?.parse().ok()?)),
            _ => return None,
        })
    }

    fn to_line(answers: &[Answer]) -> String {
        answers.iter().map(Answer::to_words).collect::<Vec<_>>().join(";")
    }

    /// From the helper's one line: an answer for each route, up to the first that was open.
    pub(super) fn parse_line(line: &str) -> Option<Vec<Answer>> {
        line.split(';').map(Answer::parse).collect()
    }
}

/// See [`run_helper_if_asked`](crate::stop::run_helper_if_asked).
pub(in crate::stop) fn run_helper_if_asked() {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_none_or(|first| first != FLAG) {
        // Without a path there is no helper, as the route will say.
        if let Ok(program) = std::env::current_exe() {
            set_helper(&program);
        }
        return;
    }
    let args: Vec<OsString> = args.collect();
    if let Some((pid, created)) = Seen::asked_for(&args) {
        println!("{}", look_for_windows(pid, created));
        std::process::exit(0);
    }
    let Some(job) = Job::parse(args.into_iter()) else {
        eprintln!("{FLAG} is for bowout's own use");
        std::process::exit(2);
    };
    // Attaching to a console may put that console in the place of our standard output.
    let output = io::stdout().as_handle().try_clone_to_owned().map(File::from);
    let process = Opened::open(job.pid);
    let answers = match &process {
        Ok(process) => serve(&job, process),
        Err(failure) => vec![Answer::Closed(not_opened(failure)); job.routes.len()],
    };
    if let Ok(mut output) = output {
        // If nobody reads it any more there is nobody to tell.
        let _ = writeln!(output, "{}", Answer::to_line(&answers));
    }
    if let (Ok(process), Some(Answer::Sent { .. }), Manner::Plain) = (&process, answers.last(), job.manner) {
        // SAFETY: the handle is open, with the right to wait.
        unsafe { WaitForSingleObject(raw(process.handle()), LINGER_MS) };
    }
    std::process::exit(0);
}

/// The windows of the process, in one line; nothing that can be read where it is gone, or they are not to be had.
fn look_for_windows(pid: u32, created: u64) -> String {
    let process = Opened::open(pid).ok().filter(|process| process.created() == created);
    let windows = process.and_then(|process| window::seen(process.pid()).ok());
    windows.map_or_else(|| "failed".to_owned(), |windows| Seen::to_line(&windows))
}

fn not_opened(failure: &OpenFailure) -> NotSent {
    match failure {
        OpenFailure::NoSuchProcess | OpenFailure::AlreadyExited { .. } | OpenFailure::Thread { .. } => NotSent::Exited,
        OpenFailure::Refused(_) => NotSent::PermissionDenied,
        OpenFailure::Io(error) => NotSent::from_io(error),
    }
}

fn serve(job: &Job, process: &Opened) -> Vec<Answer> {
    if process.created() != job.created {
        return vec![Answer::Closed(NotSent::Exited); job.routes.len()];
    }
    let mut answers = Vec::new();
    for route in &job.routes {
        let answer = match process.has_exited() {
            true => Answer::Closed(NotSent::Exited),
            false => carry(*route, job, process).unwrap_or_else(Answer::Closed),
        };
        let is_over = matches!(answer, Answer::Sent { .. } | Answer::Closed(NotSent::Exited));
        answers.push(answer);
        if is_over && job.manner != Manner::Preview {
            break;
        }
    }
    answers
}

fn carry(route: Route, job: &Job, process: &Opened) -> Result<Answer, NotSent> {
    let alone = Answer::Sent { others: Vec::new() };
    let failed = |error: io::Error| NotSent::from_io(&error);
    match route {
        Route::WindowClose => window::close(process, Which::Visible, job.manner).map(|()| alone),
        Route::HiddenWindowClose => window::close(process, Which::Any, job.manner).map(|()| alone),
        Route::GroupCtrlBreak => {
            attach(process)?;
            match job.manner {
                Manner::Preview => Ok(alone),
                _ => console::send_ctrl_break(job.pid).map(|()| alone).map_err(failed),
            }
        }
        _ => {
            attach(process)?;
            let mut others = crate::sys::console::processes().map_err(failed)?;
            others.retain(|pid| *pid != job.pid && *pid != std::process::id());
            if let Some(with) = others.iter().find(|pid| job.spare.contains(pid)) {
                return Ok(Answer::Shared { with: *with });
            }
            if job.manner != Manner::Preview {
                console::send_ctrl_c().map_err(failed)?;
            }
            Ok(Answer::Sent { others })
        }
    }
}

/// Goes to the target's console.
fn attach(process: &Opened) -> Result<(), NotSent> {
    console::attach(process.pid()).map_err(|error| match error {
        _ if process.has_exited() => NotSent::Exited,
        _ if is(&error, ERROR_INVALID_HANDLE) => NotSent::NoConsole,
        // Seen of consoles that are just being closed.
        _ if is(&error, ERROR_GEN_FAILURE) || is(&error, ERROR_PIPE_NOT_CONNECTED) => NotSent::NoConsole,
        _ if is(&error, ERROR_INVALID_PARAMETER) => NotSent::Exited,
        _ if is(&error, ERROR_ACCESS_DENIED) => NotSent::PermissionDenied,
        error => NotSent::from_io(&error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_survives_the_command_line() {
        let all = ROUTES.map(|(_, route)| route).to_vec();
        for (manner, routes, spare) in [
            (Manner::Preview, vec![Route::ConsoleCtrlC], vec![]),
            (Manner::Plain, all, vec![4, 8, u32::MAX]),
        ] {
            let job = Job {
                manner,
                pid: 1234,
                created: u64::MAX,
                routes,
                spare,
            };
            let args = job.to_args();
            assert_eq!(args[0], FLAG);
            assert_eq!(Job::parse(args.into_iter().skip(1).map(OsString::from)), Some(job));
        }
        for bad in ["", "send", "send 1", "send x 1", "send 1 2 x", "stare 1 2"] {
            assert_eq!(
                Job::parse(bad.split_ascii_whitespace().map(OsString::from)),
                None,
                "{bad:?}"
            );
        }
    }

    #[test]
    fn answers_survive_the_pipe() {
        let mut answers: Vec<Answer> = CLOSED.map(|(_, why)| Answer::Closed(why)).to_vec();
        answers.extend([
            Answer::Sent { others: vec![] },
            Answer::Sent {
                others: vec![12, u32::MAX],
            },
            Answer::Shared { with: 8 },
            Answer::Closed(NotSent::System(31)),
        ]);
        assert_eq!(Answer::parse_line(&Answer::to_line(&answers)), Some(answers));
        for bad in ["", "sent x", "shared", "gone", "system", "exited;", "exited;gone"] {
            assert_eq!(Answer::parse_line(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_routes_of_the_helper_are_in_the_order_of_all_routes() {
        let of_term = super::super::routes(crate::Signal::Term).iter();
        let carried: Vec<Route> = of_term.copied().filter(|route| carries(*route)).collect();
        assert_eq!(carried, ROUTES.map(|(_, route)| route));
    }
}
