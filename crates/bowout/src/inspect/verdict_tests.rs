//! Every combination of facts, held against the rules of signal(7) and of the kernel (kernel/signal.c).

use super::sys::Rank;
use super::verdict::{Facts, by_route};
use super::{SignalSet, Signals, State, Verdict, Waits, When};
use crate::Signal;
use crate::signal::DefaultAction;
use crate::stop::{Attempt, NotSent, Reached, Route};

const STATES: [Option<State>; 7] = [
    None,
    Some(State::Running),
    Some(State::Sleeping),
    Some(State::Uninterruptible),
    Some(State::Stopped),
    Some(State::TracingStop),
    Some(State::Zombie),
];
const RANKS: [Rank; 4] = [Rank::Ordinary, Rank::OurInit, Rank::InnerInit, Rank::KernelThread];
const ALL: [Signal; 9] = [
    Signal::Hup,
    Signal::Int,
    Signal::Quit,
    Signal::Term,
    Signal::Kill,
    Signal::Stop,
    Signal::Chld,
    Signal::Cont,
    Signal::Tstp,
];

/// The six things that can hold of a signal, as bits of a number.
fn signals(signal: Signal, bits: u32) -> Signals {
    let set = |bit: u32| -> SignalSet { (bits >> bit & 1 == 1).then_some(signal).into_iter().collect() };
    Signals {
        caught: set(0),
        ignored: set(1),
        blocked: set(2),
        sigwait: Some(set(3)),
        signalfd: Some(set(4)),
        perhaps_awaited: set(5),
        ..Signals::default()
    }
}

fn every_combination(mut check: impl FnMut(Facts, Signal, u32)) {
    for state in STATES {
        for rank in RANKS {
            for is_traced in [false, true] {
                for signal in ALL {
                    for bits in 0..64 {
                        let signals = Some(signals(signal, bits));
                        let facts = Facts {
                            state,
                            is_traced,
                            rank,
                            signals,
                        };
                        check(facts, signal, bits);
                    }
                }
            }
        }
    }
}

#[test]
fn every_combination_has_the_verdict_of_the_rules() {
    every_combination(|facts, signal, bits| {
        let is = |bit: u32| bits >> bit & 1 == 1;
        let (verdict, _) = facts.judge(signal);
        let is_init = matches!(facts.rank, Rank::OurInit | Rank::InnerInit);
        let expected = if facts.state == Some(State::Zombie) {
            Verdict::Exited
        } else if facts.rank == Rank::KernelThread {
            Verdict::Ignored
        } else if matches!(signal, Signal::Kill | Signal::Stop) {
            match facts.rank {
                Rank::OurInit => Verdict::Dropped,
                _ => Verdict::Default(signal.default_action()),
            }
        } else if is(2) {
            match (is(3), is(4)) {
                (true, _) => Verdict::Awaited(Waits::SigWait),
                (false, true) => Verdict::Awaited(Waits::SignalFd),
                (false, false) => Verdict::Blocked,
            }
        } else if is(0) {
            Verdict::Caught
        } else if is(5) {
            Verdict::Untold
        } else if is(1) {
            Verdict::Ignored
        } else if is_init {
            Verdict::Dropped
        } else {
            Verdict::Default(signal.default_action())
        };
        assert_eq!(verdict, expected, "{signal} {bits:#b} {facts:?}");
    });
}

#[test]
fn only_what_has_an_effect_is_put_off() {
    every_combination(|facts, signal, _| {
        let (verdict, when) = facts.judge(signal);
        let nothing_happens = match verdict {
            Verdict::Ignored | Verdict::Dropped | Verdict::Blocked | Verdict::Exited => true,
            Verdict::Default(action) => matches!(action, DefaultAction::Ignore | DefaultAction::Continue),
            _ => false,
        };
        let expected = match facts.state {
            _ if nothing_happens => When::AtOnce,
            Some(State::Uninterruptible) => When::CallReturned,
            _ if signal == Signal::Kill => When::AtOnce,
            Some(State::Stopped) => When::Continued,
            Some(State::TracingStop) => When::DebuggerDecided,
            _ if facts.is_traced => When::DebuggerDecided,
            _ => When::AtOnce,
        };
        assert_eq!(when, expected, "{signal} {verdict:?} {facts:?}");
    });
}

#[test]
fn without_masks_only_force_is_known() {
    let facts = Facts::default();
    assert_eq!(facts.judge(Signal::Term).0, Verdict::Untold);
    assert_eq!(facts.judge(Signal::Kill).0, Verdict::Default(DefaultAction::Terminate));
}

#[test]
fn a_signalfd_that_may_not_be_seen_is_not_guessed() {
    let blocked = Signals {
        blocked: [Signal::Term].into_iter().collect(),
        signalfd: None,
        sigwait: None,
        ..Signals::default()
    };
    let facts = Facts {
        signals: Some(blocked),
        ..Facts::default()
    };
    assert_eq!(facts.judge(Signal::Term).0, Verdict::Blocked);
}

#[test]
fn on_windows_the_first_open_route_decides() {
    let open = |route| Attempt {
        route,
        result: Ok(Reached::default()),
    };
    let closed = |route| Attempt {
        route,
        result: Err(NotSent::NoConsole),
    };
    for (route, verdict) in [
        (Route::CooperativeEvent, Verdict::Awaited(Waits::CooperativeEvent)),
        (Route::ServiceStop, Verdict::Awaited(Waits::ServiceControl)),
        (Route::WindowClose, Verdict::Untold),
        (Route::ConsoleCtrlC, Verdict::Untold),
        (Route::Terminate, Verdict::Default(DefaultAction::Terminate)),
    ] {
        assert_eq!(
            by_route(&[closed(Route::InjectedEvent), open(route), open(Route::Terminate)]),
            verdict
        );
    }
    assert_eq!(by_route(&[closed(Route::ConsoleCtrlC)]), Verdict::Unreachable);
    assert_eq!(by_route(&[]), Verdict::Unreachable);
}
