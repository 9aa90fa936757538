//! Programs on a terminal of their own: a real pseudo-terminal, and it controls them.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
#[cfg(target_os = "linux")]
use rustix::termios::tcgetpgrp;
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};

use crate::PATIENCE;
use crate::sys::{Ask, Ended, ended, send};

/// No other test's child gets it: a terminal is closed when nobody has it any more. macOS has no such flag.
#[cfg(not(target_os = "macos"))]
const CLOEXEC: OpenptFlags = OpenptFlags::CLOEXEC;
#[cfg(target_os = "macos")]
const CLOEXEC: OpenptFlags = OpenptFlags::empty();

/// A program on a terminal, and what it has shown so far.
pub struct Terminal {
    program: Program,
    master: File,
    /// Held, so that the terminal and its modes outlive the program.
    slave: OwnedFd,
    shown: Vec<u8>,
    /// How much of it has been waited for.
    seen: usize,
    modes_before: String,
}

/// A child that ends with the test.
struct Program(Child);

impl Program {
    fn ended(&mut self, mut meanwhile: impl FnMut()) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.0.try_wait().expect("it is our child") {
                return ended(status);
            }
            assert!(Instant::now() < deadline, "still alive after {PATIENCE:?}");
            meanwhile();
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Terminal {
    /// Starts the command on a terminal that is so many columns wide.
    pub fn start(mut command: Command, columns: u16) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | CLOEXEC).expect("a pseudo-terminal");
        grantpt(&master).and_then(|()| unlockpt(&master)).expect("it is ours");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = rustix::fs::open(name, flags, Mode::empty()).expect("it opens");
        tcsetwinsize(&slave, size(columns, 30)).expect("it takes a size");
        let stdio = || Stdio::from(slave.try_clone().expect("it can be had twice"));
        command.stdin(stdio()).stdout(stdio()).stderr(stdio());
        command.env("TERM", "xterm");
        crate::sys::set_apart(&mut command);
        // SAFETY: two system calls between fork and exec, and nothing else.
        unsafe {
            command.pre_exec(|| {
                rustix::process::setsid()?;
                Ok(rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?)
            });
        }
        let modes_before = modes(&slave);
        Terminal {
            program: Program(command.spawn().expect("it starts")),
            master: master.into(),
            slave,
            shown: Vec::new(),
            seen: 0,
            modes_before,
        }
    }

    /// Waits until this has been shown, at any time.
    pub fn until(&mut self, text: &str) {
        self.find(0, text);
    }

    /// Waits until this has been shown, behind all that was waited for before.
    pub fn then(&mut self, text: &str) {
        self.find(self.seen, text);
    }

    fn find(&mut self, from: usize, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut windows = self.shown[from..].windows(text.len());
            if let Some(at) = windows.position(|window| window == text.as_bytes()) {
                self.seen = self.seen.max(from + at + text.len());
                return;
            }
            let time = deadline.saturating_duration_since(Instant::now());
            let more = take_in(&mut self.master, &mut self.shown, time);
            assert!(
                more,
                "no {text:?} in {:?}",
                String::from_utf8_lossy(&self.shown[from..])
            );
        }
    }

    /// Presses keys: `\x03` is Ctrl-C, `\x1a` Ctrl-Z, `\x1c` Ctrl-\, `\x04` Ctrl-D.
    pub fn press(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).expect("the terminal is there");
    }

    /// Gives the terminal another size. Its foreground process group is told by WINCH.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        tcsetwinsize(&self.slave, size(columns, rows)).expect("it takes a size");
    }

    /// The process group that the keyboard's signals go to.
    #[cfg(target_os = "linux")]
    pub fn foreground(&self) -> u32 {
        // Of the master anybody may ask it, of the slave only its own session (tty_ioctl(4)).
        let group = tcgetpgrp(&self.master).expect("the terminal is there");
        group.as_raw_nonzero().get().unsigned_abs()
    }

    /// The program's number. It leads the session, and to begin with the foreground group.
    pub fn pid(&self) -> u32 {
        self.program.0.id()
    }

    /// Sends a signal to the program.
    pub fn ask(&self, ask: Ask) {
        send(self.program.0.id(), ask);
    }

    /// The modes that the terminal is in.
    pub fn modes(&self) -> String {
        modes(&self.slave)
    }

    /// The modes that it was in before the program began.
    pub fn modes_before(&self) -> &str {
        &self.modes_before
    }

    /// Waits for the end of the program.
    pub fn ended(&mut self) -> Ended {
        // It may wait for its output to be taken in.
        self.program.ended(|| {
            take_in(&mut self.master, &mut self.shown, GLANCE);
        })
    }

    /// Waits for the end, and gives all that was shown as well, escape sequences included.
    pub fn end(mut self) -> (Ended, String) {
        let ended = self.ended();
        drop(self.slave);
        while take_in(&mut self.master, &mut self.shown, PATIENCE) {}
        (ended, String::from_utf8_lossy(&self.shown).into_owned())
    }

    /// Closes the terminal under the program, and waits for its end.
    pub fn hang_up(mut self) -> Ended {
        drop(self.master);
        self.program.ended(|| std::thread::sleep(GLANCE))
    }
}

fn size(columns: u16, rows: u16) -> Winsize {
    Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn modes(terminal: &OwnedFd) -> String {
    format!("{:?}", tcgetattr(terminal).expect("the terminal is there"))
}

/// How long between two looks at whether the program has ended.
const GLANCE: Duration = Duration::from_millis(2);

/// Takes in some more of what is shown; false if nothing came in this time, or nothing will come any more.
fn take_in(master: &mut File, shown: &mut Vec<u8>, time: Duration) -> bool {
    let time = Timespec::try_from(time).expect("it is short");
    let mut fds = [PollFd::new(&*master, PollFlags::IN)];
    if !matches!(poll(&mut fds, Some(&time)), Ok(1..)) {
        return false;
    }
    let mut buffer = [0; 4096];
    // At the end Linux gives an error, and others the end of the file.
    let count = master.read(&mut buffer).unwrap_or(0);
    shown.extend(&buffer[..count]);
    count > 0
}
