//! Who takes part.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use bowout_scorecard::{CHILD, Scene};
use bowout_tests::sys::set_apart;

use crate::play::LONG;
use crate::verdict::Verdict;

/// A program that stands for its library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contestant {
    /// The library; for the one without, what its column is called.
    pub(crate) name: &'static str,
    program: Program,
    /// Its code, from the root of the workspace.
    pub(crate) source: &'static str,
    /// How the library is used, in a few words.
    pub(crate) usage: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Native(&'static str),
    Python(&'static str),
}

/// Seen as an access violation at the address 2, which is `SIG_GET`.
const NO_SIG_GET: &str = "its way to ask for the handler before it (`SIG_GET`) is unknown to the C library of Wine, where the \
                          program crashes; no fault of its own";

/// Where what [`Program::Python`] imports was installed.
pub(crate) const PYTHON_PACKAGES: &str = "SCORECARD_PYTHON_PACKAGES";

/// What the column is called of the program that does nothing about being stopped.
pub(crate) const NO_LIBRARY: &str = "no library";

pub(crate) const ALL: [Contestant; 8] = [
    Contestant {
        name: "bowout",
        program: Program::Native("contestant-bowout"),
        source: "crates/bowout-scorecard/src/bin/contestant-bowout.rs",
        usage: "`Builder`, cleanups by name, `wait`, `leave`; what is opt-in (standard input, parent, windows, service) is on in the rows that ask for it, and only there",
    },
    Contestant {
        name: "ctrlc",
        program: Program::Native("contestant-ctrlc"),
        source: "crates/bowout-scorecard/src/bin/contestant-ctrlc.rs",
        usage: "feature `termination`; a channel, as in its README; `process::exit` at the second Ctrl-C, as in its example",
    },
    Contestant {
        name: "signal-hook",
        program: Program::Native("contestant-signal-hook"),
        source: "crates/bowout-scorecard/src/bin/contestant-signal-hook",
        usage: "feature `extended-siginfo`; the iterator, `register_conditional_shutdown` for the second signal, \
                `emulate_default_handler` at the end, as in its documentation",
    },
    Contestant {
        name: "tokio",
        program: Program::Native("contestant-tokio"),
        source: "crates/bowout-scorecard/src/bin/contestant-tokio",
        usage: "`tokio::signal` for every kind of request, `select!` between the end of the work, the grace period and a \
                second request",
    },
    Contestant {
        name: "async-signal",
        program: Program::Native("contestant-async-signal"),
        source: "crates/bowout-scorecard/src/bin/contestant-async-signal.rs",
        usage: "`Signals` with async-io and futures-lite, raced against a timer and a second request; signal-hook's \
                `emulate_default_handler` at the end, as in its documentation",
    },
    Contestant {
        name: "tokio-graceful-shutdown",
        program: Program::Native("contestant-tokio-graceful-shutdown"),
        source: "crates/bowout-scorecard/src/bin/contestant-tokio-graceful-shutdown.rs",
        usage: "a subsystem, `catch_signals`, `handle_shutdown_requests` with the grace period, as in its README",
    },
    Contestant {
        name: "safe-exit",
        program: Program::Python("contestant_safe_exit.py"),
        source: "crates/bowout-scorecard/python/contestant_safe_exit.py",
        usage: "Python; functions given to `register`, all triggers on, as in its README",
    },
    Contestant {
        name: NO_LIBRARY,
        program: Program::Native("contestant-none"),
        source: "crates/bowout-scorecard/src/bin/contestant-none.rs",
        usage: "what becomes of a program that was written without a thought of being stopped",
    },
];

/// Those whose libraries are not this one.
pub(crate) const PEERS: [&str; 6] = [
    "ctrlc",
    "signal-hook",
    "tokio",
    "async-signal",
    "tokio-graceful-shutdown",
    "safe-exit",
];

impl Contestant {
    /// The command that starts it in a scene.
    pub(crate) fn command(&self, scene: Scene, grace: Duration, drain: Duration) -> Result<Command, Verdict> {
        if self.name == "signal-hook" && bowout_tests::under_wine() {
            return Err(Verdict::NotRun(NO_SIG_GET.to_owned()));
        }
        let mut command = match self.program {
            Program::Native(name) => Command::new(beside_us(name)),
            Program::Python(name) => self.python(name)?,
        };
        command.args([
            scene.name(),
            &grace.as_millis().to_string(),
            &drain.as_millis().to_string(),
        ]);
        command.env(CHILD, format!("{}\nreport-as-child", beside_us("scorecard").display()));
        set_apart(&mut command);
        Ok(command)
    }

    /// The command that starts the judge in a role, who then starts the contestant.
    pub(crate) fn under_the_judge(&self, role: &str, scene: Scene) -> Result<Command, Verdict> {
        let contestant = self.command(scene, LONG, Duration::ZERO)?;
        let mut judge = Command::new(std::env::current_exe().unwrap_or_default());
        judge
            .arg(role)
            .arg(contestant.get_program())
            .args(contestant.get_args());
        for (name, value) in contestant.get_envs() {
            judge.env(name, value.unwrap_or_default());
        }
        set_apart(&mut judge);
        Ok(judge)
    }

    fn python(&self, script: &str) -> Result<Command, Verdict> {
        if cfg!(windows) {
            return Err(Verdict::NotRun("no Python for Windows was at hand".to_owned()));
        }
        let Some(packages) = std::env::var_os(PYTHON_PACKAGES) else {
            return Err(Verdict::NotRun(format!("{} could not be installed", self.name)));
        };
        let mut python = Command::new("python3");
        python
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python/").to_owned() + script)
            .env("PYTHONPATH", packages)
            // What fails on purpose is not for the person who watches the judge.
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Ok(python)
    }
}

/// A program that was built with this one.
pub(crate) fn beside_us(name: &str) -> PathBuf {
    let judge = std::env::current_exe().unwrap_or_default();
    judge.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
