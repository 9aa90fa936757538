use std::fs;

use bowout_tests::{Lifeline, skip};

use super::{Started, actor, cgroup_of, is_gone, open, options};

/// Who may write to another cgroup can move a process out of ours, as container managers and systemd do.
#[test]
fn from_the_cgroup() {
    const OTHER: &str = "leaves-its-session+ignores-term";
    let mut command = actor(&["family", "catches-term", OTHER]);
    let _lifeline = Lifeline::around(&mut command);
    let mut started = Started::from(options().contain().spawn(&mut command).unwrap());
    let (mut ready, mut other) = (0, None);
    while ready < 2 {
        let line = started.line();
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["ready"] => ready += 1,
            ["child", pid, OTHER] => other = Some((pid.to_owned(), open(pid))),
            _ => panic!("{line}"),
        }
    }
    let (pid, other) = other.unwrap();
    let Some(folder) = cgroup_of(&started.child) else {
        return skip("no cgroup can be made here");
    };
    let Started { child, mut lines } = started;
    std::thread::scope(|scope| {
        let stopping = scope.spawn(|| child.stop(&"TERM/2s/KILL/30s".parse().unwrap()).unwrap());
        let mut line = String::new();
        std::io::BufRead::read_line(&mut lines, &mut line).unwrap();
        assert_eq!(line, "caught\n");
        // Between the stages: the one that is moved has heard no request that it acts on.
        fs::write(folder.with_file_name("cgroup.procs"), &pid).unwrap();
        let reports = stopping.join().unwrap();
        let was_forced = reports
            .iter()
            .any(|report| report.id == other.id() && report.was_forced());
        assert!(was_forced && is_gone(&other), "{reports:?}");
    });
}
