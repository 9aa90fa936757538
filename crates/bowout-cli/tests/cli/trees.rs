//! `stop --tree`: everybody below goes too.

use bowout_tests::Actor;
use bowout_tests::sys::set_apart;

#[cfg(unix)]
use super::{Ran, program};
use super::{bowout, run};

/// A program that has started another, which hangs on nothing but the demo that it believes to be part of; and that one.
fn with_a_child() -> (Actor, u32) {
    let mut command = bowout(&format!("demo-program careless --of {}", std::process::id()));
    set_apart(&mut command);
    let mut program = Actor::start(&mut command);
    let child = program.next_line().expect("it tells of its child");
    let id = child.rsplit(' ').next().expect("a line has a last word");
    let pid = id.split(':').next().and_then(|pid| pid.parse().ok());
    program.expect("ready");
    (program, pid.unwrap_or_else(|| panic!("{child}")))
}

#[test]
fn everybody_below_goes_too() {
    let (mut root, child) = with_a_child();
    let ran = run(&format!("stop {} --tree --json", root.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document = ran.json();
    let processes = document["processes"].as_array().expect("a list");
    assert_eq!(processes.len(), 2, "{ran:?}");
    assert_eq!(
        (&processes[0]["pid"], &processes[1]["pid"]),
        (&root.pid().into(), &child.into())
    );
    for process in processes {
        assert_eq!(process["outcome"], "stopped", "{ran:?}");
        assert_eq!(process["tree"], processes[0]["id"], "{ran:?}");
    }
    root.ended();
    assert_eq!(run(&format!("stop {child}")).code, Some(1), "it is gone");
}

#[test]
fn a_dry_run_tells_who_they_are() {
    let (mut root, child) = with_a_child();
    let ran = run(&format!("stop {} --tree --dry-run", root.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for pid in [root.pid(), child] {
        assert!(
            ran.stdout.lines().any(|line| line.starts_with(&format!("{pid}:"))),
            "{ran:?}"
        );
    }
    assert!(root.is_alive());
    run(&format!("stop {} --tree", root.pid()));
    root.ended();
}

#[cfg(unix)]
#[test]
fn a_dry_run_of_a_tree_that_is_refused_says_so_as_the_real_one_does() {
    // The command is below the shell that it is to stop. The shell does not hand over to its last command.
    let refused = |options: &str| {
        let script = format!("\"$0\" stop $$ --tree --allow ancestor {options}; exit $?");
        let mut shell = std::process::Command::new("sh");
        super::finish(shell.args(["-c", &script]).arg(super::bowout_path()))
    };
    let words = |ran: &Ran| ran.stderr.replace(|c: char| c.is_ascii_digit(), "");
    let (real, dry) = (refused(""), refused("--dry-run"));
    assert_eq!(
        (real.code, dry.code, dry.stdout.as_str()),
        (Some(3), Some(3), ""),
        "{dry:?}"
    );
    assert_eq!(words(&real), words(&dry));
    let (real, dry) = (refused("--json").json(), refused("--json --dry-run").json());
    assert_eq!(
        (&real["dry_run"], &dry["dry_run"]),
        (&false.into(), &true.into()),
        "{dry}"
    );
    assert_eq!((&real["exit_code"], &dry["exit_code"]), (&3.into(), &3.into()), "{dry}");
    assert_eq!(dry["trouble"]["outcome"], "protected", "{dry}");
    assert_eq!(dry["processes"][0]["outcome"], real["processes"][0]["outcome"], "{dry}");
}

#[cfg(unix)]
#[test]
fn where_one_tree_is_refused_nobody_is_asked_and_that_is_said() {
    let mut other = program("well-behaved");
    let refused = |options: &str| {
        let script = format!(
            "echo $$; \"$0\" stop {} $$ --tree --allow ancestor {options}; exit $?",
            other.pid()
        );
        let mut shell = std::process::Command::new("sh");
        super::finish(shell.args(["-c", &script]).arg(super::bowout_path()))
    };
    let ran = refused("");
    let shell = ran.stdout.trim();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let tree = format!("(bowout) belongs to the tree of process {shell} and is this very process");
    assert!(
        ran.stderr.contains(&tree) && ran.stderr.contains("(--allow own); nobody was asked to stop"),
        "{ran:?}"
    );
    let mut ran = refused("--json");
    let (shell, document) = ran.stdout.split_once('\n').expect("a line and a document");
    let shell = shell.to_owned();
    ran.stdout = document.to_owned();
    let document = ran.json();
    let root = document["trouble"]["tree"].as_str().expect("a process");
    assert!(root.starts_with(&format!("{shell}:")), "{document}");
    for process in document["processes"].as_array().expect("a list") {
        assert_eq!(process["outcome"], "not_begun", "{document}");
        assert!(process["name"].is_string(), "{document}");
    }
    assert!(other.is_alive());
}

#[test]
fn without_it_children_are_left_alone() {
    let (mut root, child) = with_a_child();
    assert_eq!(run(&format!("stop {}", root.pid())).code, Some(0));
    root.ended();
    assert_eq!(run(&format!("stop {child}")).code, Some(0), "it was there still");
}
