//! What is drawn on a terminal, through a real pseudo-terminal.

use bowout_tests::Ended;
use bowout_tests::terminal::Terminal;

use super::{bowout, program};

#[test]
fn stop_shows_who_is_left_and_takes_the_line_away() {
    let target = program("stubborn");
    let mut stop = Terminal::start(bowout(&format!("stop {} --grace 1s", target.pid())), 100);
    stop.until("TERM sent, KILL in 0.");
    stop.until(&format!("waiting for {}", target.pid()));
    let (ended, screen) = stop.end();
    assert_eq!(ended, Ended::Code(0));
    let (_, end) = screen.rsplit_once("\r\x1b[K").expect("the line is taken away");
    assert!(end.contains("stopped by force"), "{end:?}");
}

#[test]
fn the_line_fits_a_narrow_terminal() {
    let targets = [program("stubborn"), program("stubborn"), program("stubborn")];
    let pids: Vec<String> = targets.iter().map(|target| target.pid().to_string()).collect();
    let mut stop = Terminal::start(bowout(&format!("stop {} --grace 500ms", pids.join(" "))), 40);
    stop.until("…");
    let (_, screen) = stop.end();
    let line = screen
        .split("\r\x1b[K")
        .find(|line| line.contains('…'))
        .expect("it was drawn");
    let visible = line.replace("\x1b[2m", "").replace("\x1b[0m", "");
    assert!(visible.chars().count() < 40, "{visible:?}");
}

#[test]
fn the_demo_draws_in_place_and_gives_the_cursor_back() {
    let (ended, screen) = Terminal::start(bowout("demo"), 90).end();
    assert_eq!(ended, Ended::Code(0));
    assert!(screen.contains("\x1b[10A"), "it goes up to draw again: {screen:?}");
    for sign in ["\x1b[33m●", "\x1b[36m◆", "\x1b[32m■", "\x1b[31m✖"] {
        assert!(screen.contains(sign), "{sign:?}");
    }
    let (_, table) = screen.rsplit_once("\x1b[?25h").expect("the cursor comes back");
    assert!(
        table.contains("stubborn") && table.contains("Nothing is left running."),
        "{table:?}"
    );
}

#[test]
fn no_colour_where_none_is_wanted() {
    let mut command = bowout("demo");
    command.env("NO_COLOR", "1");
    let mut demo = Terminal::start(command, 90);
    demo.until("●");
    let (_, screen) = demo.end();
    assert!(!screen.contains("\x1b[3") && !screen.contains("\x1b[1m"), "{screen:?}");
}

#[test]
fn a_narrow_terminal_gets_lines() {
    let (ended, screen) = Terminal::start(bowout("demo"), 60).end();
    assert_eq!(ended, Ended::Code(0));
    assert!(screen.contains("asked: TERM by signal") && !screen.contains("\x1b[10A"));
}
