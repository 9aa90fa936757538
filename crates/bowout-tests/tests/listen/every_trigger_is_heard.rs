use bowout_tests::{Actor, Ask, sys};

fn hears(ask: Ask, trigger: &str) {
    let mut actor = Actor::ready("wait");
    actor.ask(ask);
    actor.expect(&format!("request {trigger}"));
    actor.expect("cleaned");
    assert_eq!(actor.next_line(), None);
    assert_eq!(actor.ended(), sys::ends_by(ask));
}

#[cfg(unix)]
mod on_unix {
    use super::hears;

    #[test]
    fn sigint() {
        hears(libc::SIGINT, "interrupt");
    }

    #[test]
    fn sigterm() {
        hears(libc::SIGTERM, "terminate");
    }

    #[test]
    fn sighup() {
        hears(libc::SIGHUP, "hangup");
    }

    #[test]
    fn sigquit() {
        hears(libc::SIGQUIT, "quit");
    }
}

#[cfg(windows)]
mod on_windows {
    use super::{Ask, hears};

    #[test]
    fn ctrl_c() {
        hears(Ask::Console(0), "interrupt");
    }

    #[test]
    fn ctrl_break() {
        hears(Ask::Console(1), "break");
    }

    #[test]
    fn ctrl_close() {
        hears(Ask::Console(2), "close");
    }

    #[test]
    fn ctrl_logoff() {
        hears(Ask::Console(5), "logoff");
    }

    #[test]
    fn ctrl_shutdown() {
        hears(Ask::Console(6), "system shutdown");
    }

    #[test]
    fn the_cooperative_event() {
        hears(Ask::Cooperative, "cooperative");
    }
}
