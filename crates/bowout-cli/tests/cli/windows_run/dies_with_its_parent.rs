use std::process::Command;

use bowout_tests::sys::set_apart;
use bowout_tests::{Actor, actor_path};

use super::super::bowout_path;

/// The parent is a shell, which is ended by force.
#[test]
fn by_the_plan() {
    let mut shell = Command::new("cmd");
    shell
        .arg("/c")
        .arg(bowout_path())
        .args(["run", "--dies-with-parent", "--"]);
    set_apart(shell.arg(actor_path()).arg("exits-on-term"));
    let mut shell = Actor::start(&mut shell);
    shell.expect("ready");
    shell.child().kill().expect("it is our child");
    shell.expect("heard the event");
    assert_eq!(shell.rest(), [""; 0]);
}
