use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bowout_scorecard::{Scene, Work};
use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::flag;
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;

pub(crate) type Signals = SignalsInfo<WithOrigin>;

const STOP: [i32; 4] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT];

pub(crate) fn listen(work: Work) -> Signals {
    // By the documentation, the default action does not come back, but it can be emulated.
    let deaf = Arc::new(AtomicBool::new(false));
    for signal in STOP {
        flag::register_conditional_default(signal, Arc::clone(&deaf)).expect("it registers");
    }
    match work.scene() {
        Scene::Drops => {
            drop(subscribe());
            deaf.store(true, Ordering::SeqCst);
            work.go_on_deaf()
        }
        Scene::ListensAgain => drop(subscribe()),
        _ => {}
    }
    // When terminated by a second signal, exit with code 1. The order of these matters.
    let term_now = Arc::new(AtomicBool::new(false));
    for signal in STOP {
        flag::register_conditional_shutdown(signal, 1, Arc::clone(&term_now)).expect("it registers");
        flag::register(signal, Arc::clone(&term_now)).expect("it registers");
    }
    subscribe()
}

fn subscribe() -> Signals {
    let mut signals = STOP.to_vec();
    signals.push(SIGWINCH);
    SignalsInfo::new(signals).expect("it listens")
}

pub(crate) fn wait(work: Work, signals: &mut Signals) -> i32 {
    for origin in signals {
        let what = match origin.signal {
            SIGINT => "interrupt",
            SIGTERM => "terminate",
            SIGHUP => "hangup",
            SIGQUIT => "quit",
            // The window's size; nothing to stop for.
            _ => continue,
        };
        let sender = origin.process.map(|process| (process.pid as u32, process.uid));
        work.asked(Some(what), sender);
        return origin.signal;
    }
    unreachable!("the iterator was not closed")
}
