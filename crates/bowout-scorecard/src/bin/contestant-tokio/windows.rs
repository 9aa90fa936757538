use std::io;

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown,
};

pub(crate) struct Requests {
    c: CtrlC,
    break_: CtrlBreak,
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
}

impl Requests {
    pub(crate) fn listen() -> io::Result<Requests> {
        Ok(Requests {
            c: ctrl_c()?,
            break_: ctrl_break()?,
            close: ctrl_close()?,
            logoff: ctrl_logoff()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.c.recv() => "interrupt",
            _ = self.break_.recv() => "break",
            _ = self.close.recv() => "close",
            _ = self.logoff.recv() => "logoff",
            _ = self.shutdown.recv() => "system shutdown",
        }
    }
}
