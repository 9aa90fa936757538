use std::os::windows::process::CommandExt;
use std::process::Command;

use bowout_tests::{Actor, Ask, actor, sys};
use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW};

/// A new process group starts with Ctrl-C ignored, and its children inherit that: Windows' `nohup`, so to speak.
fn in_a_group_of_its_own(scenario: &str) -> Command {
    let mut command = actor(scenario);
    command.creation_flags(CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP);
    command
}

#[test]
fn a_program_that_inherited_it_does_not_hear_ctrl_c_and_hears_the_rest() {
    let mut actor = Actor::start(&mut in_a_group_of_its_own("wait"));
    actor.expect("ready");
    actor.ask(Ask::Console(0));
    actor.ask(Ask::Cooperative);
    actor.expect("request cooperative");
    actor.expect("cleaned");
    assert_eq!(actor.ended(), sys::ends_by(Ask::Cooperative));
}

#[test]
fn a_program_may_override_it() {
    let mut actor = Actor::start(&mut in_a_group_of_its_own("override-ignored"));
    actor.expect("ready");
    actor.ask(Ask::Console(0));
    actor.expect("request interrupt");
    assert_eq!(actor.ended(), sys::ends_by(Ask::Console(0)));
}
