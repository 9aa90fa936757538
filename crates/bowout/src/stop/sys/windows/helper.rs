//! Ctrl-C to another console: the helper, which is this same program started again.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::windows::io::AsHandle;
use std::str::SplitAsciiWhitespace;
use std::sync::atomic::{AtomicBool, Ordering};

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER};
use windows_sys::Win32::System::Console::{
    AttachConsole, CTRL_C_EVENT, FreeConsole, GenerateConsoleCtrlEvent, GetConsoleProcessList, SetConsoleCtrlHandler,
};
use windows_sys::Win32::System::Threading::WaitForSingleObject;

use super::process::Opened;
use super::{OpenFailure, check, is, raw};

/// The first argument of a helper: long, so that no program takes it for its own.
const FLAG: &str = "--bowout-stop-helper-ctrl-c-to-another-console";

/// How long the helper stays on the console at most. The event is handed round by the console host, and the sender must not
/// be gone before.
const LINGER_MS: u32 = 1_000;

/// Whether this program has said that it can be started again as the helper.
static CAN_HELP: AtomicBool = AtomicBool::new(false);

pub(super) fn can_help() -> bool {
    CAN_HELP.load(Ordering::Relaxed)
}

/// What the helper is to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) pid: u32,
    pub(super) created: u64,
    /// Sends nothing.
    pub(super) only_look: bool,
    /// Who must not hear it.
    pub(super) spare: Vec<u32>,
}

impl Job {
    pub(super) fn to_args(&self) -> Vec<String> {
        let verb = if self.only_look { "look" } else { "send" };
        let mut args = vec![
            FLAG.to_owned(),
            verb.to_owned(),
            self.pid.to_string(),
            self.created.to_string(),
        ];
        args.extend(self.spare.iter().map(u32::to_string));
        args
    }

    /// From the arguments behind the flag.
    fn parse(mut args: impl Iterator<Item = OsString>) -> Option<Job> {
        let mut next = || args.next()?.into_string().ok();
        let only_look = match next()?.as_str() {
            "look" => true,
            "send" => false,
            _ => return None,
        };
        let (pid, created) = (next()?.parse().ok()?, next()?.parse().ok()?);
        let spare = std::iter::from_fn(next)
            .map(|pid| pid.parse().ok())
            .collect::<Option<_>>()?;
        Some(Job {
            pid,
            created,
            only_look,
            spare,
        })
    }
}

/// The helper's one line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It was sent, or can be, and these hear it besides the target.
    Sent {
        others: Vec<u32>,
    },
    /// This one must not hear it.
    Shared {
        with: u32,
    },
    Exited,
    NoConsole,
    Denied,
    System(i32),
}

impl Answer {
    fn to_line(&self) -> String {
        match self {
            Answer::Sent { others } => {
                let others: String = others.iter().map(|pid| format!(" {pid}")).collect();
                format!("sent{others}")
            }
            Answer::Shared { with } => format!("shared {with}"),
            Answer::Exited => "exited".to_owned(),
            Answer::NoConsole => "no-console".to_owned(),
            Answer::Denied => "denied".to_owned(),
            Answer::System(code) => format!("system {code}"),
        }
    }

    pub(super) fn parse(line: &str) -> Option<Answer> {
        let mut words = line.split_ascii_whitespace();
        let number = |words: &mut SplitAsciiWhitespace<'_>| words.next()?.parse().ok();
        Some(match words.next()? {
            "sent" => Answer::Sent {
                others: words.map(|pid| pid.parse().ok()).collect::<Option<_>>()?,
            },
            "shared" => Answer::Shared {
                with: number(&mut words)?,
            },
            "exited" => Answer::Exited,
            "no-console" => Answer::NoConsole,
            "denied" => Answer::Denied,
            "system" => Answer::System(words.next()?.parse().ok()?),
            _ => return None,
        })
    }
}

/// See [`run_helper_if_asked`](crate::stop::run_helper_if_asked).
pub(in crate::stop) fn run_helper_if_asked() {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_none_or(|first| first != FLAG) {
        CAN_HELP.store(true, Ordering::Relaxed);
        return;
    }
    let Some(job) = Job::parse(args) else {
        eprintln!("{FLAG} is for bowout's own use");
        std::process::exit(2);
    };
    // Attaching to a console may put that console in the place of our standard output.
    let output = io::stdout().as_handle().try_clone_to_owned().map(File::from);
    let process = Opened::open(job.pid);
    let answer = match &process {
        Ok(process) => serve(&job, process),
        Err(failure) => not_opened(failure),
    };
    if let Ok(mut output) = output {
        // If nobody reads it any more there is nobody to tell.
        let _ = writeln!(output, "{}", answer.to_line());
    }
    if let (Ok(process), Answer::Sent { .. }, false) = (&process, &answer, job.only_look) {
        // SAFETY: the handle is open, with the right to wait.
        unsafe { WaitForSingleObject(raw(process.handle()), LINGER_MS) };
    }
    std::process::exit(0);
}

fn not_opened(failure: &OpenFailure) -> Answer {
    match failure {
        OpenFailure::NoSuchProcess | OpenFailure::AlreadyExited { .. } | OpenFailure::Thread { .. } => Answer::Exited,
        OpenFailure::Refused(_) => Answer::Denied,
        OpenFailure::Io(error) => system(error),
    }
}

/// Attaches to the target's console, sees who is on it, and sends.
fn serve(job: &Job, process: &Opened) -> Answer {
    if process.created() != job.created || process.has_exited() {
        return Answer::Exited;
    }
    if let Err(error) = attach(job.pid) {
        return match error {
            _ if process.has_exited() => Answer::Exited,
            _ if is(&error, ERROR_INVALID_HANDLE) => Answer::NoConsole,
            _ if is(&error, ERROR_INVALID_PARAMETER) => Answer::Exited,
            _ if is(&error, ERROR_ACCESS_DENIED) => Answer::Denied,
            error => system(&error),
        };
    }
    let others = match others_on_console(job.pid) {
        Ok(others) => others,
        Err(error) => return system(&error),
    };
    if let Some(with) = others.iter().find(|pid| job.spare.contains(pid)) {
        return Answer::Shared { with: *with };
    }
    if !job.only_look {
        // SAFETY: the call takes two numbers; group 0 is everybody on this console, and Ctrl-C knows no other.
        if let Err(error) = check(unsafe { GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0) }) {
            return system(&error);
        }
    }
    Answer::Sent { others }
}

/// Goes to the console of that process, and is deaf there.
fn attach(pid: u32) -> io::Result<()> {
    // SAFETY: neither call touches memory. A helper has no console; one that was given one all the same leaves it here.
    unsafe {
        FreeConsole();
        check(AttachConsole(pid))?;
        // Only now: attaching empties the list of handlers.
        check(SetConsoleCtrlHandler(Some(deaf), 1))
    }
}

unsafe extern "system" fn deaf(_event: u32) -> i32 {
    1
}

/// The processes on our console, without ourselves and the target.
fn others_on_console(target: u32) -> io::Result<Vec<u32>> {
    let mut pids = vec![0_u32; 64];
    loop {
        let room = u32::try_from(pids.len()).unwrap_or(u32::MAX);
        // SAFETY: there is room for as many numbers as we say.
        let count = unsafe { GetConsoleProcessList(pids.as_mut_ptr(), room) };
        match usize::try_from(count).unwrap_or(usize::MAX) {
            0 => return Err(io::Error::last_os_error()),
            // Too small: nothing was written, and this is how many there are. More may have come meanwhile.
            count if count > pids.len() => pids.resize(count + 16, 0),
            count => {
                pids.truncate(count);
                pids.retain(|pid| *pid != target && *pid != std::process::id());
                return Ok(pids);
            }
        }
    }
}

fn system(error: &io::Error) -> Answer {
    Answer::System(error.raw_os_error().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_survives_the_command_line() {
        for (only_look, spare) in [(true, vec![]), (false, vec![4, 8, u32::MAX])] {
            let job = Job {
                pid: 1234,
                created: u64::MAX,
                only_look,
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
    fn an_answer_survives_the_pipe() {
        for answer in [
            Answer::Sent { others: vec![] },
            Answer::Sent {
                others: vec![12, u32::MAX],
            },
            Answer::Shared { with: 8 },
            Answer::Exited,
            Answer::NoConsole,
            Answer::Denied,
            Answer::System(31),
        ] {
            assert_eq!(Answer::parse(&answer.to_line()), Some(answer));
        }
        for bad in ["", "sent x", "shared", "gone", "system"] {
            assert_eq!(Answer::parse(bad), None, "{bad:?}");
        }
    }
}
