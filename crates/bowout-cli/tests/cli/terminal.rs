//! What is drawn on a terminal, through a real pseudo-terminal.

use std::fs::File;
use std::io::Read;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};

use bowout_tests::PATIENCE;
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::{Ending, bowout, program, wait};

/// A command that runs on a terminal of its own.
struct OnTerminal {
    child: Ending,
    output: Receiver<String>,
    seen: String,
}

impl OnTerminal {
    fn start(command: &mut Command, columns: u16) -> OnTerminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master).and_then(|()| unlockpt(&master)).expect("it is ours");
        let size = Winsize {
            ws_row: 30,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let slave = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("it opens");
        tcsetwinsize(&slave, size).expect("it takes a size");
        let slave = File::from(slave);
        let clone = || slave.try_clone().expect("it can be had twice");
        command.env("TERM", "xterm");
        let child = Ending(
            command
                .stdin(clone())
                .stdout(clone())
                .stderr(clone())
                .spawn()
                .expect("it starts"),
        );
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let (mut master, mut buffer) = (File::from(master), [0; 4096]);
            // At the end Linux gives an error, and others the end of the file.
            while let Ok(count @ 1..) = master.read(&mut buffer) {
                let _ = sender.send(String::from_utf8_lossy(&buffer[..count]).into_owned());
            }
        });
        // The command keeps its own hold on the `Stdio`s; let go of it, so that the end of the child is the end of output.
        command.stdin(std::process::Stdio::null());
        command.stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::null());
        OnTerminal {
            child,
            output,
            seen: String::new(),
        }
    }

    /// Waits until this is on the screen.
    fn until(&mut self, text: &str) {
        while !self.seen.contains(text) {
            match self.output.recv_timeout(PATIENCE) {
                Ok(more) => self.seen.push_str(&more),
                Err(why) => panic!("{why}, and no {text:?} in {:?}", self.seen),
            }
        }
    }

    /// Waits for the end, and gives all that was on the screen.
    fn end(mut self) -> (Option<i32>, String) {
        while let Ok(more) = self.output.recv_timeout(PATIENCE) {
            self.seen.push_str(&more);
        }
        (wait(&mut self.child.0), self.seen)
    }
}

#[test]
fn stop_shows_who_is_left_and_takes_the_line_away() {
    let target = program("stubborn");
    let mut stop = OnTerminal::start(&mut bowout(&format!("stop {} --grace 1s", target.pid())), 100);
    stop.until("TERM sent, KILL in 0.");
    stop.until(&format!("waiting for {}", target.pid()));
    let (code, screen) = stop.end();
    assert_eq!(code, Some(0));
    let (_, end) = screen.rsplit_once("\r\x1b[K").expect("the line is taken away");
    assert!(end.contains("stopped by force"), "{end:?}");
}

#[test]
fn the_line_fits_a_narrow_terminal() {
    let targets = [program("stubborn"), program("stubborn"), program("stubborn")];
    let pids: Vec<String> = targets.iter().map(|target| target.pid().to_string()).collect();
    let mut stop = OnTerminal::start(&mut bowout(&format!("stop {} --grace 500ms", pids.join(" "))), 40);
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
    let (code, screen) = OnTerminal::start(&mut bowout("demo"), 90).end();
    assert_eq!(code, Some(0));
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
    let mut on_terminal = OnTerminal::start(command.env("NO_COLOR", "1"), 90);
    on_terminal.until("●");
    let (_, screen) = on_terminal.end();
    assert!(!screen.contains("\x1b[3") && !screen.contains("\x1b[1m"), "{screen:?}");
}

#[test]
fn a_narrow_terminal_gets_lines() {
    let (code, screen) = OnTerminal::start(&mut bowout("demo"), 60).end();
    assert_eq!(code, Some(0));
    assert!(screen.contains("asked: TERM by signal") && !screen.contains("\x1b[10A"));
}
