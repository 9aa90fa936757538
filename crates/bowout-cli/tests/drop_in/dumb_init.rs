#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

use bowout::Signal;
use bowout_tests::terminal::Terminal;
use bowout_tests::{Actor, Ended};

use super::{link, listener, number, ready, runs};

/// As with `docker run -t`: whoever leads the session hands the terminal over, and nobody hears of a hang-up.
#[test]
fn the_terminal_goes_over_to_the_programs_session() {
    let mut init = Command::new(link("dumb-init"));
    let script = "trap 'echo hung up' HUP; trap 'echo heard' INT; ps -o tty= -p $$ | grep -q pts && echo 'which line?'; \
                  read line; read line; echo \"got $line\"; exit 7";
    init.args(["sh", "-c", script]);
    let mut terminal = Terminal::start(init, 80);
    terminal.until("which line?");
    terminal.press("\u{3}");
    terminal.until("heard");
    terminal.press("this one\nthat one\n");
    terminal.until("got ");
    let (ended, shown) = terminal.end();
    assert_eq!(ended, Ended::Code(7));
    assert!(!shown.contains("hung up"), "{shown}");
}

/// The original's TERM goes to the group alone.
#[test]
fn who_has_left_the_session_is_asked_to_end_as_well() {
    let mut init = runs("dumb-init", "", "setsid sh -c \"$0\" & read end; exit 7");
    let mut init = Actor::start_with(init.arg(listener(Signal::Term)), Stdio::piped());
    init.expect("ready");
    drop(init.child().stdin.take());
    assert_eq!(init.ended(), Ended::Code(7));
    init.expect("heard");
}

#[test]
fn everybody_is_asked_when_dumb_init_is_killed() {
    let mut init = ready(&mut runs("dumb-init", "", &listener(Signal::Term)));
    init.ask(number(Signal::Kill));
    init.expect("heard");
}
