use std::process::Command;

use bowout::Signal;
use bowout_tests::Ended;
use bowout_tests::terminal::Terminal;

use super::{by, link, listener, number, ready, runs};

#[test]
fn kill_after_counts_from_a_request_to_timeout_itself() {
    let deaf = "trap '' TERM INT; echo ready; sleep 60";
    for signal in [Signal::Term, Signal::Int] {
        let mut timeout = ready(&mut runs("timeout", "-k 0.1 60", deaf));
        timeout.ask(number(signal));
        assert_eq!(timeout.ended(), by(Signal::Kill));
    }
}

#[test]
fn the_time_goes_on_behind_a_request_that_was_not_heeded() {
    let mut timeout = ready(&mut runs("timeout", "-s HUP 1", "trap '' TERM; echo ready; sleep 60"));
    timeout.ask(number(Signal::Term));
    assert_eq!(timeout.ended(), Ended::Code(124));
}

#[test]
#[cfg(any(target_os = "linux", target_os = "freebsd"))]
fn the_command_is_asked_when_timeout_is_killed() {
    let mut timeout = ready(&mut runs("timeout", "-s HUP 60", &listener(Signal::Hup)));
    timeout.ask(number(Signal::Kill));
    timeout.expect("heard");
}

/// The original's command would be in the background there, and be stopped.
#[test]
fn the_command_has_the_terminal_in_a_script_as_well() {
    let mut script = Command::new("sh");
    let timeout = link("timeout");
    let read = "echo 'which line?'; read line; echo \"got $line\"";
    script
        .args(["-c", r#""$0" 60 sh -c "$1"; echo "status $?""#])
        .arg(timeout)
        .arg(read);
    let mut terminal = Terminal::start(script, 80);
    terminal.until("which line?");
    terminal.press("this one\n");
    terminal.until("got this one");
    terminal.until("status 0");
    assert_eq!(terminal.ended(), Ended::Code(0));
}

#[test]
fn kill_after_counts_from_the_keyboard_too() {
    let mut script = Command::new("sh");
    let deaf = "trap '' INT; echo deaf; sleep 60";
    script
        .args(["-c", r#"trap : INT; "$0" -f -k 0.1 60 sh -c "$1"; echo "status $?""#])
        .arg(link("timeout"))
        .arg(deaf);
    let mut terminal = Terminal::start(script, 80);
    terminal.until("deaf");
    terminal.press("\u{3}");
    terminal.until("status 137");
    assert_eq!(terminal.ended(), Ended::Code(0));
}
