//! A full-screen program with temp files: however it ends, the files are gone and the terminal is as it was.
//!
//! ```console
//! $ cargo run --example tui
//! ```
//!
//! End it in every way that you know: by the keys that it names (a normal end, an error, a panic, Ctrl-C), by `kill` from
//! another terminal, by closing its own. The folder that it named is gone then. A second request while the first is being worked
//! on ends it without its cleanups, and so does SIGKILL.
//!
//! Raw mode makes no signals of keys: the program hands Ctrl-C on to bowout itself, and Ctrl-Z does nothing.

use std::error::Error;
use std::fs::File;
use std::io::{Read, Write, stdin, stdout};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use bowout::listen::{Handle, Trigger};
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute};

fn main() -> Result<(), Box<dyn Error>> {
    let shutdown = bowout::listen()?;

    let folder = tempfile::tempdir()?;
    let draft = folder.path().join("draft");
    shutdown.cleanup("temp files", move || {
        if let Err(error) = folder.close() {
            eprintln!("temp files are left: {error}");
        }
    });

    // Registered last, so it runs first, and what the other cleanups say is seen; and before anything is changed.
    shutdown.cleanup("terminal", restore_terminal);
    clean_up_before_panics_are_shown(shutdown.handle());
    terminal::enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, cursor::Hide)?;

    let outcome = write_down(&draft, &keys()?, &shutdown);
    if shutdown.is_requested() {
        shutdown.leave();
    }
    outcome // the cleanups run now, before the error is shown
}

fn write_down(path: &Path, keys: &Receiver<u8>, shutdown: &Handle) -> Result<(), Box<dyn Error>> {
    let mut draft = File::create(path)?;
    write!(stdout(), "What you type goes to {}\r\n", path.display())?;
    write!(
        stdout(),
        "Ctrl-D: done; Ctrl-F: fail; Ctrl-P: panic; Ctrl-C: interrupt\r\n"
    )?;
    while !shutdown.is_requested() {
        match keys.recv_timeout(Duration::from_millis(100)) {
            // With Ctrl, a letter is its place in the alphabet.
            Ok(3) => shutdown.trigger(Trigger::Interrupt),
            Ok(4) => return Ok(()),
            Ok(6) => return Err("Ctrl-F was pressed".into()),
            Ok(16) => panic!("Ctrl-P was pressed"),
            Ok(key) => {
                draft.write_all(&[key])?;
                stdout().write_all(&[key])?;
                stdout().flush()?;
            }
            Err(RecvTimeoutError::Timeout) => (),
            // The terminal is gone. SIGHUP says so too, a moment sooner or later.
            Err(RecvTimeoutError::Disconnected) => shutdown.trigger(Trigger::Hangup),
        }
    }
    Ok(())
}

/// The keys, read by a thread of their own: nothing cuts a read short.
fn keys() -> std::io::Result<Receiver<u8>> {
    let (sender, keys) = channel();
    thread::Builder::new().name("keys".to_owned()).spawn(move || {
        for key in stdin().lock().bytes().map_while(Result::ok) {
            if sender.send(key).is_err() {
                break;
            }
        }
    })?;
    Ok(keys)
}

fn restore_terminal() {
    // Where this fails, there is no terminal any more.
    let _ = terminal::disable_raw_mode();
    let _ = execute!(stdout(), LeaveAlternateScreen, cursor::Show);
}

/// Otherwise the message of a panic would come before the cleanups, and vanish with the alternate screen.
fn clean_up_before_panics_are_shown(shutdown: Handle) {
    let show = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        shutdown.run_cleanups();
        show(panic);
    }));
}
