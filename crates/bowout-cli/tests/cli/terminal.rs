//! What is drawn on a terminal, through a real pseudo-terminal.

use bowout_tests::Ended;
use bowout_tests::terminal::Terminal;

use super::{bowout, program};

/// Goes up one line, and takes away what is from there on.
const GONE: &str = "\r\x1b[1A\x1b[J";

#[test]
fn stop_shows_who_is_left_and_takes_it_away() {
    let target = program("stubborn");
    let mut stop = Terminal::start(bowout(&format!("stop {} --grace 1s", target.pid())), 100);
    stop.until(&format!("{}  bowout", target.pid()));
    stop.then("TERM 0.");
    stop.then("s ago  ");
    stop.then("━");
    stop.then("KILL in 0.");
    // Again, in its place.
    stop.then("\r\x1b[1A");
    stop.then("KILL in 0.");
    let (ended, screen) = stop.end();
    assert_eq!(ended, Ended::Code(0));
    let (_, end) = screen.rsplit_once(GONE).expect("it is taken away");
    assert!(end.contains("stopped by force") && !end.contains('\x1b'), "{end:?}");
}

#[test]
fn it_fits_a_narrow_terminal_and_one_that_becomes_narrow() {
    let targets = [program("stubborn"), program("stubborn"), program("stubborn")];
    let pids: Vec<String> = targets.iter().map(|target| target.pid().to_string()).collect();
    let line = format!("stop {} --grace 2s", pids.join(" "));
    let mut stop = Terminal::start(bowout(&line), 100);
    stop.until("━");
    stop.resize(30, 10);
    stop.then("…");
    let (_, screen) = stop.end();
    let screen = without_codes(&screen);
    let mut cut = screen.split(['\r', '\n']).filter(|line| line.ends_with('…')).peekable();
    assert!(cut.peek().is_some());
    assert!(cut.all(|line| line.chars().count() == 29), "{screen:?}");
}

/// What is shown, without the escape sequences in it.
fn without_codes(screen: &str) -> String {
    let mut parts = screen.split("\x1b[");
    let first = parts.next().into_iter();
    let behind = parts.filter_map(|part| part.split_once(|c: char| c.is_ascii_alphabetic()));
    first.chain(behind.map(|(_, shown)| shown)).collect()
}

#[test]
fn more_than_there_is_room_for_are_counted() {
    let targets = [program("stubborn"), program("stubborn"), program("stubborn")];
    let pids: Vec<String> = targets.iter().map(|target| target.pid().to_string()).collect();
    let line = format!("stop {} --grace 1s", pids.join(" "));
    let mut stop = Terminal::start(bowout(&line), 100);
    stop.resize(100, 4);
    stop.until("… 2 more");
    let (ended, _) = stop.end();
    assert_eq!(ended, Ended::Code(0));
}

#[test]
fn the_keyboard_s_ctrl_c_is_answered_above_it() {
    let target = program("stubborn");
    let mut stop = Terminal::start(bowout(&format!("stop {} --grace inf", target.pid())), 100);
    stop.until("no end to the wait");
    stop.press("\x03");
    stop.then("\x1b[J");
    stop.then("still waiting; once more uses force now");
    stop.then("no end to the wait");
    // Two within the window are one request told twice, so this time has to pass.
    std::thread::sleep(bowout::listen::REPEAT_WINDOW * 2);
    stop.press("\x03");
    stop.then("force now");
    let (ended, screen) = stop.end();
    assert_eq!(ended, Ended::Code(0));
    assert!(screen.contains("stopped by force"), "{screen:?}");
}

#[test]
fn nothing_is_drawn_where_nobody_wants_to_see_it() {
    for options in ["--quiet", "--json", "--dry-run"] {
        let target = program("stubborn");
        let stop = Terminal::start(bowout(&format!("stop {} --grace 400ms {options}", target.pid())), 100);
        let (ended, screen) = stop.end();
        assert_eq!(ended, Ended::Code(0));
        assert!(!screen.contains('\x1b'), "{options}: {screen:?}");
    }
    let target = program("stubborn");
    let mut dumb = bowout(&format!("stop {} --grace 400ms", target.pid()));
    dumb.args(["--color", "always"]);
    let ran = super::finish(&mut dumb);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(0), ""),
        "it is no terminal: {ran:?}"
    );
}

#[test]
fn without_colours_it_is_drawn_all_the_same() {
    for (option, variable) in [("--color=never", None), ("--color=auto", Some("1"))] {
        let target = program("stubborn");
        let mut command = bowout(&format!("stop {} --grace 500ms {option}", target.pid()));
        variable.map(|value| command.env("NO_COLOR", value));
        let mut stop = Terminal::start(command, 100);
        stop.until("━");
        let (_, screen) = stop.end();
        assert!(!screen.contains("\x1b[2m") && !screen.contains("\x1b[3"), "{screen:?}");
    }
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
