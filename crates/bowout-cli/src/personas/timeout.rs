//! `timeout`: of GNU (9.x and newer) and POSIX.1-2024.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use bowout::Signal;
use bowout::stop::Plan;
use bowout::supervise::{Ended, Escalation, Happening, Leftovers, Reach, Supervisor, Terminal};

use super::{Failures, Tool, Wish, shell_status, text};
use crate::options::{self, Opt, option};
use crate::run::{NOT_EXECUTABLE, NOT_FOUND, TIMED_OUT};
use crate::{exit, sys};

const TOOL: Tool = Tool {
    name: "timeout",
    version: "timeout",
    usage: "timeout [OPTIONS] DURATION COMMAND [ARG]...",
    options: &OPTIONS,
    notes: "\
A DURATION is a number, of seconds or with s, m, h or d behind it: 10, 0.5m. 0 sets no limit.
A signal that comes to timeout goes to the command and its group.

Exit codes: the command's own (it dies by the signal that the command died of), and
  124  the time was over
  125  timeout itself failed, or was called wrongly
  126  the command cannot be executed
  127  there is no such command
  137  KILL was needed
",
    failures: Failures {
        usage: exit::FAILED,
        not_found: NOT_FOUND,
        not_executable: NOT_EXECUTABLE,
        own: exit::FAILED,
    },
};

const OPTIONS: [Opt; 7] = [
    option(
        "foreground",
        Some('f'),
        None,
        "Leave the command in this process group, and signal it alone",
    ),
    option(
        "kill-after",
        Some('k'),
        Some("DURATION"),
        "Send KILL as well if it is still there so long after the first signal",
    ),
    option(
        "preserve-status",
        Some('p'),
        None,
        "Exit with the command's status even if its time was over",
    ),
    option(
        "signal",
        Some('s'),
        Some("SIGNAL"),
        "Send this when the time is over [default: TERM]",
    ),
    option("verbose", Some('v'), None, "Say on standard error what is sent"),
    option("help", None, None, "Print help"),
    option("version", None, None, "Print the version"),
];

/// A program with a time limit.
#[derive(Debug)]
pub(super) struct Limited {
    supervisor: Supervisor,
    signalled: Reach,
    status: StatusOnTimeout,
    /// The command's name, if what is sent to it is to be told.
    told: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StatusOnTimeout {
    Own,
    Commands,
}

pub(super) fn main(line: Vec<OsString>) -> u8 {
    TOOL.carry_out(read(line), run)
}

/// # Errors
/// What is wrong, in one line.
pub(super) fn read(line: Vec<OsString>) -> Result<Wish<Limited>, String> {
    let given = options::read(&OPTIONS, line)?;
    let mut signal = Signal::Term;
    let mut kill_after = Duration::ZERO;
    let mut signalled = Reach::Group;
    let mut status = StatusOnTimeout::Own;
    let mut verbose = false;
    for (option, value) in &given.options {
        match *option {
            "help" => return Ok(Wish::Help),
            "version" => return Ok(Wish::Version),
            "foreground" => signalled = Reach::Main,
            "kill-after" => kill_after = duration(value)?,
            "preserve-status" => status = StatusOnTimeout::Commands,
            "signal" => signal = first_signal(text(value)?)?,
            "verbose" => verbose = true,
            _ => {}
        }
    }
    let [limit, program, args @ ..] = given.rest.as_slice() else {
        return Err("a duration and a command are needed".into());
    };
    let limit = duration(limit)?;
    let supervisor = Supervisor::new(program)
        .args(args)
        .forward_to(signalled)
        .stop_reach(signalled)
        .terminal(if signalled == Reach::Main {
            Terminal::Shared
        } else {
            Terminal::Foreground
        })
        // `timeout 5 service x start` is to leave the service alone.
        .leftovers(Leftovers::Leave);
    let plan = Plan::new(signal).wait(Duration::MAX);
    let supervisor = match kill_after {
        Duration::ZERO => supervisor.plan(plan),
        // It counts from a signal to timeout itself, too.
        after => supervisor
            .plan(plan.wait(after).then(Signal::Kill).wait(Duration::MAX))
            .escalation(Escalation::OnRequest),
    };
    let supervisor = match limit {
        Duration::ZERO => supervisor,
        limit => supervisor.timeout(limit),
    };
    let told = verbose.then(|| program.to_string_lossy().into_owned());
    Ok(Wish::Do(Limited {
        supervisor,
        signalled,
        status,
        told,
    }))
}

fn run(limited: Limited) -> u8 {
    let mut tell = |happening| {
        if let (Some(command), Happening::Asked(signal, _) | Happening::Forwarded(signal, _)) =
            (&limited.told, happening)
        {
            TOOL.tell(format_args!("{signal} goes to '{command}'"));
        }
    };
    match TOOL.supervise(limited.supervisor, &mut tell) {
        Ok(ended) => finish(&ended, limited.signalled, limited.status),
        Err(code) => code,
    }
}

fn finish(ended: &Ended, signalled: Reach, on_timeout: StatusOnTimeout) -> u8 {
    let Some(status) = ended.status() else {
        return exit::FAILED;
    };
    let was_killed = sys::death_of(status) == Some(Signal::Kill);
    let in_time = !ended.timed_out() && !ended.forced();
    match on_timeout {
        _ if in_time => ended.exit(),
        // The original is in the group that it kills.
        _ if was_killed && signalled == Reach::Group => ended.exit(),
        StatusOnTimeout::Own if !was_killed => TIMED_OUT,
        StatusOnTimeout::Own | StatusOnTimeout::Commands => shell_status(status),
    }
}

/// The signal that is sent first. 0 is none; but behind each comes CONT, and so CONT is all that is left of it.
fn first_signal(text: &str) -> Result<Signal, String> {
    match text {
        "0" | "EXIT" => Ok(Signal::Cont),
        text => text
            .parse()
            .map_err(|error: bowout::signal::ParseSignalError| error.to_string()),
    }
}

/// `10`, `.5`, `1e3`, `2.5m`, `0x1p4`, `inf`: what [strtod(3)](https://man7.org/linux/man-pages/man3/strtod.3.html) takes, and a unit.
fn duration(value: &OsStr) -> Result<Duration, String> {
    let given = text(value)?;
    let seconds = number(given).or_else(|| {
        let unit = match given.as_bytes().last()? {
            b's' => 1.0,
            b'm' => 60.0,
            b'h' => 3_600.0,
            b'd' => 86_400.0,
            _ => return None,
        };
        Some(number(&given[..given.len() - 1])? * unit)
    });
    match seconds {
        Some(0.0) => Ok(Duration::ZERO),
        // What is too short or too long to be told by a clock is the shortest or the longest time that is.
        Some(seconds) if seconds > 0.0 => {
            let duration = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
            Ok(duration.max(Duration::from_nanos(1)))
        }
        _ => Err(format!("'{given}' is no duration: 10, 0.5, 2.5m, 1h, 1d, inf")),
    }
}

fn number(text: &str) -> Option<f64> {
    match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        None => text.parse().ok(),
        Some(hexadecimal) => {
            let (digits, exponent) = hexadecimal.split_once(['p', 'P']).unwrap_or((hexadecimal, "0"));
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let digits = u64::from_str_radix(&format!("{whole}{fraction}"), 16).ok()?;
            let exponent = exponent.parse::<i16>().ok()?;
            Some(digits as f64 * 2f64.powi(exponent.into()) / 16f64.powi(fraction.len() as i32))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(line: &str) -> Limited {
        match read(line.split(' ').map(OsString::from).collect()) {
            Ok(Wish::Do(limited)) => limited,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn same(line: &str, expected: Supervisor) {
        assert_eq!(
            format!("{:?}", limited(line).supervisor),
            format!("{expected:?}"),
            "{line}"
        );
    }

    fn plain(signal: Signal) -> Supervisor {
        Supervisor::new("make")
            .args(["-k", "test"])
            .forward_to(Reach::Group)
            .stop_reach(Reach::Group)
            .leftovers(Leftovers::Leave)
            .plan(Plan::new(signal).wait(Duration::MAX))
    }

    #[test]
    fn each_option_is_one_of_the_supervisors() {
        let ten = Duration::from_secs(10);
        same("10 make -k test", plain(Signal::Term).timeout(ten));
        same("-- 10s make -k test", plain(Signal::Term).timeout(ten));
        same("0 make -k test", plain(Signal::Term));
        same("-s INT 10 make -k test", plain(Signal::Int).timeout(ten));
        same("--signal=sigint 10 make -k test", plain(Signal::Int).timeout(ten));
        same("-s0 10 make -k test", plain(Signal::Cont).timeout(ten));
        same("-k 0 10 make -k test", plain(Signal::Term).timeout(ten));
        let foreground = plain(Signal::Term)
            .forward_to(Reach::Main)
            .stop_reach(Reach::Main)
            .terminal(Terminal::Shared);
        same("-f 10 make -k test", foreground.timeout(ten));
        let plan: Plan = "QUIT/5s/KILL/inf".parse().unwrap();
        let killed = plain(Signal::Term)
            .plan(plan)
            .escalation(Escalation::OnRequest)
            .timeout(ten);
        same("-k5 -sQUIT 10 make -k test", killed);
    }

    #[test]
    fn the_rest_is_about_what_is_told() {
        let quiet = limited("10 make");
        assert!(quiet.told.is_none() && quiet.status == StatusOnTimeout::Own);
        let verbose = limited("-vp 10 make");
        assert!(verbose.told.is_some() && verbose.status == StatusOnTimeout::Commands);
    }

    #[test]
    fn durations_are_numbers_with_a_unit() {
        for (given, millis) in [
            ("10", 10_000),
            (".5", 500),
            ("1e-1s", 100),
            ("2.5m", 150_000),
            ("1h", 3_600_000),
            ("-0", 0),
            ("0x10", 16_000),
            ("0x.8", 500),
            ("0x1p-1m", 30_000),
        ] {
            assert_eq!(duration(given.as_ref()), Ok(Duration::from_millis(millis)), "{given}");
        }
        for (given, expected) in [
            ("inf", Duration::MAX),
            ("9e99d", Duration::MAX),
            ("1e-99", Duration::from_nanos(1)),
        ] {
            assert_eq!(duration(given.as_ref()), Ok(expected), "{given}");
        }
        for given in [
            "", "s", "1x", "1ms", "1S", "nan", "-1", "1 s", "10€", "m", "0x", "0xg", "0x1p", "0x1.2.3", "0x-1",
        ] {
            assert!(duration(given.as_ref()).is_err(), "{given}");
        }
    }
}
