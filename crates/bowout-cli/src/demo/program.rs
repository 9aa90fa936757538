//! The programs that the demo stops: this same command, by its hidden verb, in five roles.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use bowout::listen::{Builder, ListenError, SecondRequest, Shutdown};
use bowout::stop::{ProcessId, Protection, Target};
use clap::ValueEnum;

use super::note::Note;
use crate::args::{DEMO_PROGRAM, DemoProgramArgs};
use crate::{exit, output, sys};

/// Which program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Role {
    /// Leaves when it is asked.
    WellBehaved,
    /// Takes its time to clean up, but less than it is given.
    Slow,
    /// Hears every request, and stays.
    Stubborn,
    /// Leaves when it is asked, and forgets the child that it has started.
    Careless,
    /// That child.
    Orphan,
}

impl Role {
    /// The ones that the demo starts. The orphan is started by the careless one.
    pub(crate) const STARTED: [Role; 4] = [Role::WellBehaved, Role::Slow, Role::Stubborn, Role::Careless];

    /// All of them.
    pub(crate) const ALL: [Role; 5] = [
        Role::WellBehaved,
        Role::Slow,
        Role::Stubborn,
        Role::Careless,
        Role::Orphan,
    ];

    /// The word on the command line and in the pictures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::WellBehaved => "well-behaved",
            Role::Slow => "slow",
            Role::Stubborn => "stubborn",
            Role::Careless => "careless",
            Role::Orphan => "orphan",
        }
    }

    /// What it puts in order before it leaves, and how many milliseconds each takes; the last comes first.
    fn chores(self) -> &'static [(&'static str, u64)] {
        match self {
            Role::WellBehaved => &[("lock", 80), ("sockets", 160)],
            Role::Slow => &[("database", 1200)],
            Role::Stubborn => &[],
            Role::Careless => &[("log", 90)],
            Role::Orphan => &[("cache", 180)],
        }
    }
}

/// No program of the demo outlives this, whatever happens.
const LIFETIME: Duration = Duration::from_secs(30);
/// How often a program looks whether the demo is still there.
const LOOK: Duration = Duration::from_millis(100);

/// Plays the role.
pub(crate) fn run(args: &DemoProgramArgs) -> u8 {
    leave_with(args.of);
    let listening = match args.role {
        // Nothing makes it leave, so nothing may end it in its place.
        Role::Stubborn => Builder::new()
            .second_request(SecondRequest::Note)
            .grace(Duration::MAX)
            .listen(),
        _ => bowout::listen(),
    };
    match listening.map(|shutdown| play(args, shutdown)) {
        Ok(code) => code,
        Err(why) => {
            output::error(&ListenError::to_string(&why));
            exit::FAILED
        }
    }
}

fn play(args: &DemoProgramArgs, shutdown: Shutdown) -> u8 {
    let role = args.role;
    for (what, ms) in role.chores() {
        shutdown.cleanup(*what, move || {
            std::thread::sleep(Duration::from_millis(*ms));
            say(role, &Note::Cleaned((*what).to_owned()));
        });
    }
    if role == Role::Careless {
        match start_orphan(args.of) {
            Ok(id) => say(role, &Note::Child(id)),
            Err(why) => {
                output::error(&why);
                return exit::FAILED;
            }
        }
    }
    say(role, &Note::Ready);
    let Some(request) = shutdown.wait_timeout(LIFETIME) else {
        return exit::FAILED;
    };
    let trigger = request.trigger().to_string();
    if role == Role::Stubborn {
        say(role, &Note::Ignores(trigger));
        std::thread::sleep(LIFETIME);
        return exit::FAILED;
    }
    say(role, &Note::Heard(trigger));
    shutdown.run_cleanups();
    say(role, &Note::Leaving);
    shutdown.leave()
}

/// Reports one line, whole and at once. If nobody reads it any more there is nobody to tell.
fn say(role: Role, note: &Note) {
    let line = format!("{note}\n");
    let _ = match role {
        // Its standard output would keep its parent's open: see `start_orphan`.
        Role::Orphan => std::io::stderr().write_all(line.as_bytes()),
        _ => {
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush())
        }
    };
}

/// The child that is left behind. It reports on standard error, so that the careless one's output is its own.
fn start_orphan(of: ProcessId) -> Result<ProcessId, String> {
    let mut command = command(Role::Orphan, of).map_err(|why| why.to_string())?;
    command.stdout(Stdio::null());
    let child = command.spawn().map_err(|why| why.to_string())?;
    let target = Target::open(ProcessId::from(&child)).map_err(|why| why.to_string())?;
    Ok(target.id())
}

/// The command that plays a role for this demo.
pub(super) fn command(role: Role, of: ProcessId) -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([DEMO_PROGRAM, role.name(), "--of", &of.to_string()])
        .stdin(Stdio::null());
    sys::set_apart(&mut command);
    Ok(command)
}

/// Ends this program when the demo is gone, however that came about.
fn leave_with(demo: ProcessId) {
    std::thread::spawn(move || {
        // The demo is our parent, or our parent's; it is only looked at.
        let demo = Target::options().allow(Protection::Ancestor).open(demo);
        while demo.as_ref().is_ok_and(|demo| !demo.has_exited()) {
            std::thread::sleep(LOOK);
        }
        std::process::exit(exit::FAILED.into())
    });
}
