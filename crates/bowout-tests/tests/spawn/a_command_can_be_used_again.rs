use super::{actor, options};

#[test]
fn by_bowout_and_by_the_standard_library() {
    let mut command = actor(&["exits-with", "5"]);
    for _ in 0..2 {
        let child = options().die_with_parent().contain().spawn(&mut command).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(5));
    }
    // On Windows it would otherwise be created and never run.
    assert_eq!(command.status().unwrap().code(), Some(5));
}

#[test]
fn what_cannot_be_started_is_an_error_and_leaves_the_command_alone() {
    let mut command = std::process::Command::new("bowout-has-no-such-program");
    let missing = options().die_with_parent().contain().spawn(&mut command).unwrap_err();
    assert_eq!(missing.kind(), std::io::ErrorKind::NotFound);
    assert_eq!(command.get_program(), "bowout-has-no-such-program");
}
