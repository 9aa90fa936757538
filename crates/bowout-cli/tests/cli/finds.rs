//! Processes that are named by what is known of them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, skip, under_wine};

use super::{bowout, bowout_path, program, run};

/// A word that no other test and no other run uses.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("bowout-cli-{}-{count}", std::process::id())
}

/// A file or folder that ends with the test.
struct Temporary(PathBuf);

impl Temporary {
    /// A file that says this.
    fn file(text: &str) -> Temporary {
        let path = std::env::temp_dir().join(unique());
        std::fs::write(&path, text).expect("a file in the temporary folder");
        Temporary(path)
    }

    /// The command under another name, beside its own.
    fn program(name: &str) -> Temporary {
        let path = bowout_path().with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        // A copy could not be started while another test forks: the fork has the file open for writing. But Wine mistakes one
        // link for the other.
        if cfg!(windows) {
            std::fs::copy(bowout_path(), &path).expect("a copy");
        } else {
            std::fs::hard_link(bowout_path(), &path).expect("a link");
        }
        Temporary(path)
    }

    /// A process of it that listens and leaves when it is asked.
    fn start(&self) -> Actor {
        let mut command = std::process::Command::new(&self.0);
        command.args(["demo-program", "well-behaved", "--of", &std::process::id().to_string()]);
        set_apart(&mut command);
        let mut actor = Actor::start(&mut command);
        actor.expect("ready");
        actor
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_only_one_of_its_name_is_stopped() {
    let name = unique();
    let file = Temporary::program(&name);
    let mut target = file.start();
    let ran = run(&format!("stop --name {name}"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.starts_with(&target.pid().to_string()), "{ran:?}");
    assert!(!target.is_alive());
    let ran = run(&format!("stop --name {name}"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert_eq!(ran.stderr, format!("bowout: name {name:?}: no process matches\n"));
}

#[test]
fn several_are_listed_and_none_is_touched_unless_all_are_meant() {
    let name = unique();
    let file = Temporary::program(&name);
    let (mut first, mut second) = (file.start(), file.start());
    for verb in ["stop", "stop --dry-run", "signal TERM", "inspect"] {
        let ran = run(&format!("{verb} --name {name}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        let lines: Vec<&str> = ran.stderr.lines().collect();
        assert_eq!(lines.len(), 3, "{ran:?}");
        assert!(
            lines[0].contains("2 processes match") && lines[0].contains("--all"),
            "{ran:?}"
        );
        let mut pids = [first.pid(), second.pid()];
        pids.sort_unstable();
        for (line, pid) in lines[1..].iter().zip(pids) {
            assert!(line.starts_with(&format!("{pid}:")), "{ran:?}");
            assert!(line.contains(&format!(" {name}")), "{ran:?}");
        }
        let document = run(&format!("{verb} --name {name} --json")).json();
        assert_eq!(document["exit_code"], 2, "{document}");
        assert_eq!(document["processes"][1]["outcome"], "ambiguous", "{document}");
        assert_eq!(document["processes"][1]["pid"], pids[1], "{document}");
    }
    assert!(first.is_alive() && second.is_alive());
    let ran = run(&format!("stop --name {name} --all"));
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(0), 2), "{ran:?}");
    for target in [&mut first, &mut second] {
        assert!(!target.is_alive());
        let heard = target.rest().iter().filter(|line| line.starts_with("heard")).count();
        assert_eq!(heard, 1, "nobody had asked before");
    }
}

#[test]
fn what_one_option_leaves_open_keeps_the_others_waiting_too() {
    let name = unique();
    let file = Temporary::program(&name);
    let (_first, _second) = (file.start(), file.start());
    let mut named = program("well-behaved");
    let ran = run(&format!("stop {} --name {name}", named.pid()));
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(named.is_alive());
}

#[test]
fn several_options_mean_whoever_is_meant_by_any() {
    let (first_name, second_name) = (unique(), unique());
    let (first_file, second_file) = (Temporary::program(&first_name), Temporary::program(&second_name));
    let (mut first, mut second) = (first_file.start(), second_file.start());
    let ran = run(&format!("stop --name {first_name} --name {second_name}"));
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(0), 2), "{ran:?}");
    assert!(!first.is_alive() && !second.is_alive());
}

#[test]
fn one_that_is_missing_keeps_nobody_else() {
    let mut target = program("well-behaved");
    let missing = unique();
    let ran = run(&format!("stop {} --name {missing} --json", target.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document = ran.json();
    assert_eq!(document["not_found"][0]["outcome"], "no_match", "{document}");
    assert_eq!(document["processes"][0]["outcome"], "stopped", "{document}");
    assert!(!target.is_alive());
    let target = program("well-behaved");
    assert_eq!(
        run(&format!("signal TERM {} --name {missing}", target.pid())).code,
        Some(64)
    );
}

#[test]
fn a_pidfile() {
    let mut target = program("well-behaved");
    let file = Temporary::file(&format!("{}\n", target.pid()));
    let mut command = bowout("stop --pidfile");
    let ran = super::finish(command.arg(&file.0));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!target.is_alive());
    let nonsense = Temporary::file("nginx\n");
    let ran = super::finish(bowout("stop --pidfile").arg(&nonsense.0));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.contains("a process id is a number"), "{ran:?}");
    let of_postgres = Temporary::file("7718\n/some/dir\n5432\n");
    let ran = super::finish(bowout("stop --pidfile").arg(&of_postgres.0));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(
        ran.stderr.contains("name it by that") && !ran.stderr.contains("7718"),
        "{ran:?}"
    );
}

#[test]
fn a_regular_expression_for_the_command_line() {
    if under_wine() {
        return skip("Wine 8 tells no command lines");
    }
    let name = unique();
    let file = Temporary::program(&name);
    let mut target = file.start();
    // The command line of the search itself has these words too.
    let ran = run(&format!("stop --command-line {name}\\S*\\sdemo-program\\swell-[a-z]+"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(!target.is_alive());
    let ran = run(&format!("stop --command-line {name}"));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(
        ran.stderr,
        format!("bowout: command line {name:?}: no process matches\n")
    );
}

#[test]
fn a_port() {
    if under_wine() {
        return skip("Wine 8 tells no owners of sockets");
    }
    // It is the test's own, whose parent is nobody to bowout but its own.
    let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).expect("a loopback socket");
    let port = listener.local_addr().expect("it is bound").port();
    let ran = run(&format!("stop --port tcp:{port}"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{ran:?}");
    assert!(ran.stderr.contains("a parent of this process"), "{ran:?}");
    assert!(ran.stderr.contains("--allow ancestor"), "{ran:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_socket_that_is_none() {
    let file = Temporary::file("");
    let ran = super::finish(bowout("stop --json --socket").arg(&file.0));
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(ran.json()["not_found"][0]["outcome"], "not_a_socket", "{ran:?}");
    let ran = super::finish(bowout("stop --socket").arg(&file.0));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.contains("it is no socket"), "{ran:?}");
    let missing = file.0.clone();
    drop(file);
    let ran = super::finish(bowout("stop --socket").arg(&missing));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("there is no such socket"), "{ran:?}");
    let ran = super::finish(bowout("stop --json --socket").arg(&missing));
    assert_eq!(ran.json()["not_found"][0]["outcome"], "no_such_socket", "{ran:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_root_cgroup_is_refused() {
    let ran = run("stop --cgroup / --all --dry-run");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.contains("the root holds everybody"), "{ran:?}");
    let document = run("stop --cgroup / --all --dry-run --json").json();
    assert_eq!(document["not_found"][0]["outcome"], "root_cgroup", "{document}");
}

/// With one descriptor left the target is found, and can be held; but then nobody can be looked at any more.
#[cfg(target_os = "linux")]
#[test]
fn who_cannot_be_looked_for_is_not_called_missing() {
    let name = unique();
    let file = Temporary::program(&name);
    let mut target = file.start();
    for by in ["--name", "--command-line"] {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "ulimit -n 4; exec \"$0\" stop --dry-run \"$@\""]);
        let ran = super::finish(shell.arg(bowout_path()).args([by, &name]));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(125), ""), "{ran:?}");
        assert!(ran.stderr.contains("Too many open files"), "{ran:?}");
        assert!(ran.stderr.contains("allow more of them (ulimit -n)"), "{ran:?}");
    }
    assert!(target.is_alive());
}

#[cfg(not(target_os = "linux"))]
#[test]
fn what_this_system_does_not_offer() {
    let group = if cfg!(windows) {
        &["signal TERM --group 5", "stop --group 5"][..]
    } else {
        &[]
    };
    for line in group.iter().chain(&["stop --unit nginx"]) {
        let ran = run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{line}: {ran:?}");
        assert!(
            ran.stderr.contains("cannot be found by this on this system"),
            "{line}: {ran:?}"
        );
    }
}
