//! One that is frozen dies of KILL no sooner than it thaws: cgroups of the first version hold even that back.

use std::fs;
use std::path::PathBuf;

use super::{program, run};

/// A cgroup of the test's own, which thaws and goes with it.
struct Freezer(PathBuf);

impl Freezer {
    fn new() -> std::io::Result<Freezer> {
        let folder = format!("/sys/fs/cgroup/freezer/bowout-test-{}", std::process::id());
        fs::create_dir(&folder)?;
        Ok(Freezer(folder.into()))
    }

    fn freeze(&self, pid: u32) -> std::io::Result<()> {
        fs::write(self.0.join("cgroup.procs"), pid.to_string())?;
        fs::write(self.0.join("freezer.state"), "FROZEN")?;
        while fs::read_to_string(self.0.join("freezer.state"))?.trim_end() != "FROZEN" {
            std::thread::yield_now();
        }
        Ok(())
    }

    fn thaw(&self) -> std::io::Result<()> {
        fs::write(self.0.join("freezer.state"), "THAWED")
    }
}

impl Drop for Freezer {
    fn drop(&mut self) {
        let _ = self.thaw();
        // Whoever is in it still goes back: else it would stay.
        let left = fs::read_to_string(self.0.join("cgroup.procs")).unwrap_or_default();
        for pid in left.lines() {
            let _ = fs::write(self.0.with_file_name("cgroup.procs"), pid);
        }
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn that_it_is_pending_is_said() {
    // It outlives the freezer: a frozen one would not end.
    let mut target = program("stubborn");
    let freezer = Freezer::new().and_then(|freezer| freezer.freeze(target.pid()).map(|()| freezer));
    let freezer = match freezer {
        Ok(freezer) => freezer,
        // Most systems of today have none, and a machine that runs everything else need not.
        Err(why) => return eprintln!("SKIPPED: no cgroup of the first version that freezes: {why}"),
    };
    let ran = run(&format!("stop {} --plan TERM/0/KILL/100ms", target.pid()));
    let last = format!(
        "; KILL was sent last, and is pending; see `bowout inspect {}`\n",
        target.pid()
    );
    assert!(ran.code == Some(3) && ran.stderr.ends_with(&last), "{ran:?}");
    freezer.thaw().expect("it thaws");
    target.ended();
}
