//! The terminal of a process, and who is hit when the leader of its session ends.

use std::process::Command;

use bowout::Signal;
use bowout::inspect::{Collateral, inspect};
use bowout::stop::{ExitStatus, ProcessId, Target};
use bowout_tests::terminal::Terminal;
use bowout_tests::{PATIENCE, actor, actor_path};

fn id(pid: u32) -> ProcessId {
    ProcessId::new(pid).expect("not 0")
}

#[test]
fn one_in_the_foreground_of_its_own() {
    let mut terminal = Terminal::start(actor("sleeper"), 80);
    terminal.until("ready");
    let found = inspect(id(terminal.pid())).unwrap();
    let linux = found.linux.as_ref().unwrap();
    let told = linux.terminal.as_ref().expect("it has one");
    assert!(told.device.starts_with("/dev/pts/"), "{found:?}");
    assert_eq!(told.foreground, Some(terminal.pid()), "{found:?}");
    assert_eq!(found.session, Some(terminal.pid()), "{found:?}");
    assert_eq!(found.collateral(), [Collateral::Terminal { foreground: None }]);
    terminal.ask(libc::SIGKILL);
    terminal.ended();
}

#[test]
fn the_foreground_of_a_shell_gets_hup_when_the_shell_ends() {
    let mut command = Command::new("sh");
    // Job control gives the program a group of its own.
    command.args(["-mc", "\"$0\" sleeper; true"]).arg(actor_path());
    let mut terminal = Terminal::start(command, 80);
    terminal.until("ready");
    let shell = inspect(id(terminal.pid())).unwrap();
    let child = shell.descendants.first().expect("it runs the program").id;
    let group = Collateral::Terminal {
        foreground: Some(child.pid()),
    };
    assert_eq!(shell.collateral(), [group], "{shell:?}");
    let seen = inspect(child).unwrap();
    assert_eq!(seen.group.as_ref().map(|group| group.id), Some(child.pid()), "{seen:?}");
    assert_eq!(seen.collateral(), [], "it leads no session");
    let child = Target::open(child).unwrap();
    terminal.ask(libc::SIGKILL);
    terminal.ended();
    let began = std::time::Instant::now();
    while !child.has_exited() {
        assert!(began.elapsed() < PATIENCE, "it is still there");
        std::thread::yield_now();
    }
    let hup = ExitStatus::Signal {
        number: libc::SIGHUP,
        name: Some(Signal::Hup),
    };
    // Before Linux 6.15 nobody tells how a stranger ended.
    assert!([hup, ExitStatus::Unknown].contains(&child.exit_status()));
}
