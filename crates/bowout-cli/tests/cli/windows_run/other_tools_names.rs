use std::process::{Command, Stdio};

use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, actor, actor_path};
use tempfile::TempDir;

use super::super::{bowout_path, finish};
use super::Ended;

/// The command under another name, for as long as this is there.
struct Called {
    folder: TempDir,
    name: &'static str,
}

impl Called {
    fn new(name: &'static str) -> Called {
        let folder = tempfile::tempdir().expect("a folder");
        let called = Called { folder, name };
        std::fs::copy(bowout_path(), called.path()).expect("it can be copied");
        called
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join(format!("{}.exe", self.name))
    }

    fn with(&self, args: &str) -> Command {
        let mut command = Command::new(self.path());
        command.args(args.split_whitespace()).stderr(Stdio::null());
        set_apart(&mut command);
        command
    }
}

#[test]
fn timeout_limits_the_time() {
    let timeout = Called::new("timeout");
    let mut run = Actor::start(timeout.with("0.5").arg(actor_path()).arg("exits-on-term"));
    run.expect("ready");
    run.expect("heard the event");
    assert_eq!(run.ended(), Ended::Code(124));
    assert_eq!(finish(&mut timeout.with("10 no-such-program")).code, Some(127));
    assert_eq!(finish(&mut timeout.with("10")).code, Some(125));
}

#[test]
fn an_init_passes_the_exit_code_on() {
    for name in ["tini", "docker-init", "dumb-init"] {
        let init = Called::new(name);
        let mut run = Actor::start(init.with("--").arg(actor_path()).arg("exits-on-term"));
        run.expect("ready");
        run.ask(bowout_tests::sys::TERMINATE);
        run.expect("heard the event");
        assert_eq!(run.ended(), Ended::Code(7), "{name}");
    }
}

#[test]
fn kill_asks_and_ends() {
    let kill = Called::new("kill");
    let mut target = Actor::start(&mut actor("exits-on-term"));
    target.expect("ready");
    assert_eq!(finish(&mut kill.with(&format!("-0 {}", target.pid()))).code, Some(0));
    assert_eq!(finish(&mut kill.with(&format!("-TERM {}", target.pid()))).code, Some(0));
    target.expect("heard the event");
    assert_eq!(target.ended(), Ended::Code(7));
    let listed = finish(&mut kill.with("-l 15")).stdout;
    assert_eq!(listed.trim_end(), "TERM");
}
