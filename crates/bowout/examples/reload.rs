//! A daemon that reads its configuration anew when it is asked to, and under systemd says when it is done.
//!
//! ```console
//! $ cargo run --example reload -- settings.conf
//! ```
//!
//! `kill -HUP` (on Windows: Ctrl-Break) has it read the file again; a file that cannot be read leaves it with what it had.
//! Ctrl-C or SIGTERM stops it. For `systemctl reload` the unit says `Type=notify-reload`.

use std::error::Error;
use std::sync::mpsc::sync_channel;
use std::{env, fs, thread};

use bowout::Signal;
use bowout::listen::{Builder, Handling, Trigger, notify};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: reload FILE")?;
    let (trigger, signal) = if cfg!(windows) {
        (Trigger::Break, Signal::Break)
    } else {
        (Trigger::Hangup, Signal::Hup)
    };
    // Swallowed from the first moment on: a reload that comes too early must not stop the program.
    let shutdown = Builder::new().on(trigger, Handling::Ignore).listen()?;

    let (asked, reloads) = sync_channel(1);
    shutdown.on_signal(signal, move || {
        // One place is enough: while it is taken, the reader has yet to look, and will see everything when it does.
        let _ = asked.try_send(());
    })?;

    let mut settings = fs::read_to_string(&path)?;
    println!("settings: {}", settings.trim());
    notify::ready()?;

    thread::spawn(move || {
        for () in reloads {
            tell(notify::reloading());
            match fs::read_to_string(&path) {
                Ok(new) => settings = new,
                Err(error) => eprintln!("{path}: {error}"),
            }
            println!("settings: {}", settings.trim());
            tell(notify::ready());
        }
    });

    shutdown.wait();
    shutdown.leave()
}

fn tell(told: Result<notify::Notified, notify::NotifyError>) {
    if let Err(error) = told {
        eprintln!("{error}");
    }
}
