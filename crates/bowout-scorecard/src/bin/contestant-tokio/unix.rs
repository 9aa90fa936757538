use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

pub(crate) struct Requests {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    quit: Signal,
    /// The window's size; nothing to stop for.
    _resize: Signal,
}

impl Requests {
    pub(crate) fn listen() -> io::Result<Requests> {
        Ok(Requests {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
            _resize: signal(SignalKind::window_change())?,
        })
    }

    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "interrupt",
            _ = self.terminate.recv() => "terminate",
            _ = self.hangup.recv() => "hangup",
            _ = self.quit.recv() => "quit",
        }
    }
}
