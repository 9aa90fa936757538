//! What the tests of finding share: names that nobody else has.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use bowout::stop::{self, FindError, Matches, Query};
use bowout_tests::{Actor, actor_path, sys};
use tempfile::TempDir;

/// A word that no other test and no other run uses, of 20 bytes or more.
pub fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("bowout-find-{:08}-{count}", std::process::id())
}

/// The test program under a name of its own.
pub struct Renamed {
    folder: TempDir,
    name: String,
}

impl Renamed {
    pub fn new(name: &str) -> Renamed {
        // Beside the program, where a link to it can be made.
        let folder = TempDir::new_in(actor_path().parent().expect("it is in a folder")).expect("a folder");
        let renamed = Renamed {
            folder,
            name: name.to_owned(),
        };
        // A copy could not be started while another test forks: the fork has the file open for writing. But Wine mistakes one
        // link for the other.
        if cfg!(windows) {
            std::fs::copy(actor_path(), renamed.path()).expect("a copy");
        } else {
            std::fs::hard_link(actor_path(), renamed.path()).expect("a link");
        }
        renamed
    }

    pub fn path(&self) -> PathBuf {
        let file = format!("{}{}", self.name, std::env::consts::EXE_SUFFIX);
        self.folder.path().join(file)
    }

    /// A command that runs it in a scenario.
    pub fn command(&self, scenario: &str) -> Command {
        let mut command = Command::new(self.path());
        command.arg(scenario);
        sys::set_apart(&mut command);
        command
    }

    /// A process of it that does nothing.
    pub fn sleeper(&self) -> Actor {
        let mut actor = Actor::start(&mut self.command("sleeper"));
        actor.expect("ready");
        actor
    }
}

/// The numbers of whom a query finds.
pub fn found(query: &Query) -> Result<Vec<u32>, FindError> {
    stop::find(query).map(|matches| pids(&matches))
}

pub fn pids(matches: &Matches) -> Vec<u32> {
    let mut pids: Vec<u32> = matches.all().iter().map(|found| found.id.pid()).collect();
    pids.sort_unstable();
    pids
}

pub fn sorted<const N: usize>(mut pids: [u32; N]) -> Vec<u32> {
    pids.sort_unstable();
    pids.to_vec()
}
