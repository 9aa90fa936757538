//! How the process ended, as far as the system tells, also to those who are not its parent.

use bowout::Signal;
use bowout::stop::{self, ExitStatus, ProcessId, Report, Target};
use bowout_tests::{Actor, Ended, actor};

use super::{killed_status, open, plan};

#[test]
fn a_childs_status_is_told_and_left_for_the_parent_to_fetch() {
    let mut actor = Actor::ready("sleeper");
    let report = stop::stop(open(&mut actor), &plan("TERM/30s/KILL")).unwrap();
    assert_eq!(
        report.status,
        ExitStatus::Signal {
            number: 15,
            name: Some(Signal::Term)
        }
    );
    assert_eq!(actor.ended(), Ended::Signal(15));
}

/// Stops the child of another process.
fn stop_child_of(parent: &mut Actor, how: &str) -> Report {
    // The parent and the child write to the same pipe, in whatever order.
    let lines = [parent.next_line(), parent.next_line()].map(|line| line.expect("a line"));
    assert!(lines.contains(&"ready".to_owned()), "{lines:?}");
    let child = lines.iter().find_map(|line| line.strip_prefix("child "));
    let child: u32 = child.and_then(|pid| pid.parse().ok()).expect("a number");
    let target = Target::open(ProcessId::new(child).unwrap()).unwrap();
    stop::stop(target, &plan(how)).unwrap()
}

/// Whether this kernel tells the status of a process that its parent has waited for: from 6.15 on.
fn kernel_tells_strangers() -> bool {
    let release = rustix::system::uname();
    let release = release.release().to_string_lossy().into_owned();
    let mut numbers = release.split(['.', '-']).map_while(|number| number.parse::<u32>().ok());
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    cfg!(target_os = "linux") && version >= (6, 15)
}

#[test]
fn a_strangers_status_is_told_too() {
    if !kernel_tells_strangers() {
        return bowout_tests::skip("this kernel tells a process's status to its parent alone");
    }
    for (scenario, how, status) in [
        ("exits-on-term", "TERM/30s/KILL", ExitStatus::Code(7)),
        ("ignores-term", "KILL/30s", killed_status()),
    ] {
        let mut parent = Actor::start(actor("good-parent").arg(scenario));
        assert_eq!(stop_child_of(&mut parent, how).status, status);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_status_of_a_zombie_is_told() {
    for (scenario, how, status) in [
        ("exits-on-term", "TERM/30s/KILL", ExitStatus::Code(7)),
        ("ignores-term", "KILL/30s", killed_status()),
    ] {
        let mut parent = Actor::start(actor("careless-parent").arg(scenario));
        let report = stop_child_of(&mut parent, how);
        assert_eq!(report.status, status);
        let again = Target::open(report.id).unwrap_err();
        assert!(
            again.to_string().contains(&format!("process {}", parent.pid())),
            "{again}"
        );
    }
}
