//! Which process is meant: `PID`, or `PID:START` so that a reused number cannot be mistaken for it.

use std::fmt;
use std::num::NonZeroU32;
use std::process::Child;
use std::str::FromStr;

/// A process by its number and, where known, the time it was started: `1234` or `1234:8675309`.
///
/// A number alone names whoever has it *now*; systems give numbers out again, within seconds when they are busy. Number and
/// start together name one process for as long as the system is up. The start is an opaque number in the system's own
/// measure, good for comparing and nothing else: clock ticks since boot on Linux
/// (field 22 of [proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)), the creation time on
/// Windows ([GetProcessTimes](https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getprocesstimes)),
/// microseconds since 1970 on macOS and FreeBSD. Elsewhere the system tells none.
///
/// ```
/// use bowout::stop::ProcessId;
///
/// let process: ProcessId = "1234:8675309".parse()?;
/// assert_eq!((process.pid(), process.start()), (1234, Some(8675309)));
/// assert!("-1".parse::<ProcessId>().unwrap_err().to_string().contains("process group"));
/// # Ok::<(), bowout::stop::ParseProcessIdError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessId {
    pid: NonZeroU32,
    start: Option<u64>,
}

impl ProcessId {
    /// Whoever has this number. `None` for 0, which is no process: to `kill(2)` it means the caller's whole group.
    pub fn new(pid: u32) -> Option<ProcessId> {
        Some(ProcessId {
            pid: NonZeroU32::new(pid)?,
            start: None,
        })
    }

    /// The process that calls.
    pub fn own() -> ProcessId {
        // A process never has the number 0; were it so, 1 would be refused as a target just as well.
        ProcessId {
            pid: NonZeroU32::new(std::process::id()).unwrap_or(NonZeroU32::MIN),
            start: None,
        }
    }

    /// The same number, but only if the process was started then.
    #[must_use]
    pub fn started(self, start: u64) -> ProcessId {
        ProcessId {
            start: Some(start),
            ..self
        }
    }

    /// The number.
    pub fn pid(self) -> u32 {
        self.pid.get()
    }

    /// When it was started, where known.
    pub fn start(self) -> Option<u64> {
        self.start
    }

    pub(crate) fn with_start(self, start: Option<u64>) -> ProcessId {
        ProcessId { start, ..self }
    }
}

/// The number of a process of ours, which is never 0.
#[cfg(unix)]
impl From<rustix::process::Pid> for ProcessId {
    fn from(pid: rustix::process::Pid) -> ProcessId {
        ProcessId {
            pid: NonZeroU32::new(pid.as_raw_nonzero().get().unsigned_abs()).unwrap_or(NonZeroU32::MIN),
            start: None,
        }
    }
}

/// The number of a child. It cannot be reused before the child has been waited for.
impl From<&Child> for ProcessId {
    fn from(child: &Child) -> ProcessId {
        ProcessId {
            pid: NonZeroU32::new(child.id()).unwrap_or(NonZeroU32::MIN),
            start: None,
        }
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.start {
            None => f.pad(&self.pid.to_string()),
            Some(start) => f.pad(&format!("{}:{start}", self.pid)),
        }
    }
}

impl FromStr for ProcessId {
    type Err = ParseProcessIdError;

    fn from_str(text: &str) -> Result<ProcessId, ParseProcessIdError> {
        let error = |problem| ParseProcessIdError {
            given: text.to_owned(),
            problem,
        };
        let (pid, start) = match text.split_once(':') {
            None => (text, None),
            Some((pid, start)) => (pid, Some(start)),
        };
        let id = parse_pid(pid).map_err(error)?;
        match start {
            None => Ok(id),
            Some(start) => match digits(start).and_then(|start| start.parse().ok()) {
                Some(start) => Ok(id.started(start)),
                None => Err(error(ProcessIdProblem::Start)),
            },
        }
    }
}

fn parse_pid(text: &str) -> Result<ProcessId, ProcessIdProblem> {
    if text.strip_prefix('-').is_some_and(|rest| digits(rest).is_some()) {
        return Err(ProcessIdProblem::Negative);
    }
    let number = digits(text).ok_or(ProcessIdProblem::NotANumber)?;
    let number = number.parse().map_err(|_| ProcessIdProblem::TooLarge)?;
    ProcessId::new(number).ok_or(ProcessIdProblem::Zero)
}

/// The text, if it is made of digits alone: `parse` would take a sign as well.
fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

/// Text that names no process. The message quotes it and says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseProcessIdError {
    given: String,
    problem: ProcessIdProblem,
}

impl ParseProcessIdError {
    /// What is wrong with it.
    pub fn problem(&self) -> ProcessIdProblem {
        self.problem
    }
}

/// What is wrong with the text of a process id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProcessIdProblem {
    /// 0, which to `kill(2)` means every process of the caller's group.
    Zero,
    /// Below 0, which to `kill(2)` means a process group, or everybody.
    Negative,
    /// The part before the colon is no number.
    NotANumber,
    /// The number is larger than any process number.
    TooLarge,
    /// The part behind the colon is no start time.
    Start,
}

impl fmt::Display for ParseProcessIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.problem {
            ProcessIdProblem::Zero => "0 would mean every process of the caller's process group",
            ProcessIdProblem::Negative => "a number below 0 would mean a whole process group",
            ProcessIdProblem::NotANumber => "a process id is a number",
            ProcessIdProblem::TooLarge => "no process has so large a number",
            ProcessIdProblem::Start => "what follows the colon must be the start time that bowout printed",
        };
        write!(
            f,
            "{:?} names no process: {why}; write PID or PID:START, as in 1234",
            self.given
        )
    }
}

impl std::error::Error for ParseProcessIdError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_names_no_process_is_refused_with_the_reason() {
        for (text, problem) in [
            ("0", ProcessIdProblem::Zero),
            ("000", ProcessIdProblem::Zero),
            ("0:7", ProcessIdProblem::Zero),
            ("-1", ProcessIdProblem::Negative),
            ("-1234", ProcessIdProblem::Negative),
            ("", ProcessIdProblem::NotANumber),
            ("-", ProcessIdProblem::NotANumber),
            ("+5", ProcessIdProblem::NotANumber),
            (" 5", ProcessIdProblem::NotANumber),
            ("5 ", ProcessIdProblem::NotANumber),
            ("0x10", ProcessIdProblem::NotANumber),
            ("nginx", ProcessIdProblem::NotANumber),
            ("4294967296", ProcessIdProblem::TooLarge),
            ("99999999999999999999999", ProcessIdProblem::TooLarge),
            ("5:", ProcessIdProblem::Start),
            ("5:-1", ProcessIdProblem::Start),
            ("5:+1", ProcessIdProblem::Start),
            ("5:18446744073709551616", ProcessIdProblem::Start),
            ("5:1:2", ProcessIdProblem::Start),
        ] {
            assert_eq!(text.parse::<ProcessId>().unwrap_err().problem(), problem, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(pid in 1u32.., start: Option<u64>) {
            let id = ProcessId::new(pid).unwrap().with_start(start);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,30}") {
            let _ = text.parse::<ProcessId>();
        }
    }
}
