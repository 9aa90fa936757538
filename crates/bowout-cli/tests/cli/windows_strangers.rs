//! A program that knows nothing of bowout, on a console of its own.

use std::process::Command;
use std::time::Instant;

use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, PATIENCE};

use super::{Ran, run};

/// It says nothing while its output is no console, so what is awaited is that Ctrl-C can reach it.
fn ping() -> (Actor, Ran) {
    let mut command = Command::new("ping");
    command.args(["-n", "60", "127.0.0.1"]);
    set_apart(&mut command);
    let ping = Actor::start(&mut command);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let preview = run(&format!("stop --dry-run {}", ping.pid()));
        if preview.stdout.contains("Ctrl-C             open") {
            return (ping, preview);
        }
        assert!(Instant::now() < deadline, "{preview:?}");
    }
}

#[test]
fn it_is_stopped_by_ctrl_c_as_the_dry_run_said() {
    let (mut target, preview) = ping();
    assert_eq!(preview.code, Some(0), "{preview:?}");
    assert!(
        preview.stdout.contains("closed: it does not listen to bowout's event"),
        "{preview:?}"
    );
    assert!(target.is_alive());
    let ran = run(&format!("stop {} --json", target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document = ran.json();
    let process = &document["processes"][0];
    assert_eq!(process["steps"][0]["route"], "Ctrl-C", "{document}");
    assert_eq!(process["forced"], false, "{document}");
    assert!(!target.is_alive());
}

#[test]
fn its_console_is_closed_for_it_only_where_that_is_asked_for() {
    let (mut target, _) = ping();
    let pid = target.pid();
    let refused = run(&format!("signal CTRL_CLOSE {pid}"));
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("WM_CLOSE: it has no window"), "{refused:?}");
    assert!(refused.stderr.contains("injected event: not asked for"), "{refused:?}");
    assert!(target.is_alive());
    let sent = run(&format!("signal CTRL_CLOSE --inject {pid}"));
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stdout.contains("CLOSE sent by injected event"), "{sent:?}");
    target.ended();
}

#[test]
fn hup_is_refused_before_anything_is_done() {
    let ran = run(&format!("signal HUP {}", std::process::id()));
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("use TERM, INT, BREAK, CLOSE or KILL"), "{ran:?}");
}
