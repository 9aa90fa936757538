//! There is no iterator on Windows, only flags, and SIGBREAK has no default that could be emulated.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bowout_scorecard::{Scene, Work};
use signal_hook::consts::signal::{SIGBREAK, SIGINT, SIGTERM};
use signal_hook::{SigId, flag, low_level};

pub(crate) type Signals = Arc<AtomicUsize>;

const STOP: [i32; 3] = [SIGINT, SIGTERM, SIGBREAK];

pub(crate) fn listen(work: Work) -> Signals {
    let asked = Arc::new(AtomicUsize::new(0));
    let deaf = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, Arc::clone(&deaf)).expect("it registers");
    }
    match work.scene() {
        Scene::Drops => {
            subscribe(&asked).into_iter().for_each(unsubscribe);
            deaf.store(true, Ordering::SeqCst);
            work.go_on_deaf()
        }
        Scene::ListensAgain => subscribe(&asked).into_iter().for_each(unsubscribe),
        _ => {}
    }
    // When terminated by a second signal, exit with code 1. The order of these matters.
    let term_now = Arc::new(AtomicBool::new(false));
    for signal in STOP {
        flag::register_conditional_shutdown(signal, 1, Arc::clone(&term_now)).expect("it registers");
        flag::register(signal, Arc::clone(&term_now)).expect("it registers");
    }
    subscribe(&asked);
    asked
}

fn subscribe(asked: &Signals) -> [SigId; 3] {
    STOP.map(|signal| flag::register_usize(signal, Arc::clone(asked), signal as usize).expect("it registers"))
}

fn unsubscribe(id: SigId) {
    low_level::unregister(id);
}

pub(crate) fn wait(work: Work, asked: &mut Signals) -> i32 {
    loop {
        let signal = asked.load(Ordering::Relaxed) as i32;
        if signal != 0 {
            work.asked(Some(if signal == SIGBREAK { "break" } else { "interrupt" }), None);
            return signal;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
