//! Who serves as the helper.

use std::path::Path;

use bowout_tests::{Actor, Ended, actor, actor_path};

/// Stops by this signal, and then by force, with the help of this program.
fn stopper(helper: &Path, signal: &str, pid: u32) -> Actor {
    let mut command = actor("stopper-by-named-helper");
    command
        .arg(helper)
        .args([format!("{signal}/30s/KILL"), pid.to_string()]);
    Actor::start(&mut command)
}

#[test]
fn any_program_that_is_named_and_begins_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let helper = folder.path().join("helper of another name.exe");
    std::fs::copy(actor_path(), &helper).expect("it can be copied");
    let mut target = Actor::ready("exits-on-ctrl-c");
    let pid = target.pid();
    let mut stopper = stopper(&helper, "INT", pid);
    stopper.expect(&format!("step {pid} INT ConsoleCtrlC"));
    stopper.expect(&format!("ended {pid} Stopped exit code 7"));
    assert_eq!(target.ended(), Ended::Code(7));
}

#[test]
fn one_that_is_not_there_is_told_of_each_route_that_needs_it() {
    let target = Actor::ready("exits-on-ctrl-c");
    let pid = target.pid();
    let mut stopper = stopper(Path::new("no-such-helper.exe"), "TERM", pid);
    stopper.expect(&format!(
        "missed {pid} TERM CooperativeEvent=NotListening,ServiceStop=NotAService,GroupCtrlBreak=LeadsNoGroupOfOurs,\
         WindowClose=HelperFailed,ConsoleCtrlC=HelperFailed,InjectedEvent=NotOptedIn"
    ));
    stopper.expect(&format!("step {pid} KILL Terminate"));
}

#[test]
fn it_is_nobody_of_our_own_tree() {
    let mut stopper = Actor::start(actor("stops-a-console-below-itself").arg("TERM/300ms/KILL/3s"));
    let child = stopper.next_line().expect("a line");
    let child = child.strip_prefix("child ").expect("the child's number");
    let told = stopper.rest();
    let ended: Vec<&String> = told.iter().filter(|line| line.starts_with("ended ")).collect();
    assert_eq!(ended.len(), 1, "{told:?}");
    assert!(ended[0].starts_with(&format!("ended {child} ")), "{told:?}");
}
