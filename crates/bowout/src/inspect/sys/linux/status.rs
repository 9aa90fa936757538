//! `/proc/PID/task/TID/status`
//! ([proc_pid_status(5)](https://man7.org/linux/man-pages/man5/proc_pid_status.5.html)).

use crate::inspect::SignalSet;
use crate::inspect::verdict::State;

use super::mask;

/// What it says of a thread and its process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) state: Option<State>,
    /// The thread that debugs it.
    pub(super) tracer: Option<u32>,
    /// The process's number in each pid namespace, from ours down to its own.
    pub(super) namespace_pids: Vec<u32>,
    /// Of the thread.
    pub(super) own_pending: Option<SignalSet>,
    /// Of the process.
    pub(super) pending: Option<SignalSet>,
    pub(super) blocked: Option<SignalSet>,
    pub(super) ignored: Option<SignalSet>,
    pub(super) caught: Option<SignalSet>,
}

impl Status {
    pub(super) fn parse(text: &str) -> Status {
        let mut status = Status::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match name {
                "State" => status.state = value.chars().next().and_then(state),
                "TracerPid" => status.tracer = value.parse().ok().filter(|tracer| *tracer != 0),
                // The threads' own numbers stand in NSpid.
                "NStgid" => {
                    status.namespace_pids = value.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
                }
                "SigPnd" => status.own_pending = mask(value),
                "ShdPnd" => status.pending = mask(value),
                "SigBlk" => status.blocked = mask(value),
                "SigIgn" => status.ignored = mask(value),
                "SigCgt" => status.caught = mask(value),
                _ => {}
            }
        }
        status
    }
}

fn state(letter: char) -> Option<State> {
    Some(match letter {
        'R' => State::Running,
        'S' | 'I' => State::Sleeping,
        'D' => State::Uninterruptible,
        'T' => State::Stopped,
        't' => State::TracingStop,
        'Z' | 'X' => State::Zombie,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Signal;
    use proptest::prelude::*;

    #[test]
    fn what_matters_is_read() {
        let text = "Name:\tState:\tZ\nState:\tT (stopped)\nTracerPid:\t12\nNStgid:\t77\t1\nSigQ:\t0/9\n\
                    SigPnd:\t0000000000000001\nShdPnd:\t0000000000004000\nSigBlk:\t0000000000000200\n\
                    SigIgn:\t0000000001001006\nSigCgt:\t0000000000000000\n";
        let status = Status::parse(text);
        assert_eq!((status.state, status.tracer), (Some(State::Stopped), Some(12)));
        assert_eq!(status.namespace_pids, [77, 1]);
        assert!(status.own_pending.unwrap().contains(Signal::Hup));
        assert!(status.pending.unwrap().contains(Signal::Term));
        assert!(status.ignored.unwrap().contains(Signal::Int) && status.caught.unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "([A-Za-z]{0,8}:?[ \t0-9a-fx]{0,20}\n?){0,20}") {
            let _ = Status::parse(&text);
        }
    }
}
